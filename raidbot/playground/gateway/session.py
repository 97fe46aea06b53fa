"""A session: the numbered events of one shard, remembered for RESUME."""

from collections import deque
from typing import Protocol

from raidbot.playground.gateway.intents import Intent
from raidbot.playground.gateway.protocol import dispatch_frame

REPLAY_BYTES = 32 * 1024 * 1024


class Wire(Protocol):
    """Where a session's frames go while a client is connected."""

    def send(self, frame: bytes) -> None:
        """Queue one frame; never waits."""


class Session:
    """What survives a lost connection: sequence numbers, and the frames a client may have missed."""

    __slots__ = ("_buffer", "_buffered", "_replay_bytes", "detached_at", "id", "intents", "seq", "shard", "wire")

    def __init__(
        self, session_id: str, shard: tuple[int, int], intents: Intent, *, replay_bytes: int = REPLAY_BYTES
    ) -> None:
        self.id = session_id
        self.shard = shard
        self.intents = intents
        self.seq = 0
        self.wire: Wire | None = None
        self.detached_at = 0.0
        self._buffer: deque[bytes] = deque()  # the frames of the last len(_buffer) sequence numbers
        self._buffered = 0
        self._replay_bytes = replay_bytes

    def serves(self, guild_id: int | None) -> bool:
        """Tell whether the guild is this shard's; what belongs to no guild goes to shard 0."""
        index, count = self.shard
        return (0 if guild_id is None else (guild_id >> 22) % count) == index

    def push(self, event: str, data: bytes) -> None:
        """Number an encoded event, remember it and send it when a client is connected."""
        self.seq += 1
        frame = dispatch_frame(event, self.seq, data)
        self._buffer.append(frame)
        self._buffered += len(frame)
        while self._buffered > self._replay_bytes:
            self._buffered -= len(self._buffer.popleft())
        if self.wire is not None:
            self.wire.send(frame)

    def missed(self, seq: int) -> list[bytes] | None:
        """Return the frames after `seq` in order, or None when some are no longer remembered."""
        count = self.seq - seq
        if not 0 <= count <= len(self._buffer):
            return None
        return [self._buffer[index] for index in range(len(self._buffer) - count, len(self._buffer))]
