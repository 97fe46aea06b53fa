"""What a ping is, how a member's choice follows from rows and roles, and how a choice is refused."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import Final, Self
from zlib import crc32

from raidbot.features.members.api import Standing
from raidbot.kernel.errors import UserError
from raidbot.kernel.guilds import ChannelKey, Module, RoleKey, Venue
from raidbot.kernel.permissions import ADMINISTRATOR, Capability

CONFIGURE: Final = Capability("choose the roles that dungeons ping", RoleKey.MODERATOR, Module.RAIDS)
POST: Final = Capability("post the panel of dungeon pings", ADMINISTRATOR, Module.RAIDS)
CHOOSE: Final = Capability("choose dungeon pings", None, Module.RAIDS)

FRESH: Final = timedelta(seconds=15)
"""So long after a press its wish goes before the roles that the next press carries: those may be from before."""
TOGGLES_MAX: Final = 20
"""Pings that have a button each on the panel: four rows of five, the last row is taken."""
PAGE: Final = 25
"""Pings of one select: Discord's most. Four selects are in a message, above the row of buttons."""
AT_ONCE: Final = 10
"""Role changes that Discord takes of a guild in ten seconds."""

# Discord's permission bits: https://discord.com/developers/docs/topics/permissions
MODERATION: Final[Mapping[int, str]] = {
    1 << 3: "Administrator",
    1 << 5: "Manage Server",
    1 << 28: "Manage Roles",
    1 << 4: "Manage Channels",
    1 << 29: "Manage Webhooks",
    1 << 13: "Manage Messages",
    1 << 34: "Manage Threads",
    1 << 27: "Manage Nicknames",
    1 << 30: "Manage Expressions",
    1 << 33: "Manage Events",
    1 << 1: "Kick Members",
    1 << 2: "Ban Members",
    1 << 40: "Timeout Members",
    1 << 22: "Mute Members",
    1 << 23: "Deafen Members",
    1 << 24: "Move Members",
    1 << 17: "Mention @everyone, @here and All Roles",
    1 << 7: "View Audit Log",
    1 << 19: "View Server Insights",
    1 << 51: "Pin Messages",
    1 << 52: "Bypass Slowmode",
}
"""What nobody may give themselves, as Discord's settings call it."""


def moderation_rights(permissions: int) -> list[str]:
    """Name the permissions among these bits that nobody may give themselves."""
    return [title for bit, title in MODERATION.items() if bit & permissions]


class Unfit(Enum):
    """Why a role cannot be a ping role."""

    GONE = "gone"
    """It was deleted a moment ago."""
    EVERYONE = "everyone"
    """Everybody wears it."""
    MANAGED = "managed"
    """Only Discord gives it: to a bot, to boosters."""
    KEY = "key"
    """It stands for something in the bot's configuration: who wears it is an organizer, verified, suspended …"""
    MODERATION = "moderation"
    """It carries a permission that nobody may give themselves, in the server or in a channel."""
    ABOVE = "above"
    """It does not stand below the bot's highest role."""
    NO_RIGHT = "no right"
    """The bot lacks Manage Roles."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """That a role cannot be a ping role, and why; `detail` names the permissions or what it stands for."""

    why: Unfit
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Mapped:
    """A dungeon (its code) with its ping role."""

    dungeon: str
    role_id: int


@dataclass(frozen=True, slots=True)
class Row:
    """A dungeon with its ping role, and what a member is owed of that role: all None when nothing ever was."""

    dungeon: str
    role_id: int
    wanted: bool | None
    given: bool | None
    due_at: datetime | None
    suspended_until: datetime | None

    def chosen(self, held: Collection[int], now: datetime) -> bool:
        """Say whether the member wants the ping, holding these roles when they pressed."""
        if self.wanted is None or self.due_at is None:
            return self.role_id in held
        newer = self.wanted is not self.given or self.due_at > now - FRESH
        return self.wanted if newer else self.role_id in held


@dataclass(frozen=True, slots=True)
class Ping:
    """A role with the dungeons (codes) that it is pinged for."""

    role_id: int
    dungeons: tuple[str, ...]
    chosen: bool = False


def pings(mapped: Iterable[Mapped]) -> list[Ping]:
    """Make one ping of the dungeons that share a role."""
    grouped: dict[int, list[str]] = {}
    for one in mapped:
        grouped.setdefault(one.role_id, []).append(one.dungeon)
    return [Ping(role_id, tuple(dungeons)) for role_id, dungeons in grouped.items()]


@dataclass(frozen=True, slots=True)
class Chooser:
    """A member who chooses, with the roles that their press carried."""

    guild_id: int
    user_id: int
    held: frozenset[int]
    standing: Standing


@dataclass(frozen=True, slots=True)
class Choices:
    """What a member can choose and has chosen, in the order in which it is shown."""

    pings: tuple[Ping, ...]
    standing: Standing = Standing.FINE

    @property
    def pages(self) -> list[tuple[Ping, ...]]:
        """The pings of each select."""
        return [self.pings[at : at + PAGE] for at in range(0, len(self.pings), PAGE)]

    def has(self, role_id: int) -> bool:
        """Say whether a role is among them."""
        return any(ping.role_id == role_id for ping in self.pings)

    def offering(self, order: Sequence[Ping], roles: Collection[int]) -> Self:
        """Show the pings in this order, and only these roles."""
        return replace(self, pings=tuple(ping for ping in order if ping.role_id in roles))

    def wishes(self, wanted: Mapping[int, bool]) -> dict[int, bool]:
        """Return what of this (role -> wanted) is not so yet; BarredError when the member may not take any."""
        differing = {
            ping.role_id: wanted[ping.role_id]
            for ping in self.pings
            if ping.role_id in wanted and ping.chosen is not wanted[ping.role_id]
        }
        if any(differing.values()) and self.standing is not Standing.FINE:
            raise BarredError(self.standing)
        return differing

    def after(self, wishes: Mapping[int, bool]) -> Self:
        """Return how it stands once these wishes are written."""
        return replace(
            self, pings=tuple(replace(ping, chosen=wishes.get(ping.role_id, ping.chosen)) for ping in self.pings)
        )


def seal(page: Sequence[Ping]) -> int:
    """Boil down which pings a select offered, so that a choice from an older list is noticed: 32 bits."""
    return crc32(",".join(str(ping.role_id) for ping in page).encode())


@dataclass(frozen=True, slots=True)
class Posting:
    """The panel of a guild that counts: the command's interaction, and the one whose place it took."""

    interaction_id: int
    replaces: int | None

    @property
    def topic(self) -> str:
        return topic_of(self.interaction_id)


def topic_of(interaction_id: int) -> str:
    """Name the topic of the panel that a command posted."""
    return f"role_pings:{interaction_id}"


def posting_of(topic: str) -> int:
    """Return the command's interaction of a panel's topic."""
    return int(topic.partition(":")[2])


@dataclass(frozen=True, slots=True)
class Configured:
    """A guild's dungeons with their roles, and what a command changed: the roles that a dungeon had and has."""

    now: Sequence[Mapped]
    panel: bool
    """Whether the panel was ever posted."""
    dungeon: str | None = None
    old: int | None = None
    new: int | None = None


@dataclass(frozen=True, slots=True)
class Posted:
    """A panel that is owed; None while it is not known."""

    panel_id: int | None
    replaced: bool = False
    """Whether an older one goes."""


# --- refusals -----------------------------------------------------------------------------------------------------


@dataclass(eq=False)
class NotMappedError(UserError):
    """A dungeon was to lose its ping role, and has none."""

    dungeon: str


@dataclass(eq=False)
class UnfitRoleError(UserError):
    """The role cannot be a ping role; nothing was changed."""

    role_id: int
    verdict: Verdict


@dataclass(eq=False)
class DungeonMissingError(UserError):
    """A role was given without a dungeon."""

    role_id: int


class NoPanelChannelError(UserError):
    """No channel is mapped for the panel, or it is gone."""


@dataclass(eq=False)
class PanelChannelClosedError(UserError):
    """The bot may not post in the panel's channel; `missing` names the permissions."""

    channel_id: int
    missing: str


PANEL_CHANNEL: Final = Venue(ChannelKey.ROLE_PING, NoPanelChannelError, PanelChannelClosedError)


class NothingToChooseError(UserError):
    """The guild offers no ping at the moment."""


class PingGoneError(UserError):
    """The ping that was pressed is not offered any more."""


@dataclass(eq=False)
class OutOfOrderError(UserError):
    """The bot cannot give or take the role at the moment: staff must mend that."""

    role_id: int


@dataclass(eq=False)
class BarredError(UserError):
    """The member may not take pings; giving them up is always possible."""

    standing: Standing
