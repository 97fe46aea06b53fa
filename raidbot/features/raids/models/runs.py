"""Runs: their values, rules and tunables."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from raidbot.features.dungeons.api import ORYX_3
from raidbot.features.raids.models.keys import Holders
from raidbot.features.raids.models.oryx import Miniboss, Stage
from raidbot.kernel.guilds import Module, RoleKey
from raidbot.kernel.permissions import Capability

JOIN: Final = Capability("join runs", None, Module.RAIDS)
ORGANIZE: Final = Capability("organise runs", RoleKey.ORGANIZER, Module.RAIDS)

OPEN_FOR: Final = timedelta(hours=2)
"""A run that was not started by then is cancelled."""
WARN_BEFORE: Final = timedelta(minutes=10)
EXTENSION: Final = timedelta(hours=1)
LONGEST: Final = timedelta(hours=24)
KEY_WINDOW: Final = timedelta(seconds=25)
CHAIN_MAX: Final = 99
TEXT_MAX: Final = 100
"""Characters of party and location."""
DESCRIPTION_MAX: Final = 1000
RECENT_RUNS: Final = 30
"""So many runs are looked through for a guild's recent dungeons."""
ROLE_BUDGET: Final = 200
"""Roles created in 48 hours from which on runs go without one; Discord stops at 250."""
ROLE_BUDGET_WINDOW: Final = timedelta(hours=48)
RECALL_AFTER: Final = timedelta(seconds=3)
"""Until then a ping's message that is under way as the ping is dropped has arrived."""
MENTIONS_A_MESSAGE: Final = 80
"""2,000 characters hold about 80 mentions of 22 characters and a line of text."""


class RunStatus(StrEnum):
    """Where a run stands."""

    OPEN = "open"
    LIVE = "live"
    ENDED = "ended"
    CANCELLED = "cancelled"

    @property
    def active(self) -> bool:
        return self in {RunStatus.OPEN, RunStatus.LIVE}


class EndReason(StrEnum):
    """Why a run is over."""

    ENDED = "ended"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    NEVER_STARTED = "never_started"


@dataclass(frozen=True, slots=True)
class Run:
    """One run, as its row stands."""

    id: int
    guild_id: int
    organizer_id: int
    organizer_name: str
    organizer_role_ids: frozenset[int]
    """The organizer's own roles, as Discord last told of them: what they earn follows from them."""
    dungeon: str
    status: RunStatus
    channel_id: int
    party: str | None
    location: str | None
    description: str | None
    join_locked: bool
    chain_amount: int | None
    pops: int
    key_window_ends_at: datetime | None
    role_wanted: bool
    role_id: int | None
    opened_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    ended_by: int | None
    end_reason: EndReason | None
    expires_at: datetime
    cap: int | None
    class_limits: Mapping[str, int] = field(hash=False)
    key_limits: Mapping[str, int] = field(hash=False)
    last_call_ends_at: datetime | None
    screenshot_channel_id: int | None
    screenshot_message_id: int | None
    """The message in the raid log that keeps an Oryx 3 run's screenshot."""
    screenshot_by: int | None
    realm_score: int | None
    """Percent, 1 to 99."""
    stage: Stage | None
    """None until the realm is closed."""
    miniboss: Miniboss | None
    oryx_click_id: int | None
    """The interaction that moved score or stage last, by which a press that is done twice is one."""

    @property
    def oryx_3(self) -> bool:
        """Say whether it goes through Oryx 3's stages, without pops and chains."""
        return self.dungeon == ORYX_3

    @property
    def lacks_screenshot(self) -> bool:
        """Say whether it cannot start without a screenshot and has none."""
        return self.oryx_3 and self.screenshot_message_id is None

    @property
    def topic(self) -> str:
        """The panel topic of the run."""
        return topic_of(self.id)

    @property
    def limited(self) -> bool:
        """Whether not everybody who wants may join."""
        return self.cap is not None or bool(self.class_limits)

    @property
    def chain(self) -> str | None:
        """The chain as raiders read it: "Chain 2/5", "Chain 7"; None before the first pop."""
        if not self.pops:
            return None
        within = self.chain_amount is not None and self.pops <= self.chain_amount
        return f"Chain {self.pops}/{self.chain_amount}" if within else f"Chain {self.pops}"


def topic_of(run_id: int) -> str:
    """Name what the panels of a run show."""
    return f"run:{run_id}"


def run_of(topic: str) -> int:
    """Read the run's id from a panel topic."""
    return int(topic.removeprefix("run:"))


def whole_seconds(moment: datetime) -> datetime:
    """Drop the fraction: the ends of live runs are whole seconds, as buttons and Discord's timestamps carry them."""
    return moment.replace(microsecond=0)


@dataclass(frozen=True, slots=True)
class RunView:
    """A run with what its panels show; `headcount_keys` were offered in the headcount that it comes from."""

    run: Run
    raiders: int
    classes: Mapping[str, int] = field(default_factory=dict)
    keys: Mapping[str, Holders] = field(default_factory=dict)
    headcount_keys: Mapping[str, Holders] = field(default_factory=dict)
    reserves: int = 0


@dataclass(frozen=True, slots=True)
class ActiveRun:
    """An open or live run in short; `message_id` is its panel's, None while there is none.

    Party and location are there only once it is live. `keys` are the offers by key, without those nobody offers.
    """

    id: int
    dungeon: str
    status: RunStatus
    organizer_id: int
    channel_id: int
    message_id: int | None
    party: str | None
    location: str | None
    join_locked: bool
    since: datetime
    """When it was started, or opened while it is not live."""
    raiders: int
    cap: int | None
    keys: Mapping[str, int]
    realm_score: int | None
    stage: Stage | None
    miniboss: Miniboss | None


@dataclass(frozen=True, slots=True)
class EndedRun:
    """A run that was live and has ended, in short."""

    id: int
    guild_id: int
    dungeon: str
    organizer_id: int
    organizer_name: str
    pops: int
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class NewRun:
    """What `/run` asks for."""

    guild_id: int
    organizer_id: int
    organizer_name: str
    interaction_id: int
    dungeon: str
    channel_id: int
    party: str | None
    location: str | None
    description: str | None
    organizer_role_ids: Collection[int] = ()
    """Empty: not known to whoever opens it; Discord is asked."""


@dataclass(frozen=True, slots=True)
class OpenedRun:
    """A run that was just opened."""

    run_id: int
    panel_id: int
    role_budget_spent: bool
    """No role although the guild wants them: too many were created lately."""
