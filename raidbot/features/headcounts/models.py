"""Values, rules and errors of headcounts."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from raidbot.features.dungeons.api import Dungeon, DungeonKey
from raidbot.features.members.api import Standing
from raidbot.kernel.errors import UserError
from raidbot.kernel.guilds import Module, RoleKey
from raidbot.kernel.permissions import Capability

JOIN: Final = Capability("join headcounts", None, Module.RAIDS)
ORGANIZE: Final = Capability("organise headcounts", RoleKey.ORGANIZER, Module.RAIDS)

DUNGEONS_MAX: Final = 5
STALE_AFTER: Final = timedelta(hours=24)
"""So long after the last touch a headcount closes itself."""
DRAFT_LIVES: Final = timedelta(hours=1)
RETIRE_AFTER: Final = timedelta(seconds=1)
"""From becoming a run to removing the message: by then the run's panel is posted."""
NAMED: Final = 40
"""Interested members named in an organizer panel; the rest is counted."""
HOLDERS_NAMED: Final = 10
"""The same of the holders of one key: five dungeons have up to eleven kinds."""


class Status(StrEnum):
    """Where a headcount stands."""

    OPEN = "open"
    ENDED = "ended"
    CONVERTED = "converted"


class EndReason(StrEnum):
    """Why a headcount is over."""

    ENDED = "ended"
    CONVERTED = "converted"
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class Headcount:
    """One headcount, as its row stands; `end_click_id` is the interaction that ended it."""

    id: int
    guild_id: int
    organizer_id: int
    organizer_name: str
    channel_id: int
    dungeons: tuple[str, ...]
    status: Status
    run_id: int | None
    opened_at: datetime
    touched_at: datetime
    ended_at: datetime | None
    ended_by: int | None
    end_reason: EndReason | None
    end_click_id: int | None

    @property
    def open(self) -> bool:
        return self.status is Status.OPEN

    @property
    def topic(self) -> str:
        """The panel topic of the headcount."""
        return topic_of(self.id)

    @property
    def stale_at(self) -> datetime:
        """When it closes itself if nobody touches it."""
        return self.touched_at + STALE_AFTER


def topic_of(headcount_id: int) -> str:
    """Name what the panels of a headcount show."""
    return f"headcount:{headcount_id}"


def headcount_of(topic: str) -> int:
    """Read the headcount's id from a panel topic."""
    return int(topic.removeprefix("headcount:"))


@dataclass(frozen=True, slots=True)
class Crowd:
    """Some members: how many, and the first of them."""

    count: int
    first: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class View:
    """A headcount with what its panels show; `offers` are by dungeon and key, without those nobody makes."""

    headcount: Headcount
    interested: Crowd
    offers: Mapping[tuple[str, str], Crowd] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Offer:
    """A key that a member would bring."""

    dungeon: str
    key: str
    user_id: int


@dataclass(frozen=True, slots=True)
class Draft:
    """What an organizer has chosen so far; its id is the interaction of `/headcount`."""

    interaction_id: int
    guild_id: int
    user_id: int
    channel_id: int
    dungeons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Press:
    """What an organizer pressed; `id` is the interaction's, so that a press that is done twice is one."""

    id: int
    guild_id: int
    user_id: int


@dataclass(frozen=True, slots=True)
class Opened:
    """A headcount that was just opened, with the id of its panel's row."""

    headcount: Headcount
    panel_id: int


@dataclass(frozen=True, slots=True)
class Converted:
    """The run that a headcount became, with the id of its panel's row and how much came along."""

    run_id: int
    panel_id: int
    channel_id: int
    dungeon: str
    raiders: int
    keys: int


@dataclass(frozen=True, slots=True)
class Parting:
    """The message of a headcount that became a run; it may go once the run's panel stands."""

    headcount: Headcount
    message_id: int | None
    run_posted: bool


class Outcome(StrEnum):
    """What became of a click on a headcount's panel."""

    JOINED = "joined"
    LEFT = "left"
    KEY_ADDED = "key_added"
    KEY_REMOVED = "key_removed"
    OVER = "over"
    SUSPENDED = "suspended"
    UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True)
class Click:
    """A raider's press of Join, or of a key where `dungeon` and `key` say which; `id` is the interaction's."""

    id: int
    headcount_id: int
    guild_id: int
    user_id: int
    standing: Standing
    dungeon: str | None = None
    key: str | None = None


# --- rules -------------------------------------------------------------------------------------------------------


def menus(dungeons: Iterable[Dungeon]) -> tuple[Sequence[Dungeon], ...]:
    """Sort all dungeons into three selects, each A-Z: exaltations, and the others cut in two."""
    by_name = sorted(dungeons, key=lambda dungeon: dungeon.name)
    exalts = [dungeon for dungeon in by_name if dungeon.exalt]
    others = [dungeon for dungeon in by_name if not dungeon.exalt]
    half = (len(others) + 1) // 2
    return exalts, others[:half], others[half:]


def chosen(draft: Draft, dungeons: Iterable[Dungeon]) -> list[Dungeon]:
    """List what a draft holds in the order of the selects, whatever the order of choosing was."""
    return [dungeon for menu in menus(dungeons) for dungeon in menu if dungeon.code in draft.dungeons]


def right_number(dungeons: Collection[object]) -> bool:
    """Say whether a headcount may be for so many dungeons."""
    return 1 <= len(dungeons) <= DUNGEONS_MAX


def convertible(dungeons: Iterable[Dungeon], offers: Collection[object]) -> bool:
    """Say whether a headcount can become a run: somebody offers a key, or a dungeon needs none."""
    return bool(offers) or any(not dungeon.keys for dungeon in dungeons)


def keys(dungeons: Iterable[Dungeon]) -> list[tuple[Dungeon, DungeonKey]]:
    """List the keys that can be offered, in the order of the dungeons."""
    return [(dungeon, key) for dungeon in dungeons for key in dungeon.keys]


# --- errors ------------------------------------------------------------------------------------------------------


class HeadcountError(UserError):
    """Base of what can be wrong with a request about a headcount."""


class DraftGoneError(HeadcountError):
    """The choice of dungeons was forgotten, or made a headcount already."""


@dataclass(eq=False)
class WrongNumberError(HeadcountError):
    """No dungeon is chosen, or too many are."""

    chosen: int


class HeadcountGoneError(HeadcountError):
    """There is no such headcount in this guild."""


@dataclass(eq=False)
class HeadcountOverError(HeadcountError):
    """The headcount was ended, or became a run."""

    converted: bool


class NoKeysError(HeadcountError):
    """Every dungeon needs a key, and nobody offers one."""


@dataclass(eq=False)
class TakenOverError(HeadcountError):
    """Somebody else took the headcount over a moment ago."""

    organizer_id: int
