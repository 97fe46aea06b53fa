"""What a guild can configure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, Self
from zoneinfo import ZoneInfo

from raidbot.kernel.errors import UserError

LIVE_RUN_HOURS_MIN: Final = 1
LIVE_RUN_HOURS_MAX: Final = 24


class _Key(Enum):
    """A key with what members read: `title` names it, `purpose` fits the description of a command's option."""

    _value_: str
    title: str
    purpose: str

    def __new__(cls, value: str, title: str = "", purpose: str = "") -> Self:
        key = object.__new__(cls)
        key._value_ = value
        key.title = title
        key.purpose = purpose
        return key


class RoleKey(_Key):
    """A role as the bot knows it, highest first; the last three mark a member and rank nobody."""

    ADMINISTRATOR = "administrator", "Administrator", "Full control of the bot's configuration"
    MODERATOR = "moderator", "Moderator", "Opens the configuration panels and closes any party"
    HEAD_ORGANIZER = "head_organizer", "Head Organizer", "Senior raid staff"
    OFFICER = "officer", "Officer", "Kicks and bans, corrects points, promotes"
    SECURITY = "security", "Security", "Verification and discipline"
    ORGANIZER = "organizer", "Organizer", "Runs, headcounts and logging"
    VERIFIED_RAIDER = "verified_raider", "Verified Raider", "A verified member, who may join runs"
    TEAM = "team", "Team", "Marks everybody who holds a staff role"
    SUSPENDED = "suspended", "Suspended", "Marks a member who may not raid"
    MUTED = "muted", "Muted", "Marks a member who may not talk"

    @property
    def rank(self) -> int:
        """Return the place in the hierarchy, 7 for the highest; 0 for a key that ranks nobody."""
        return _RANKS[self]


HIERARCHY: Final = tuple(RoleKey)[:7]
"""The keys that rank, highest first."""
_RANKS: Final = {key: len(HIERARCHY) - HIERARCHY.index(key) if key in HIERARCHY else 0 for key in RoleKey}


class ChannelKey(_Key):
    """A channel as the bot knows it."""

    RAID = "raid", "Raids", "Run and headcount panels; /run and /headcount need it"
    VERI_LOG = "veri_log", "Verification log", "What happened in verification"
    MANUAL_VERIFICATION = "manual_verification", "Manual verification", "Tickets of members who verify by hand"
    GETVERIFIED = "getverified", "Get verified", "The panel where new members verify"
    PUNISHMENT_LOG = "punishment_log", "Punishment log", "Warnings, suspensions, mutes and their ends"
    RAID_LOG = "raid_log", "Raid log", "A thread for each run, headcount and party; /taken needs it"
    QUOTA = "quota", "Quota", "The quota leaderboards"
    BOT_LOG = "bot_log", "Bot log", "Commands that were used and settings that were changed"
    STAFF_UPDATES = "staff_updates", "Staff updates", "Promotions"
    MODMAIL = "modmail", "Modmail", "Tickets of members to staff"
    ROLE_PING = "role_ping", "Role pings", "The panel where members choose their dungeon pings"
    PARTY_FINDER = "party_finder", "Party finder", "Parties; /party needs it"
    EARLY_LOC = "early_loc", "Early location", "Party and location before the run starts"

    @property
    def channel_name(self) -> str:
        """Return what the bot calls such a channel when it makes one."""
        return str(self.value).replace("_", "-")


class Module(Enum):
    """A part of the bot that a guild switches on or off; the value is also its name in `/config`."""

    RAIDS = "raids"
    VERIFICATION = "verification"
    MODERATION = "moderation"
    MODMAIL = "modmail"
    QUOTA = "quota"
    CRAFTING = "crafting"
    MATCHES = "matches"

    @property
    def title(self) -> str:
        """Return the name as members read it."""
        return self.value.title()

    @property
    def on_by_default(self) -> bool:
        """Say whether a guild that never chose has it."""
        return self is Module.RAIDS


GIVEN: Final[Mapping[RoleKey, Module | None]] = {
    RoleKey.VERIFIED_RAIDER: Module.VERIFICATION,
    RoleKey.TEAM: None,
    RoleKey.SUSPENDED: Module.MODERATION,
    RoleKey.MUTED: Module.MODERATION,
}
"""The roles that the bot gives and takes itself, with the module that does; None: whichever are on."""
OF_MODULE: Final[Mapping[ChannelKey, Module | None]] = {
    ChannelKey.RAID: Module.RAIDS,
    ChannelKey.RAID_LOG: Module.RAIDS,
    ChannelKey.ROLE_PING: Module.RAIDS,
    ChannelKey.PARTY_FINDER: Module.RAIDS,
    ChannelKey.EARLY_LOC: Module.RAIDS,
    ChannelKey.VERI_LOG: Module.VERIFICATION,
    ChannelKey.MANUAL_VERIFICATION: Module.VERIFICATION,
    ChannelKey.GETVERIFIED: Module.VERIFICATION,
    ChannelKey.PUNISHMENT_LOG: Module.MODERATION,
    ChannelKey.MODMAIL: Module.MODMAIL,
    ChannelKey.QUOTA: Module.QUOTA,
    ChannelKey.BOT_LOG: None,
    ChannelKey.STAFF_UPDATES: None,
}
"""The module that posts to a channel; None: whichever."""


@dataclass(frozen=True, slots=True)
class Venue:
    """A channel that something cannot do without, by its key, and what is raised where it cannot be used."""

    key: ChannelKey
    unmapped: Callable[[], UserError]
    """None is chosen, or it is gone."""
    closed: Callable[[int, str], UserError]
    """The bot lacks permissions in it: the channel's id, and their names as Discord's settings have them."""


@dataclass(frozen=True, slots=True)
class RolesMapped:
    """The fact that role keys of a guild stand for something else now; None: for nothing."""

    guild_id: int
    roles: Mapping[RoleKey, int | None]


@dataclass(frozen=True, slots=True)
class ZoneChanged:
    """The fact that a guild goes by the clock of another time zone."""

    guild_id: int
    old: ZoneInfo
    new: ZoneInfo


@dataclass(frozen=True, slots=True)
class GuildSettings:
    """One guild's configuration; with the id alone, that of a guild that never configured anything."""

    guild_id: int
    roles: Mapping[RoleKey, int] = field(default_factory=dict)
    channels: Mapping[ChannelKey, int] = field(default_factory=dict)
    modules: frozenset[Module] = frozenset(module for module in Module if module.on_by_default)
    run_roles: bool = True
    """Whether a run gets a Discord role of its own."""
    live_run_hours: int = 2
    """Hours from the start of a run to its end by itself."""
    time_zone: str = "UTC"
    """The zone that dates are typed and days begin in, by its name in the IANA database."""
    accent_colour: int | None = None
    """24-bit RGB of what says nothing else by its colour; None: the bot's own."""

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


class Option(Enum):
    """What a guild sets besides roles, channels and modules; the value names the column and the settings' field."""

    RUN_ROLES = "run_roles"
    LIVE_RUN_HOURS = "live_run_hours"
    TIME_ZONE = "time_zone"
    ACCENT_COLOUR = "accent_colour"
