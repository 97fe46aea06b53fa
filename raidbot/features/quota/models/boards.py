"""Leaderboards: what is ranked, of which time, and where a page of the ranking begins."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from raidbot.features.quota.models.errors import BadDateError, DatesCrossedError, TwoPeriodsError
from raidbot.features.quota.models.ledger import ACTS, Kind
from raidbot.kernel.guilds import Module, RoleKey
from raidbot.kernel.permissions import Capability

SEE_BOARDS: Final = Capability("see leaderboards and statistics", RoleKey.VERIFIED_RAIDER, Module.QUOTA)
LINES: Final = 25
"""Members on a page."""
DATE_MAX: Final = 30
"""Characters of a date that is typed: room for what is no date, which is told."""
YEARS: Final = range(2000, 2101)
"""Of dates that are typed."""
_DAY: Final = re.compile(
    r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})(?:\s+(?P<hour>\d{1,2}):(?P<minute>\d{2}))?", re.ASCII
)


class Category(StrEnum):
    """What members are ranked by; the value is also the column that holds it."""

    COMPLETIONS = "completions"
    ORGANISED = "organised"
    KEYS = "keys"
    POINTS = "points"
    QUOTA_POINTS = "quota_points"


COUNTED_AS: Final = {
    Category.COMPLETIONS: (Kind.COMPLETION,),
    Category.ORGANISED: (Kind.ORGANISED,),
    Category.KEYS: (Kind.KEY_POP,),
    Category.POINTS: (Kind.COMPLETION, Kind.KEY_POP, Kind.ADJUSTMENT),
    Category.QUOTA_POINTS: (Kind.ORGANISED, *ACTS, Kind.ADJUSTMENT),
}
"""As what the rows count that have something of a category."""


# --- of which time ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Month:
    """A month of UTC, as the totals are kept, by its first day."""

    first: date


@dataclass(frozen=True, slots=True)
class Days:
    """Days in the guild's time zone, both included; None: no bound."""

    first: date | None
    last: date | None
    begins: time = time()
    """On the first day."""
    ends: time | None = None
    """On the last day; None: as the day does."""


Span = Month | Days | None
"""None: all time."""


class Stretch(StrEnum):
    """A period with a name."""

    ALL_TIME = "all_time"
    THIS_WEEK = "this_week"
    THIS_MONTH = "this_month"
    LAST_MONTH = "last_month"


def period_of(stretch: Stretch | None, since: str | None, until: str | None, now: datetime, zone: ZoneInfo) -> Span:
    """Read a period as it was asked for: one with a name, or days as they were typed, with times or without.

    Weeks begin on Monday in the zone, months by UTC. Raises BadDateError, DatesCrossedError, or TwoPeriodsError where
    both were asked for.
    """
    (first, begins), (last, ends) = ((None, None) if typed is None else read_day(typed) for typed in (since, until))
    if first is not None or last is not None:
        if stretch is not None:
            raise TwoPeriodsError
        begins = begins or time()
        if first and last and (first > last or (first == last and ends is not None and begins >= ends)):
            raise DatesCrossedError(first, last, begins, ends)
        return Days(first, last, begins, ends)
    match stretch:
        case Stretch.THIS_WEEK:
            monday = monday_of(now.astimezone(zone).date())
            return Days(monday, monday + timedelta(days=6))
        case Stretch.THIS_MONTH:
            return Month(now.astimezone(UTC).date().replace(day=1))
        case Stretch.LAST_MONTH:
            return Month((now.astimezone(UTC).date().replace(day=1) - timedelta(days=1)).replace(day=1))
        case _:
            return None


def read_day(typed: str) -> tuple[date, time | None]:
    """Read a day as members type it, such as 2026-06-01, and the time behind it, if there is one.

    Raises BadDateError.
    """
    found = _DAY.fullmatch(typed.strip())
    try:
        if found is None or int(found["year"]) not in YEARS:
            raise BadDateError(typed)
        day = date(int(found["year"]), int(found["month"]), int(found["day"]))
        return day, None if found["hour"] is None else time(int(found["hour"]), int(found["minute"]))
    except ValueError:
        raise BadDateError(typed) from None


def monday_of(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def bounds(period: Month | Days, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return when a period begins, and when it is over."""
    if isinstance(period, Month):
        begins = datetime.combine(period.first, time(), UTC)
        return begins, (begins + timedelta(days=31)).replace(day=1)
    begins, over = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    if period.first is not None:
        begins = datetime.combine(period.first, period.begins, zone).astimezone(UTC)
    if period.last is not None:
        last = period.last + timedelta(days=period.ends is None)
        over = datetime.combine(last, period.ends or time(), zone).astimezone(UTC)
    return begins, over


# --- the ranking ------------------------------------------------------------------------------------------------------


class Way(StrEnum):
    """Which lines of a ranking, whose top is the most."""

    TOP = "t"
    ABOVE = "a"
    """Those above a spot."""
    BELOW = "b"
    """Those below a spot."""
    BOTTOM = "e"
    MINE = "m"
    """Those around whoever asks."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """A guild's members by what they have of a category: the most first, of two alike the older account.

    Who has nothing is left out. `lowest_first` only turns round what is shown; the places are the same.
    """

    category: Category
    dungeon: str | None = None
    """None: all of them, and what has none."""
    role_id: int | None = None
    """The quota role; None: all of them, and what has none."""
    period: Span = None
    lowest_first: bool = False

    @property
    def first(self) -> Way:
        """Where what is shown begins."""
        return Way.BOTTOM if self.lowest_first else Way.TOP


@dataclass(frozen=True, slots=True)
class Spot:
    """A spot in a ranking, whether or not a member still stands there."""

    total: Decimal
    user_id: int


@dataclass(frozen=True, slots=True)
class Line:
    """A member's place in a ranking, from 1."""

    place: int
    user_id: int
    total: Decimal

    @property
    def spot(self) -> Spot:
        return Spot(self.total, self.user_id)


@dataclass(frozen=True, slots=True)
class Leaderboard:
    """A page of a ranking, the most first, and where whoever asks stands."""

    ranking: Ranking
    lines: Sequence[Line]
    places: int
    """How many members are in the ranking."""
    own: Line | None
    """None: they have nothing."""

    @property
    def at_top(self) -> bool:
        return not self.lines or self.lines[0].place == 1

    @property
    def at_bottom(self) -> bool:
        return not self.lines or self.lines[-1].place == self.places
