"""A member's figures, of all time and by week."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from raidbot.features.quota.models.boards import monday_of
from raidbot.features.quota.models.ledger import ACTS, NO_POINTS, Kind

WEEKS: Final = 26
"""Weeks of activity that are shown, the running one included."""


@dataclass(frozen=True, slots=True)
class Counted:
    """One total of a member: of a kind, by quota role without a dungeon, or by dungeon and key."""

    kind: Kind
    dungeon: str
    """Empty: in all."""
    key: str
    quota_role_id: int
    """0: none."""
    amount: int
    points: Decimal
    quota_points: Decimal


@dataclass(frozen=True, slots=True)
class OfDungeon:
    """What a member did in one dungeon."""

    dungeon: str
    completions: int
    keys: int
    organised: int

    @property
    def sum(self) -> int:
        return self.completions + self.keys + self.organised


@dataclass(frozen=True, slots=True)
class Stats:
    """What a member has and did in all time."""

    points: Decimal
    quota_points: Mapping[int, Decimal]
    """By quota role, the most first."""
    counts: Mapping[Kind, int]
    """Completions, organised runs, popped keys, and each act of staff."""
    keys: Mapping[tuple[str, str], int]
    """By dungeon and key, the most popped first."""
    dungeons: Sequence[OfDungeon]
    """The busiest first."""


def stats_of(figures: Iterable[Counted]) -> Stats:
    """Add up a member's totals; what came to nothing is left out."""
    points, counts, keys = NO_POINTS, Counter[Kind](), dict[tuple[str, str], int]()
    quota_points, dungeons = defaultdict[int, Decimal](Decimal), defaultdict[str, Counter[Kind]](Counter)
    for figure in figures:
        if figure.dungeon:
            dungeons[figure.dungeon][figure.kind] += figure.amount
            if figure.key:
                keys[figure.dungeon, figure.key] = figure.amount
        else:
            points += figure.points
            counts[figure.kind] += figure.amount
            quota_points[figure.quota_role_id] += figure.quota_points
    done = [
        OfDungeon(code, count[Kind.COMPLETION], count[Kind.KEY_POP], count[Kind.ORGANISED])
        for code, count in dungeons.items()
    ]
    return Stats(
        points,
        {role_id: had for role_id, had in sorted(quota_points.items(), key=lambda one: (-one[1], one[0])) if had > 0},
        {kind: counts[kind] for kind in (Kind.COMPLETION, Kind.ORGANISED, Kind.KEY_POP, *ACTS)},
        {key: popped for key, popped in sorted(keys.items(), key=lambda one: (-one[1], one[0])) if popped > 0},
        sorted((one for one in done if one.sum > 0), key=lambda one: (-one.sum, one.dungeon)),
    )


@dataclass(frozen=True, slots=True)
class Week:
    """What a member did in a week, by its Monday in the guild's time zone."""

    monday: date
    completions: int
    organised: int
    keys: int


def first_monday(now: datetime, zone: ZoneInfo) -> datetime:
    """Return when the first of the weeks began that are shown now."""
    monday = monday_of(now.astimezone(zone).date()) - timedelta(weeks=WEEKS - 1)
    return datetime.combine(monday, time(), zone)


def every_week(found: Iterable[Week], first: date) -> list[Week]:
    """Put weeks in which nothing happened between the others."""
    known = {week.monday: week for week in found}
    mondays = (first + timedelta(weeks=number) for number in range(WEEKS))
    return [known.get(monday) or Week(monday, 0, 0, 0) for monday in mondays]
