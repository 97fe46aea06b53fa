"""The time and the ids of the local Discord."""

import os
import time
from datetime import UTC, datetime
from pathlib import Path

DISCORD_EPOCH_MS = 1_420_070_400_000
"""Milliseconds from the Unix epoch to the first second of 2015, where Discord's ids begin to count."""


def iso(seconds: float) -> str:
    """Render Unix seconds as Discord writes timestamps: ISO 8601 in UTC with microseconds."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="microseconds")


class WorldClock:
    """The one clock of the local Discord, which may be shifted."""

    def __init__(self, file: Path | None = None) -> None:
        self.offset = 0.0
        self._file = file
        self._publish()

    def now(self) -> float:
        """Give the Unix time in seconds, shifts included."""
        return time.time() + self.offset

    def shift(self, seconds: float) -> None:
        """Move the clock by so many seconds, backwards when negative, and tell the bot through the clock file."""
        self.offset += seconds
        self._publish()

    def rewind(self) -> None:
        """Undo every shift."""
        self.offset = 0.0
        self._publish()

    def _publish(self) -> None:
        if self._file is None:
            return
        draft = self._file.with_name(f"{self._file.name}.{os.getpid()}")
        draft.write_text(f"{self.offset:.6f}\n", encoding="ascii")
        draft.replace(self._file)


class Snowflakes:
    """The source of ids: each is greater than the one before and carries the time of its making."""

    def __init__(self, clock: WorldClock) -> None:
        self._clock = clock
        self._last = 0

    def rewind(self) -> None:
        """Follow a clock that was set back for a new world, whose ids may lie before those of the old one."""
        self._last = 0

    def next(self) -> int:
        """Make the next id."""
        fresh = (int(self._clock.now() * 1000) - DISCORD_EPOCH_MS) << 22
        self._last = max(fresh, self._last + 1)
        return self._last


def made_at(snowflake: int) -> float:
    """Tell when an id was made, in Unix seconds."""
    return ((snowflake >> 22) + DISCORD_EPOCH_MS) / 1000
