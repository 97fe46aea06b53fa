"""Values, rules and errors of the staff."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from raidbot.kernel.errors import UserError
from raidbot.kernel.guilds import HIERARCHY, GuildSettings, RoleKey
from raidbot.kernel.permissions import Actor, Capability, held

PROMOTE: Final = Capability("promote members", RoleKey.OFFICER, None)
SYNC: Final = Capability("bring the team role in line", RoleKey.ADMINISTRATOR, None)

STAFF: Final = tuple(key for key in HIERARCHY if key.rank >= RoleKey.ORGANIZER.rank)
"""The keys whose holders are the team, highest first."""
PROMOTED_TO: Final = (RoleKey.ORGANIZER, RoleKey.SECURITY)
TWICE_WITHIN: Final = timedelta(seconds=30)
"""Two presses of two officers are one promotion: what a press knows of the member is at most so old."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A member with the roles that Discord has just told of."""

    user_id: int
    role_ids: Collection[int]


@dataclass(frozen=True, slots=True)
class Sync:
    """A look at all members of a guild: how far it is, and how many were to gain or lose the team role."""

    guild_id: int
    asked_at: datetime
    place: int
    """The last member looked at; Discord lists members by id."""
    seen: int
    given: int
    taken: int
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewPromotion:
    """What `/addrole` asks for; no channel: nothing is announced."""

    guild_id: int
    user_id: int
    role_key: RoleKey
    role_id: int
    actor_id: int
    interaction_id: int
    channel_id: int | None


@dataclass(frozen=True, slots=True)
class Promotion:
    """A promotion, as its row stands; `message_id` is that of its announcement."""

    id: int
    guild_id: int
    user_id: int
    role_key: RoleKey
    role_id: int
    actor_id: int
    made_at: datetime
    channel_id: int | None
    message_id: int | None


def topic_of(guild_id: int) -> str:
    """Name what the panel of a guild's look at all members shows."""
    return f"team_sync:{guild_id}"


# --- rules -------------------------------------------------------------------------------------------------------


def team_role(settings: GuildSettings) -> int:
    """Return the role that marks the team.

    Raises NoTeamRoleError, SharedTeamRoleError (it would be taken from whom it stands for otherwise) or NoStaffError.
    """
    role_id = settings.roles.get(RoleKey.TEAM)
    if role_id is None:
        raise NoTeamRoleError
    shared = [key for key, other in settings.roles.items() if other == role_id and key is not RoleKey.TEAM]
    if shared:
        raise SharedTeamRoleError(role_id, shared)
    if not any(key in settings.roles for key in STAFF):
        raise NoStaffError
    return role_id


def wishes(members: Sequence[Seen], settings: GuildSettings) -> Mapping[int, bool]:
    """Say who is to be given the team role (True) and who is to lose it; who is as they should be is not among them.

    Raises what `team_role` does.
    """
    marker = team_role(settings)
    staff = {role_id for key in STAFF if (role_id := settings.roles.get(key)) is not None}
    wanted = {member.user_id: not staff.isdisjoint(member.role_ids) for member in members}
    return {one.user_id: wanted[one.user_id] for one in members if wanted[one.user_id] != (marker in one.role_ids)}


def asks_for_sync(before: GuildSettings, roles: Mapping[RoleKey, int | None]) -> bool:
    """Say whether changed mappings make all members worth a look: what is only unset takes nothing away."""
    chosen = {key for key, role_id in roles.items() if role_id is not None}
    has_team = RoleKey.TEAM in chosen or (RoleKey.TEAM in before.roles and RoleKey.TEAM not in roles)
    return has_team and not chosen.isdisjoint({RoleKey.TEAM, *STAFF})


def check_rank(actor: Actor, role_id: int, settings: GuildSettings) -> None:
    """Let a member give a role that stands below them. Raises RoleTooHighError."""
    stands_for = [key for key, mapped in settings.roles.items() if mapped == role_id]
    highest = max(stands_for, key=lambda key: key.rank)
    own = held(actor, settings)
    if not actor.administers and (own is None or own.rank <= highest.rank):
        raise RoleTooHighError(role_id, highest)


# --- errors ------------------------------------------------------------------------------------------------------


class TeamError(UserError):
    """Base of what can be wrong with a request about the staff."""


class NoTeamRoleError(TeamError):
    """No role was chosen to mark the team."""


@dataclass(eq=False)
class SharedTeamRoleError(TeamError):
    """The role that marks the team stands for something else too."""

    role_id: int
    keys: Sequence[RoleKey]


class NoStaffError(TeamError):
    """No staff role was chosen, so nobody knows who is staff."""


@dataclass(eq=False)
class CannotGiveError(TeamError):
    """Discord does not let the bot give the role; `why` says what staff can do."""

    role_id: int
    why: str


@dataclass(eq=False)
class RoleNotChosenError(TeamError):
    """No Discord role stands for the key."""

    key: RoleKey


@dataclass(eq=False)
class RoleTooHighError(TeamError):
    """The role stands for a key that the member does not outrank."""

    role_id: int
    key: RoleKey


class NotHereError(TeamError):
    """Who is to be promoted is not in the server."""


@dataclass(eq=False)
class AlreadyHeldError(TeamError):
    """The member has the role already, or is about to get it."""

    user_id: int
    role_id: int
