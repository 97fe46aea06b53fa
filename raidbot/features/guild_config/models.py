"""What configuring consists of, and how it is refused."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, Generic, TypeVar

from raidbot.kernel.errors import UserError
from raidbot.kernel.guilds import ChannelKey, RoleKey
from raidbot.kernel.permissions import ADMINISTRATOR, Capability

CONFIGURE: Final = Capability("configure the server's roles and channels", ADMINISTRATOR, None)

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
