"""What a raider's history shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from raidbot.kernel.guilds import Module
from raidbot.kernel.permissions import Capability

OWN_RUNS: Final = Capability("see their own runs", None, Module.RAIDS)
PAGE: Final = 10
"""Runs on a page of the history."""
FAVOURITES: Final = 5
"""Dungeons with a total of their own."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a run stands in a raider's history: by their last completion of it, then by its id."""

    at: datetime
    run_id: int


END: Final = Place(datetime.max.replace(tzinfo=UTC), 0)
"""Behind the newest run."""


@dataclass(frozen=True, slots=True)
class CompletedRun:
    """A run as a raider completed it: `pops` are those they were there for, 0 in a run without pops."""

    run_id: int
    dungeon: str
    pops: int
    at: datetime

    @property
    def place(self) -> Place:
        return Place(self.at, self.run_id)


@dataclass(frozen=True, slots=True)
class DungeonTotal:
    """A raider's completions of one dungeon."""

    dungeon: str
    completions: int
    this_week: int


@dataclass(frozen=True, slots=True)
class History:
    """A page of a raider's runs, the newest first, and the totals, the most completed dungeon first."""

    runs: Sequence[CompletedRun]
    newer: bool
    """Whether there are runs before this page."""
    older: bool
    totals: Sequence[DungeonTotal]

    @property
    def completions(self) -> int:
        return sum(total.completions for total in self.totals)

    @property
    def this_week(self) -> int:
        return sum(total.this_week for total in self.totals)


def week_of(moment: datetime) -> datetime:
    """Return the Monday, 00:00 UTC, on which the moment's week begins."""
    midnight = moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - timedelta(days=midnight.weekday())
