"""What is found about an application, a guild and what is owed. Pure: nothing here asks anybody."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import hikari

from raidbot.kernel.discord.checkup.needs import (
    NEEDED,
    Hindrance,
    Right,
    hindrance,
    lacking,
    titles,
)
from raidbot.kernel.discord.checkup.sight import GuildSight
from raidbot.kernel.guilds import GIVEN, HIERARCHY, OF_MODULE, ChannelKey, GuildSettings, Module, RoleKey
from raidbot.kernel.health import Finding, Level
from raidbot.kernel.owed import Effect, Panel

Flag = hikari.ApplicationFlags

_PRIVILEGED: Mapping[hikari.Intents, tuple[Flag, str]] = {
    hikari.Intents.GUILD_MEMBERS: (
        Flag.VERIFIED_FOR_GUILD_MEMBERS_INTENT | Flag.GUILD_MEMBERS_INTENT,
        "Server Members Intent",
    ),
    hikari.Intents.GUILD_PRESENCES: (
        Flag.VERIFIED_FOR_GUILD_PRESENCES | Flag.GUILD_PRESENCES_INTENT,
        "Presence Intent",
    ),
    hikari.Intents.MESSAGE_CONTENT: (
        Flag.MESSAGE_CONTENT_INTENT | Flag.MESSAGE_CONTENT_INTENT_LIMITED,
        "Message Content Intent",
    ),
}
"""The privileged intents, each with its two flags (on for an application of many servers, or of few) and its title."""


def intents(asked: hikari.Intents, flags: Flag) -> list[Finding]:
    """Say which privileged intents the bot asks for and the application lacks: with one, the gateway closes (4014)."""
    off = [title for intent, (either, title) in _PRIVILEGED.items() if intent & asked and not either & flags]
    if not off:
        return [Finding(Level.OK, "intents", "what the bot listens to is switched on")]
    return [
        Finding(
            Level.PROBLEM,
            "intents",
            f"{title} is off, and Discord refuses the bot without it",
            f"Developer Portal > your application > Bot > Privileged Gateway Intents: switch on {title}",
        )
        for title in off
    ]


def guild(sight: GuildSight, settings: GuildSettings | None) -> list[Finding]:
    """Say what is missing in a guild: chosen roles and channels, permissions, the place of the bot's role.

    Without settings (there is no database to ask) only what every guild needs.
    """
    subject = f"server {sight.name}"
    found = list(_permissions(sight, settings or GuildSettings(sight.id), subject))
    if settings is not None:
        found = [*_roles(sight, settings, subject), *_channels(sight, settings, subject), *found]
    return found or [Finding(Level.OK, subject, "the bot is in it and has what it needs")]


def _roles(sight: GuildSight, settings: GuildSettings, subject: str) -> Iterator[Finding]:
    for key, role_id in settings.roles.items():
        if role_id not in sight.roles:
            text = f"the role chosen as {key.title} does not exist any more"
            yield Finding(Level.PROBLEM, subject, text, f"/setroles {key.value}:@role, or /unset role:{key.title}")
        elif key in GIVEN and (why := hindrance(sight, role_id)) is not None:
            level = Level.PROBLEM if _is_on(GIVEN[key], settings) else Level.WARNING
            name = f'role "{sight.roles[role_id].name}" ({key.title})'
            if why is Hindrance.ABOVE:
                remedy = "Server Settings > Roles: drag the bot's role above it"
                yield Finding(level, subject, f"{name} stands above the bot's highest role: it cannot be given", remedy)
            elif why is Hindrance.MANAGED:
                text = f"{name} belongs to an integration: only Discord gives it"
                yield Finding(level, subject, text, f"/setroles {key.value}:@role with another role")
    unset = [key for key in RoleKey if key not in settings.roles]
    may_organize = [key for key in HIERARCHY if key.rank >= RoleKey.ORGANIZER.rank and key in settings.roles]
    if Module.RAIDS in settings.modules and not may_organize:
        text = "no Organizer role is chosen: only administrators can open runs"
        yield Finding(Level.PROBLEM, subject, text, "/setroles organizer:@role")
        unset.remove(RoleKey.ORGANIZER)
    if unset:
        yield Finding(Level.WARNING, subject, f"optional roles not chosen: {_listed(unset)}", "/setroles, if wanted")


def _channels(sight: GuildSight, settings: GuildSettings, subject: str) -> Iterator[Finding]:
    for key, channel_id in settings.channels.items():
        channel = sight.channels.get(channel_id)
        if channel is None:
            text = f"the channel chosen as {key.title} does not exist any more"
            remedy = f"/setchannels {key.value}:#channel, or /unset channel:{key.title}"
            yield Finding(Level.PROBLEM, subject, text, remedy)
        elif missing := lacking(sight, channel_id, key):
            level = Level.PROBLEM if _is_on(OF_MODULE[key], settings) else Level.WARNING
            text = f"#{channel.name} ({key.title}): the bot lacks {titles(missing)}"
            yield Finding(level, subject, text, f"#{channel.name} > Edit Channel > Permissions: allow the bot that")
    unset = [key for key in ChannelKey if key not in settings.channels and _is_on(OF_MODULE[key], settings)]
    if ChannelKey.RAID in unset:
        text = "no raid channel is chosen: /run cannot post"
        yield Finding(Level.PROBLEM, subject, text, "/setchannels raid:#channel")
        unset.remove(ChannelKey.RAID)
    if unset:
        text = f"optional channels not chosen: {_listed(unset)}"
        yield Finding(Level.WARNING, subject, text, "/setup or /setchannels, if wanted")


def _permissions(sight: GuildSight, settings: GuildSettings, subject: str) -> Iterator[Finding]:
    """Look at the guild's own permissions. Manage Roles counts there only; the others may come from single channels."""
    missing = NEEDED & ~sight.granted
    run_roles = Module.RAIDS in settings.modules and settings.run_roles
    gives = run_roles or any(key in settings.roles and _is_on(module, settings) for key, module in GIVEN.items())
    remedy = "Server Settings > Roles > the bot's role > Permissions: allow it"
    if missing & Right.MANAGE_ROLES and gives:
        yield Finding(Level.PROBLEM, subject, "the bot lacks Manage Roles: it can neither make nor give roles", remedy)
    if others := missing & ~Right.MANAGE_ROLES:
        text = f"the bot has {titles(others)} only where a channel allows it"
        yield Finding(Level.WARNING, subject, text, remedy)


def owed(effects: Sequence[Effect], panels: Sequence[Panel], names: Mapping[int, str]) -> list[Finding]:
    """Say what Discord keeps the bot from doing; `names` are those of the guilds that are known."""
    counted = Counter((effect.guild_id, effect.kind, effect.blocked_reason or "") for effect in effects)
    counted += Counter((panel.guild_id, "a panel", panel.blocked_reason or "") for panel in panels)
    remedy = "Mend what is named: the bot tries again within the hour. An incident is explained in the log"
    return [
        Finding(
            Level.PROBLEM,
            f"server {names.get(guild_id, guild_id)}",
            f"{kind} is blocked ({times} owed): {reason}",
            remedy,
        )
        for (guild_id, kind, reason), times in counted.items()
    ]


def _is_on(module: Module | None, settings: GuildSettings) -> bool:
    return module is None or module in settings.modules


def _listed(keys: Sequence[RoleKey | ChannelKey]) -> str:
    return ", ".join(key.title for key in keys)
