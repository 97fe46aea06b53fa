"""What Discord says of a role: whether it can be a ping role, and what it opens."""

from collections.abc import Iterable

import hikari

from raidbot.features.role_pings.models import Unfit, Verdict, moderation_rights
from raidbot.kernel.discord.checkup import GuildSight, Hindrance, hindrance
from raidbot.kernel.guilds import GuildSettings

_HINDRANCES = {
    Hindrance.MANAGED: Unfit.MANAGED,
    Hindrance.ABOVE: Unfit.ABOVE,
    Hindrance.NO_RIGHT: Unfit.NO_RIGHT,
}


def verdict(sight: GuildSight, settings: GuildSettings, role_id: int) -> Verdict | None:
    """Say why a role cannot be a ping role; None when it can."""
    role = sight.roles.get(role_id)
    if role is None:
        return Verdict(Unfit.GONE)
    if role_id == sight.id:
        return Verdict(Unfit.EVERYONE)
    if role.managed:
        return Verdict(Unfit.MANAGED)
    keys = [key.title for key, mapped in settings.roles.items() if mapped == role_id]
    if keys:
        return Verdict(Unfit.KEY, ", ".join(keys))
    allowed = role.permissions
    for channel in sight.channels.values():
        allowed |= channel.overwrites.get(role_id, (hikari.Permissions.NONE, None))[0]
    if rights := moderation_rights(int(allowed)):
        return Verdict(Unfit.MODERATION, ", ".join(rights))
    found = hindrance(sight, role_id)
    return None if found is None else Verdict(_HINDRANCES[found])


def fit(sight: GuildSight, settings: GuildSettings, role_ids: Iterable[int]) -> frozenset[int]:
    """Return those of these roles that can be ping roles."""
    return frozenset(role_id for role_id in role_ids if verdict(sight, settings, role_id) is None)


def opened_by(sight: GuildSight, role_id: int) -> list[int]:
    """List the channels that a role lets its members see by an overwrite of its own."""
    return [
        channel.id
        for channel in sight.channels.values()
        if role_id in channel.overwrites and channel.overwrites[role_id][0] & hikari.Permissions.VIEW_CHANNEL
    ]
