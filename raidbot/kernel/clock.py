"""What time it is: every due time is reckoned from here, so that a rehearsal can move the bot's clock."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Clock:
    """Tells the time; outside production it can be moved."""

    def __init__(self, source: Callable[[], datetime] = _utc_now, *, shiftable: bool = True) -> None:
        self._source = source
        self._shiftable = shiftable
        self._subscribers: list[Callable[[], None]] = []
        self.offset = timedelta()

    def now(self) -> datetime:
        """Return the time, aware, in UTC."""
        return self._source() + self.offset

    def shift(self, by: timedelta) -> None:
        """Move the clock by this much, back if negative, then tell the subscribers; RuntimeError in production."""
        if not self._shiftable:
            raise RuntimeError("the clock of a bot in production cannot be moved")
        self.offset += by
        for callback in tuple(self._subscribers):
            callback()

    def subscribe(self, callback: Callable[[], None]) -> None:
        """Call `callback` after each shift: whoever sleeps until a time must look again."""
        self._subscribers.append(callback)


def catch_up(clock: Clock, path: Path) -> None:
    """Bring the clock to the offset in a file: seconds, as text. Without a readable number it stays as it is."""
    try:
        offset = timedelta(seconds=float(path.read_text("ascii")))
    except (OSError, ValueError, OverflowError):
        return
    if offset != clock.offset:
        clock.shift(offset - clock.offset)


async def follow(clock: Clock, path: Path, every: float = 0.1) -> None:
    """Keep the clock at the offset that the local Discord writes to a file, looking every `every` seconds, for ever."""
    while True:
        catch_up(clock, path)
        await asyncio.sleep(every)
