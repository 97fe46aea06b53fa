"""Who asks, what for, and how they are refused."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from raidbot.kernel.errors import UserError
from raidbot.kernel.guilds.models import Module, RoleKey


class DiscordRight(Enum):
    """What Discord itself grants, whatever the bot's configuration says."""

    ADMINISTRATOR = "Administrator"


ADMINISTRATOR: Final = DiscordRight.ADMINISTRATOR
"""Needed by what configures the bot: no mapped role is enough, so that a new guild can begin."""


@dataclass(frozen=True, slots=True)
class Actor:
    """A member of a guild with what decides about their rights."""

    user_id: int
    guild_id: int
    role_ids: frozenset[int]
    administrator: bool = False
    """Whether they have Discord's Administrator permission."""
    owner: bool = False
    """Whether the server is theirs."""

    @property
    def administers(self) -> bool:
        """Say whether they may do everything."""
        return self.administrator or self.owner


@dataclass(frozen=True, slots=True)
class Capability:
    """One thing that a member can ask for, as its feature declares it.

    `needs` is the lowest key that allows it, ADMINISTRATOR, or None for everybody; `module` the part of the bot that
    must be switched on, which the interaction runner checks; `on_self`: whether one's own person is a fair target.
    """

    name: str
    needs: RoleKey | DiscordRight | None
    module: Module | None
    on_self: bool = False


@dataclass(frozen=True, slots=True)
class Target:
    """A member whom something is to be done to; `below_bot`: whether the bot can manage them on Discord.

    That is: the bot has Manage Roles and its highest role stands above the member's highest.
    """

    member: Actor
    below_bot: bool


class Obstacle(Enum):
    """Why something cannot be done to a member."""

    SELF = "self"
    ABOVE_BOT = "above_bot"
    NOT_OUTRANKED = "not_outranked"


@dataclass(eq=False)
class Denied(UserError):  # noqa: N818 - an answer to a member, not a fault
    """The member may not do this.

    `needs` is the lowest key that would do and `role_id` the role it maps to, None when no such key is mapped and
    `/setroles` must come first. `needs` is None where the target is what forbids it, and `obstacle` says why.
    """

    needs: RoleKey | DiscordRight | None
    role_id: int | None = None
    obstacle: Obstacle | None = None
