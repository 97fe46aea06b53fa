"""One websocket: a queue with one writer, and a watch on heartbeats."""

import asyncio
from collections import deque
from dataclasses import dataclass

from aiohttp import WSMsgType, web

from raidbot.playground.gateway.protocol import COMPRESSIONS, CloseCode
from raidbot.playground.gateway.session import Session
from raidbot.playground.ratelimits import GATEWAY_PERIOD_S, GATEWAY_SENDS, FixedWindow

# How late a heartbeat may be, in intervals, before the connection counts as a zombie.
_HEARTBEAT_PATIENCE = 1.5
_CLOSE_PATIENCE_S = 2.0
# The writer shares the loop with REST: after so many frames of a burst the others get a turn.
_FRAMES_A_TURN = 32


@dataclass(frozen=True, slots=True)
class _Close:
    code: int
    reason: str


class Connection:
    """A connected client, identified or not yet."""

    def __init__(self, request: web.Request, websocket: web.WebSocketResponse, compression: str | None) -> None:
        self.session: Session | None = None
        self.sends = FixedWindow(GATEWAY_SENDS, GATEWAY_PERIOD_S)
        self.finished = asyncio.Event()
        self.closed_by_us: int | None = None
        self._request = request
        self._websocket = websocket
        self._compress = COMPRESSIONS[compression]() if compression else None
        self._frame_type = WSMsgType.BINARY if compression else WSMsgType.TEXT
        self._pending: deque[bytes | _Close] = deque()
        self._wake = asyncio.Event()
        self._heartbeat_timer: asyncio.TimerHandle | None = None
        self._writer = asyncio.get_running_loop().create_task(self._write(), name="gateway writer")

    def send(self, frame: bytes) -> None:
        """Queue one frame; never waits."""
        if self.closed_by_us is None:
            self._pending.append(frame)
            self._wake.set()

    def close(self, code: int, reason: str = "", *, flush: bool = True) -> None:
        """Close with a close frame, after what is queued or (without `flush`) instead of it."""
        if self.closed_by_us is not None:
            return
        self.closed_by_us = code
        if not flush:
            self._pending.clear()
        self._pending.append(_Close(code, reason))
        self._wake.set()
        # A frozen client reads neither the queue nor the close frame.
        asyncio.get_running_loop().call_later(_CLOSE_PATIENCE_S, self._cut)

    def abort(self) -> None:
        """Cut the connection without a close frame, as a broken network does."""
        if self.closed_by_us is None:
            self.closed_by_us = CloseCode.ABNORMAL
            self._writer.cancel()
        self._cut()

    def expect_heartbeat(self, interval: float) -> None:
        """Start the watch anew; `interval` in seconds. A client that stays silent is closed with 4009."""
        if self._heartbeat_timer is not None:
            self._heartbeat_timer.cancel()
        self._heartbeat_timer = asyncio.get_running_loop().call_later(
            interval * _HEARTBEAT_PATIENCE, self.close, CloseCode.SESSION_TIMED_OUT, "Session timed out."
        )

    async def finish(self) -> None:
        """Stop the watch and the writer once the client has gone or has been told to."""
        if self._heartbeat_timer is not None:
            self._heartbeat_timer.cancel()
        if self.closed_by_us is None:
            self._writer.cancel()
        await asyncio.gather(self._writer, return_exceptions=True)
        self.finished.set()

    def _cut(self) -> None:
        if self._request.transport is not None:
            self._request.transport.abort()

    async def _write(self) -> None:
        written = 0
        while True:
            while not self._pending:
                self._wake.clear()
                await self._wake.wait()
            item = self._pending.popleft()
            if isinstance(item, _Close):
                await self._websocket.close(code=item.code, message=item.reason.encode())
                return
            frame = item if self._compress is None else self._compress(item)
            try:
                await self._websocket.send_frame(frame, self._frame_type)
            except ConnectionError:
                return  # The reading side sees the same loss and detaches the session.
            written += 1
            if written % _FRAMES_A_TURN == 0:
                await asyncio.sleep(0)
