"""Periods of a quota: when they begin and end, and how members stand in one."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from raidbot.features.quota.models.errors import WrongCalendarError, WrongDateError
from raidbot.kernel.guilds import Module, RoleKey
from raidbot.kernel.permissions import Capability

OWN_QUOTA: Final = Capability("see quotas", None, Module.QUOTA)
EXCUSE: Final = Capability("excuse staff from their quota", RoleKey.OFFICER, Module.QUOTA)

SHOWN: Final = 25
"""Members on a panel, and on a page of the full list."""
PAST: Final = 5
"""Periods that are over and still shown."""
CLOSED_AFTER: Final = timedelta(seconds=30)
"""How long a period that is over waits for what was done before its end and is still being written down."""
_YEARS: Final = range(2000, 2101)
_FORMATS: Final = ("%Y-%m-%d %H:%M", "%Y-%m-%d")


class Calendar(StrEnum):
    """How often a period begins."""

    WEEKLY = "weekly"
    TWO_WEEKLY = "two-weekly"
    MONTHLY = "monthly"


_WEEKS: Final = {Calendar.WEEKLY: 7, Calendar.TWO_WEEKLY: 14}


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When periods begin: at `anchor`, by the clock on the wall of a zone, and as often as the calendar says.

    A month that has no such day turns on its last. An hour that is left out when summer time begins comes as the clock
    then shows it, an hour later; of one that comes twice the first counts.
    """

    calendar: Calendar
    anchor: datetime
    zone: ZoneInfo

    def turn(self, number: int) -> datetime:
        """Return when the period of a number begins, in UTC; that of the anchor is 0."""
        day = self._day(number)
        return datetime.combine(day, self.anchor.time(), tzinfo=self.zone).astimezone(UTC)

    def running(self, now: datetime) -> tuple[datetime, datetime]:
        """Return when the period that `now` is in begins and when it ends: the begin belongs to it, the end not."""
        today = now.astimezone(self.zone).date()
        number = self._number(today) + 1
        while self.turn(number) > now:
            number -= 1
        return self.turn(number), self.turn(number + 1)

    def _day(self, number: int) -> date:
        if self.calendar is not Calendar.MONTHLY:
            return self.anchor.date() + timedelta(days=_WEEKS[self.calendar] * number)
        year, month = divmod(self.anchor.year * 12 + self.anchor.month - 1 + number, 12)
        return date(year, month + 1, min(self.anchor.day, monthrange(year, month + 1)[1]))

    def _number(self, day: date) -> int:
        if self.calendar is Calendar.MONTHLY:
            return (day.year - self.anchor.year) * 12 + day.month - self.anchor.month
        return (day - self.anchor.date()).days // _WEEKS[self.calendar]


@dataclass(frozen=True, slots=True)
class Period:
    """A period of a role's quota; `required_points` are those at its end, None while it runs."""

    id: int
    guild_id: int
    role_id: int
    starts_at: datetime
    ends_at: datetime
    required_points: Decimal | None
    closed_at: datetime | None
    message_id: int | None
    """The report."""


@dataclass(frozen=True, slots=True)
class Past:
    """A period that is over, in numbers."""

    starts_at: datetime
    ends_at: datetime
    required_points: Decimal
    members: int
    met: int
    excused: int
    """Of those who did not meet it."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What a holder of the role has in a period."""

    user_id: int
    points: Decimal
    runs: int
    excused: bool

    def met(self, required: Decimal) -> bool:
        """Say whether that is enough."""
        return self.points >= required


@dataclass(frozen=True, slots=True)
class Tally:
    """How the holders of a role stand, in numbers; `excused` of those who have not met it yet."""

    members: int
    met: int
    excused: int


@dataclass(frozen=True, slots=True)
class Rank:
    """A place in the list of holders, that of who has this."""

    points: Decimal
    runs: int
    user_id: int


TOP: Final = Rank(Decimal(10**9), 10**9, 0)
"""Before the first."""


@dataclass(frozen=True, slots=True)
class Excuse:
    """A holder who need not fill a quota in the periods that this time touches."""

    role_id: int
    user_id: int
    since: datetime
    until_at: datetime
    reason: str | None
    actor_id: int


@dataclass(frozen=True, slots=True)
class Own:
    """How a member stands in the running period of one of their quotas."""

    role_id: int
    required: Decimal
    period: Period
    standing: Standing


@dataclass(frozen=True, slots=True)
class Holding:
    """A quota's role and one who has it; nobody: None."""

    role_id: int
    user_id: int | None


def at_the_same_hour(moment: datetime, old: ZoneInfo, new: ZoneInfo) -> datetime:
    """Return when the clock on the wall of the new zone shows what that of the old one does at a moment, in UTC."""
    return moment.astimezone(old).replace(tzinfo=new, fold=0).astimezone(UTC)


def read_calendar(text: str) -> Calendar:
    """Read how often a period begins. Raises WrongCalendarError."""
    try:
        return Calendar(text.strip().casefold().replace(" ", "-"))
    except ValueError:
        raise WrongCalendarError from None


def read_moment(text: str) -> datetime:
    """Read a date, with a time of day or without one (midnight), by the guild's own clock. Raises WrongDateError."""
    for form in _FORMATS:
        try:
            moment = datetime.strptime(" ".join(text.split()), form)  # noqa: DTZ007 - of no zone: the guild's clock
        except ValueError:
            continue
        if moment.year in _YEARS:
            return moment
    raise WrongDateError
