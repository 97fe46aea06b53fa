"""What is refused, and why."""

from dataclasses import dataclass
from datetime import date, datetime, time

from raidbot.kernel.errors import UserError


class QuotaError(UserError):
    """Base of what quota refuses."""


@dataclass(eq=False)
class NoMemberError(QuotaError):
    """Points are for members of the server: this one is none, or is a bot."""

    user_id: int


class BadAmountError(QuotaError):
    """The amount is zero, or has more than two places."""


@dataclass(eq=False)
class NothingToTakeError(QuotaError):
    """The member has nothing of what was to be taken away."""

    user_id: int


@dataclass(eq=False)
class NoQuotaRoleError(QuotaError):
    """The member has no role with a quota, so quota points need one to be named."""

    user_id: int


@dataclass(eq=False)
class NotAQuotaRoleError(QuotaError):
    """The role has no quota."""

    role_id: int


class EntryGoneError(QuotaError):
    """There is no such row, or it is not one that can be taken back."""


class AlreadyUndoneError(QuotaError):
    """The row was taken back before."""


@dataclass(eq=False)
class NotYoursToUndoError(QuotaError):
    """Only who did it may take it back, until then, or an officer; `until` is None for who did not do it."""

    actor_id: int | None
    until: datetime | None


@dataclass(eq=False)
class WrongPointsError(QuotaError):
    """What was typed is no number of points."""

    what: str
    """What it was typed for, as the form calls it."""


class WrongCalendarError(QuotaError):
    """What was typed is not how often a period can begin."""


class WrongDateError(QuotaError):
    """What was typed is no date."""


class PastDateError(QuotaError):
    """The date is over."""


@dataclass(eq=False)
class UnfitQuotaRoleError(QuotaError):
    """Nobody can be measured by this role: everybody has it, or only Discord gives it."""

    role_id: int


@dataclass(eq=False)
class NoQuotaYetError(QuotaError):
    """The role has no quota, and what was asked for needs one."""

    role_id: int


@dataclass(eq=False)
class NoReportYetError(QuotaError):
    """No period of the role's quota is over."""

    role_id: int


class PeriodOverError(QuotaError):
    """The period has ended and is about to be closed, so what belongs to it can't be written any more."""


class NoQuotaChannelError(QuotaError):
    """No channel is chosen for the panels."""


@dataclass(eq=False)
class NotHeldError(QuotaError):
    """The member has no role with a quota, or not this one."""

    user_id: int
    role_id: int | None


@dataclass(eq=False)
class NotExcusedError(QuotaError):
    """The member is not excused, so there is nothing to end."""

    user_id: int


@dataclass(eq=False)
class BadDateError(QuotaError):
    """The text is no date."""

    text: str


@dataclass(eq=False)
class DatesCrossedError(QuotaError):
    """Nothing lies between what was typed as beginning and end."""

    first: date
    last: date
    begins: time
    ends: time | None


class TwoPeriodsError(QuotaError):
    """Both a period with a name and days were asked for."""


class NoQuotaToRankError(QuotaError):
    """A quota role was named for something that has nothing to do with quotas."""
