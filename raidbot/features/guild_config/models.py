"""What configuring consists of, and how it is refused."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, Generic, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from raidbot.kernel.errors import UserError
from raidbot.kernel.guilds import (
    LIVE_RUN_HOURS_MAX,
    LIVE_RUN_HOURS_MIN,
    OF_MODULE,
    ChannelKey,
    GuildSettings,
    Module,
    Option,
    RoleKey,
)
from raidbot.kernel.permissions import ADMINISTRATOR, Capability

CONFIGURE: Final = Capability("configure the server", ADMINISTRATOR, None)

K = TypeVar("K", RoleKey, ChannelKey)


@dataclass(frozen=True, slots=True)
class Change:
    """What a key stood for and stands for now; None: nothing."""

    old: int | None
    new: int | None


@dataclass(frozen=True, slots=True)
class Mapped(Generic[K]):
    """All that the keys of a kind stand for now, and what a command changed of it."""

    now: Mapping[K, int]
    changes: Mapping[K, Change] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Forgotten:
    """The keys that stood for something that Discord no longer has."""

    roles: Sequence[RoleKey] = ()
    channels: Sequence[ChannelKey] = ()


@dataclass(eq=False)
class NothingChosenError(UserError):
    """The command was given no option. Carries what can be set, as it is now."""

    roles: Mapping[RoleKey, int] | None = None
    """None: the command is not about roles."""
    channels: Mapping[ChannelKey, int] | None = None


class Unfit(Enum):
    """Why a role can stand for nothing."""

    GONE = "gone"
    """It was deleted a moment ago."""
    EVERYONE = "everyone"
    """Everybody wears it."""
    MANAGED = "managed"
    """Only Discord gives it: to a bot, to boosters."""


@dataclass(eq=False)
class UnfitRolesError(UserError):
    """Roles were chosen that cannot stand for anything; nothing was changed."""

    roles: Mapping[int, Unfit]


@dataclass(eq=False)
class WrongOptionError(UserError):
    """What was typed for an option is not a value of it."""

    option: Option


def read_option(option: Option, text: str) -> object:
    """Read what was typed for an option. Raises WrongOptionError."""
    try:
        return _READERS[option](text.strip())
    except (ValueError, ZoneInfoNotFoundError, OSError) as error:  # OSError: the name of a folder of zones
        raise WrongOptionError(option) from error


def _hours(text: str) -> int:
    hours = int(text) if text.isascii() and text.isdigit() else 0
    if not LIVE_RUN_HOURS_MIN <= hours <= LIVE_RUN_HOURS_MAX:
        raise ValueError(text)
    return hours


def _zone(text: str) -> str:
    """Find a zone whatever its case."""
    known = {name.casefold(): name for name in available_timezones()}
    return ZoneInfo(known[text.casefold()]).key if text.casefold() in known else ZoneInfo(text).key


def _colour(text: str) -> int | None:
    if not text:
        return None
    if not _COLOUR.fullmatch(text):
        raise ValueError(text)
    return int(text[-6:], 16)


_COLOUR: Final = re.compile(r"#?[0-9a-fA-F]{6}")
_READERS: Final[Mapping[Option, Callable[[str], object]]] = {
    Option.LIVE_RUN_HOURS: _hours,
    Option.TIME_ZONE: _zone,
    Option.ACCENT_COLOUR: _colour,
}

# --- setup -------------------------------------------------------------------------------------------------------

MADE: Final[Mapping[RoleKey, Module]] = {
    RoleKey.ORGANIZER: Module.RAIDS,
    RoleKey.VERIFIED_RAIDER: Module.VERIFICATION,
    RoleKey.SECURITY: Module.MODERATION,
    RoleKey.TEAM: Module.MODERATION,
    RoleKey.SUSPENDED: Module.MODERATION,
    RoleKey.MUTED: Module.MODERATION,
}
"""The roles that a module cannot do without; the others are only chosen where they are there already.

A verified role that nobody has yet would keep everybody out of runs, so raids alone do not make one.
"""


@dataclass(frozen=True, slots=True)
class Plan:
    """What `/setup` would do: choose what is there, by its name, and make what is not."""

    map_roles: Mapping[RoleKey, int]
    map_channels: Mapping[ChannelKey, int]
    make_roles: Sequence[RoleKey]
    make_channels: Sequence[ChannelKey]

    @property
    def missing(self) -> bool:
        return bool(self.map_roles or self.map_channels or self.make_roles or self.make_channels)


def plan_setup(settings: GuildSettings, roles: Mapping[int, str], channels: Mapping[int, str]) -> Plan:
    """Plan what a server still needs, from the names of its roles that can be chosen and of its text channels."""
    own_roles, own_channels = _by_name(roles), _by_name(channels)
    map_roles, map_channels = {}, {}
    make_roles, make_channels = [], []
    for role_key in RoleKey:
        found = own_roles.get(_bare(role_key.title)) or own_roles.get(_bare(role_key.value))
        if role_key in settings.roles:
            continue
        if found is not None:
            map_roles[role_key] = found
        elif MADE.get(role_key) in settings.modules:
            make_roles.append(role_key)
    for key in ChannelKey:
        module = OF_MODULE[key]
        if key in settings.channels or (module is not None and module not in settings.modules):
            continue
        found = own_channels.get(_bare(key.title)) or own_channels.get(_bare(key.value))
        if found is None:
            make_channels.append(key)
        else:
            map_channels[key] = found
    return Plan(map_roles, map_channels, make_roles, make_channels)


def _bare(name: str) -> str:
    """Reduce a name to its letters and digits, without a plural s: "⚔️raid-log", "Raid Logs"."""
    return "".join(one for one in name.casefold() if one.isalnum()).removesuffix("s")


def _by_name(named: Mapping[int, str]) -> Mapping[str, int]:
    return {_bare(name): found for found, name in reversed(list(named.items()))}
