"""Collects entries in memory and writes them every second, so that no click waits for its log row."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from loguru import logger

from raidbot.kernel.database import Database
from raidbot.kernel.discord.command_log import queries
from raidbot.kernel.discord.text import cut
from raidbot.kernel.errors import Unavailable

EVERY_S: Final = 1.0
BATCH: Final = 500
KEPT_AT_MOST: Final = 50_000
"""Entries kept while the database is away; beyond that the oldest go."""


OPTION: Final = 100
"""Characters that are kept of a text."""
SECRETS: Final = ("token", "password", "api_key", "apikey", "secret")
"""Words in the name of an option that holds one."""


class Outcome(StrEnum):
    """How an interaction ended."""

    OK = "ok"
    REFUSED = "refused"
    """A rule said no."""
    DENIED = "denied"
    """The member lacks the role."""
    LIMITED = "limited"
    FAILED = "failed"
    LATE = "late"
    """Discord no longer took an answer."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One interaction; the fields are the columns."""

    at: datetime
    guild_id: int | None
    channel_id: int | None
    user_id: int
    kind: str
    name: str
    outcome: str
    error: str | None
    correlation: str
    acknowledged_ms: int | None
    latency_ms: int
    options: Mapping[str, object] | None = None
    """What was typed with a command, as `noted` writes it; None: nothing."""


def noted(options: Mapping[str, object]) -> Mapping[str, object] | None:
    """Write options as they are kept: long texts cut, and secrets left out."""
    return {name: _noted(name, value) for name, value in options.items()} or None


def _noted(name: str, value: object) -> object:
    if any(word in name for word in SECRETS):
        return "…"
    return cut(value.replace("\0", ""), OPTION) if isinstance(value, str) else value


class CommandLog:
    """Takes entries at once and writes them in the background."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: deque[Entry] = deque(maxlen=KEPT_AT_MOST)
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def add(self, entry: Entry) -> None:
        """Keep an entry until the next write."""
        self._waiting.append(entry)

    def start(self) -> None:
        """Begin to write every second."""
        self._task = asyncio.create_task(self._run(), name="command log")

    async def stop(self) -> None:
        """Write what waits and stop; a write under way is not cut off, as half of it might be there."""
        self._stopping.set()
        if self._task is not None:
            await asyncio.gather(self._task, return_exceptions=True)
        await self.flush()

    async def flush(self) -> None:
        """Write what waits; entries that cannot be written now wait for the next turn."""
        while self._waiting:
            batch = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
            try:
                async with self._database.connection() as conn:
                    await queries.add(conn, batch)
            except Unavailable:
                self._waiting.extendleft(reversed(batch))
                return
            except Exception:  # noqa: BLE001 - the log must not stop for one bad batch
                logger.exception("command log: {} entries could not be written", len(batch))

    async def _run(self) -> None:
        while not self._stopping.is_set():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(EVERY_S):
                    await self._stopping.wait()
            await self.flush()
