"""What is refused, and why."""

from dataclasses import dataclass
from datetime import date, datetime

from raidbot.kernel.errors import UserError


class QuotaError(UserError):
    """Base of what quota refuses."""


@dataclass(eq=False)
class NoMemberError(QuotaError):
    """Points are for members of the server: this one is none, or is a bot."""

    user_id: int


@dataclass(eq=False)
class NoDungeonError(QuotaError):
    """There is no dungeon of that name."""

    text: str


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
class BadDateError(QuotaError):
    """The text is no date."""

    text: str


@dataclass(eq=False)
class DatesCrossedError(QuotaError):
    """The first day lies behind the last."""

    first: date
    last: date


class TwoPeriodsError(QuotaError):
    """Both a period with a name and days were asked for."""


class NoQuotaToRankError(QuotaError):
    """A quota role was named for something that has nothing to do with quotas."""
