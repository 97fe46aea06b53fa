"""Planned runs: their values, rules and tunables."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from raidbot.features.members.api import Standing
from raidbot.features.raids.api import OpenedRun
from raidbot.kernel.guilds import Module, RoleKey
from raidbot.kernel.permissions import Capability

PLAN: Final = Capability("plan runs", RoleKey.ORGANIZER, Module.RAIDS)
FOLLOW: Final = Capability("see what is planned", None, Module.RAIDS)
"""Who may be reminded is asked of their standing."""

PLANS_MAX: Final = 5
"""Runs that an organizer may have planned at a time."""
AHEAD_AT_MOST: Final = timedelta(days=30)
REMIND_BEFORE: Final = timedelta(minutes=15)
MISSED_AFTER: Final = timedelta(minutes=30)
"""A run that nobody opened by then is missed."""
CALL_WITHIN: Final = timedelta(minutes=10)
"""An opened run whose panel takes longer to be posted is not called to any more."""
CALL_STANDS: Final = timedelta(minutes=30)
"""So long a call to an opened run stands in the channel."""
PANEL_POSTED_AFTER: Final = timedelta(seconds=1)
"""From opening to the call: by then the run's panel, which it links, is posted."""
TEXT_MAX: Final = 100
"""Characters of party and location."""
DESCRIPTION_MAX: Final = 1000
MENTIONS_BESIDE_TEXT: Final = 60
MENTIONS_A_MESSAGE: Final = 80
"""2,000 characters hold about 80 mentions of 22 characters, or 60 and some lines of text."""


class PlanState(StrEnum):
    """Where a planned run stands."""

    PLANNED = "planned"
    OPENED = "opened"
    CANCELLED = "cancelled"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Plan:
    """One planned run, as its row stands; party and location are for the run, nobody is shown them before."""

    id: int
    guild_id: int
    organizer_id: int
    dungeon: str
    channel_id: int
    party: str | None
    location: str | None
    description: str | None
    state: PlanState
    starts_at: datetime
    remind_at: datetime | None
    """When a reminder is still due."""
    closed_at: datetime | None
    closed_by: int | None
    click_id: int | None
    run_id: int | None

    @property
    def topic(self) -> str:
        """The panel topic of the planned run."""
        return topic_of(self.id)


def topic_of(plan_id: int) -> str:
    """Name what the panel of a planned run shows."""
    return f"plan:{plan_id}"


def plan_of(topic: str) -> int:
    """Read the planned run's id from a panel topic."""
    return int(topic.removeprefix("plan:"))


def reminder_of(starts_at: datetime, now: datetime) -> datetime | None:
    """Say when the reminder is due; None where that is over already."""
    at = starts_at - REMIND_BEFORE
    return at if at > now else None


@dataclass(frozen=True, slots=True)
class NewPlan:
    """What `/schedule` asks for."""

    guild_id: int
    organizer_id: int
    interaction_id: int
    dungeon: str
    channel_id: int
    party: str | None
    location: str | None
    description: str | None
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class Announced:
    """A run that was just planned, with the id of its panel's row."""

    plan: Plan
    panel_id: int


@dataclass(frozen=True, slots=True)
class Press:
    """A press of an organizer; `id` is the interaction's, so that a press that is done twice is one."""

    id: int
    guild_id: int
    plan_id: int
    user_id: int
    user_name: str


@dataclass(frozen=True, slots=True)
class Opened:
    """A planned run that was opened, with the run."""

    plan: Plan
    run: OpenedRun


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message stands."""

    channel_id: int
    message_id: int


@dataclass(frozen=True, slots=True)
class PlanView:
    """A planned run with what its panel shows; `run_at` is the opened run's panel, None while there is none."""

    plan: Plan
    interested: int
    run_at: Place | None


@dataclass(frozen=True, slots=True)
class Upcoming:
    """A planned run in short; `message_id` is its panel's, None while there is none."""

    id: int
    dungeon: str
    organizer_id: int
    channel_id: int
    message_id: int | None
    starts_at: datetime
    interested: int


# --- being reminded ----------------------------------------------------------------------------------------------


class Outcome(StrEnum):
    """What became of a press of Remind me."""

    REMINDED = "reminded"
    NOT_REMINDED = "not_reminded"
    OVER = "over"
    SUSPENDED = "suspended"
    UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True)
class Click:
    """A press of Remind me; `id` is the interaction's, so that a press that is done twice is one."""

    id: int
    guild_id: int
    plan_id: int
    user_id: int
    standing: Standing


@dataclass(frozen=True, slots=True)
class ClickResult:
    """What became of a press of Remind me; `remind_at` is when the reminder comes, None: only at the opening."""

    outcome: Outcome
    remind_at: datetime | None


# --- what is said in the channel ---------------------------------------------------------------------------------


class MessageKind(StrEnum):
    """What is said of a planned run in its channel."""

    REMINDER = "reminder"
    CALL = "call"
    """The run is open, and here."""


@dataclass(frozen=True, slots=True)
class PlanMessage:
    """One message; part 0 carries the text, the others only mention."""

    part: int
    content: str
    user_ids: tuple[int, ...]
    written_at: datetime
    message_id: int | None


@dataclass(frozen=True, slots=True)
class Saying:
    """What is to be said, with what is written down of it so far; `about` is the panel that it links."""

    plan: Plan
    wanted: bool
    interested: tuple[int, ...]
    about: Place | None
    messages: tuple[PlanMessage, ...]


def still_wanted(plan: Plan, kind: MessageKind, now: datetime) -> bool:
    """Say whether a message still makes sense."""
    if kind is MessageKind.REMINDER:
        return plan.state is PlanState.PLANNED and now < plan.starts_at + MISSED_AFTER
    return plan.closed_at is not None and plan.run_id is not None and now < plan.closed_at + CALL_WITHIN
