"""The rules of who may do what, to whom."""

from raidbot.kernel.guilds.models import HIERARCHY, GuildSettings, RoleKey
from raidbot.kernel.permissions.models import Actor, Capability, Denied, DiscordRight, Obstacle, Target

_AND_ABOVE = {key: tuple(higher for higher in reversed(HIERARCHY) if higher.rank >= key.rank) for key in HIERARCHY}
"""For each key of the hierarchy, it and the higher ones, lowest first."""


def held(actor: Actor, settings: GuildSettings) -> RoleKey | None:
    """Return the highest key that a member holds; an owner or Discord Administrator holds the highest there is."""
    if actor.administers:
        return RoleKey.ADMINISTRATOR
    return next((key for key in HIERARCHY if settings.roles.get(key) in actor.role_ids), None)


def has_at_least(actor: Actor, key: RoleKey, settings: GuildSettings) -> bool:
    """Say whether a member holds a key or a higher one; a key outside the hierarchy must be worn itself."""
    if key.rank == 0:
        return settings.roles.get(key) in actor.role_ids
    highest = held(actor, settings)
    return highest is not None and highest.rank >= key.rank


def has_exact(actor: Actor, key: RoleKey, settings: GuildSettings) -> bool:
    """Say whether a member wears the very role of a key; an owner or Discord Administrator has every key that ranks.

    A key that ranks but is not mapped is held by whoever holds a mapped higher one.
    """
    if key.rank and (actor.administers or key not in settings.roles):
        return has_at_least(actor, key, settings)
    return settings.roles.get(key) in actor.role_ids


def outranks(actor: Actor, target: Actor, settings: GuildSettings) -> bool:
    """Say whether one member stands strictly above another; nobody stands above an owner or Discord Administrator."""
    if actor.user_id == target.user_id or target.administers:
        return False
    return actor.administers or _rank(actor, settings) > _rank(target, settings)


def obstacle(actor: Actor, target: Target, settings: GuildSettings, *, on_self: bool = False) -> Obstacle | None:
    """Say why a member cannot do something to another, None when they can; to oneself only if `on_self`."""
    myself = actor.user_id == target.member.user_id
    if myself and not on_self:
        return Obstacle.SELF
    if not target.below_bot:
        return Obstacle.ABOVE_BOT
    return None if myself or outranks(actor, target.member, settings) else Obstacle.NOT_OUTRANKED


def authorize(actor: Actor, capability: Capability, settings: GuildSettings, target: Target | None = None) -> None:
    """Let a member do something, to `target` if there is one; raises Denied, which carries what is needed.

    ValueError when the actor or target belongs to another guild than the settings.
    """
    if not settings.guild_id == actor.guild_id == (target.member if target else actor).guild_id:
        raise ValueError(f"{capability.name}: members and settings of different guilds")
    needs = capability.needs
    if isinstance(needs, RoleKey):
        if not has_at_least(actor, needs, settings):
            raise _denied(needs, settings)
    elif isinstance(needs, DiscordRight) and not actor.administers:
        raise Denied(needs)
    if target is not None:
        found = obstacle(actor, target, settings, on_self=capability.on_self)
        if found is not None:
            raise Denied(None, obstacle=found)


def _rank(actor: Actor, settings: GuildSettings) -> int:
    key = held(actor, settings)
    return 0 if key is None else key.rank


def _denied(needs: RoleKey, settings: GuildSettings) -> Denied:
    mapped = (key for key in _AND_ABOVE.get(needs, (needs,)) if key in settings.roles)
    lowest = next(mapped, None)
    return Denied(needs) if lowest is None else Denied(lowest, settings.roles[lowest])
