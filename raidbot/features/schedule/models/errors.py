"""What can be wrong with a request about a planned run."""

from dataclasses import dataclass
from datetime import datetime

from raidbot.features.schedule.models.plans import PlanState
from raidbot.kernel.errors import UserError


class PlanError(UserError):
    """Base of what can be wrong with a request about a planned run."""


@dataclass(eq=False)
class WhenError(PlanError):
    """The text is no time."""

    text: str


@dataclass(eq=False)
class NotAheadError(PlanError):
    """The time is over."""

    at: datetime


@dataclass(eq=False)
class TooFarAheadError(PlanError):
    """The time is more than 30 days ahead."""

    at: datetime


class TooManyPlansError(PlanError):
    """The organizer has five planned runs."""


class PlanGoneError(PlanError):
    """There is no such planned run in this guild."""


@dataclass(eq=False)
class PlanOverError(PlanError):
    """The run was opened, cancelled or missed."""

    state: PlanState
