"""Every sentence that administrators read about the configuration."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

import hikari

from raidbot.features.guild_config.models import (
    Change,
    Forgotten,
    K,
    Mapped,
    NothingChosenError,
    Unfit,
    UnfitRolesError,
    WrongOptionError,
)
from raidbot.kernel.discord.answers import Reply
from raidbot.kernel.discord.audit_texts import AuditText, old_to_new, plainly
from raidbot.kernel.discord.checkup import Hindrance
from raidbot.kernel.discord.palette import Colour
from raidbot.kernel.discord.text import DESCRIPTION, FIELD, cut
from raidbot.kernel.errors import UserError
from raidbot.kernel.guilds import LIVE_RUN_HOURS_MAX, LIVE_RUN_HOURS_MIN, ChannelKey, Module, Option, RoleKey

NOT_SET: Final = "not set"


def role(role_id: int | None) -> str:
    """Show a role."""
    return NOT_SET if role_id is None else f"<@&{role_id}>"


def channel(channel_id: int | None) -> str:
    """Show a channel."""
    return NOT_SET if channel_id is None else f"<#{channel_id}>"


def roles_set(mapped: Mapped[RoleKey], warnings: Sequence[str] = ()) -> Reply:
    """Show what all role keys stand for, and what was changed."""
    return _configured("Roles of this server", [(RoleKey, mapped, role)], warnings)


def channels_set(mapped: Mapped[ChannelKey], warnings: Sequence[str] = ()) -> Reply:
    """Show what all channel keys stand for, and what was changed."""
    return _configured("Channels of this server", [(ChannelKey, mapped, channel)], warnings)


def unset(roles: Mapped[RoleKey] | None, channels: Mapped[ChannelKey] | None) -> Reply:
    """Show what stands for what after something was unset; None: no key of that kind was named."""
    parts: list[_Part] = []
    if roles is not None:
        parts.append((RoleKey, roles, role))
    if channels is not None:
        parts.append((ChannelKey, channels, channel))
    return _configured("Configuration of this server", parts, ())


_Part = tuple[Iterable[Any], Mapped[Any], Callable[[int | None], str]]


def _configured(title: str, parts: Sequence[_Part], warnings: Sequence[str]) -> Reply:
    changed = [line for _, mapped, show in parts for line in _changes(mapped.changes, show)]
    colour = Colour.WARNING if warnings else Colour.SUCCESS if changed else Colour.NEUTRAL
    now = "\n".join(_line(key, mapped.now, show) for keys, mapped, show in parts for key in keys)
    embed = hikari.Embed(title=title, description=cut(now, DESCRIPTION), colour=int(colour))
    embed.add_field("Changed", cut("\n".join(changed) or "Nothing: it was like that already.", FIELD))
    if warnings:
        embed.add_field("⚠️ Look at this", cut("\n".join(warnings), FIELD))
    return Reply(embed=embed)


def _line(key: K, mapped: Mapping[K, int], show: Callable[[int | None], str]) -> str:
    return f"**{key.title}**: {show(mapped.get(key))}"


def changes(roles: Mapped[RoleKey], channels: Mapped[ChannelKey]) -> list[str]:
    """List what was changed, a line a key."""
    return [*_changes(roles.changes, role), *_changes(channels.changes, channel)]


def _changes(changes: Mapping[K, Change], show: Callable[[int | None], str]) -> list[str]:
    return [f"**{key.title}**: {show(change.old)} → {show(change.new)}" for key, change in changes.items()]


_HINDRANCES: Final[Mapping[Hindrance, str]] = {
    Hindrance.ABOVE: "it stands above my highest role. Drag my role above it in Server Settings > Roles.",
    Hindrance.NO_RIGHT: "I lack the permission Manage Roles.",
    Hindrance.MANAGED: "only Discord gives it.",
}


def cannot_give(role_id: int, why: Hindrance) -> str:
    """Warn of a role that the bot is to give to members later, and cannot."""
    return f"I can't give {role(role_id)} to anybody: {_HINDRANCES[why]}"


def lacks(channel_id: int, missing: str) -> str:
    """Warn of a channel that the bot cannot use; `missing` names the permissions."""
    return f"In {channel(channel_id)} I lack {missing}."


def forgotten(gone: Forgotten) -> str:
    """Tell staff what was cleared because Discord no longer has it."""
    parts = [
        f"the {kind}{'s' * (len(keys) > 1)} for {', '.join(f'**{key.title}**' for key in keys)}"
        for kind, keys in (("role", gone.roles), ("channel", gone.channels))
        if keys
    ]
    commands = [name for name, keys in (("/setroles", gone.roles), ("/setchannels", gone.channels)) if keys]
    return (
        f"Deleted in this server: {' and '.join(parts)}. Nothing stands for that any more; "
        f"an administrator can choose anew with {' and '.join(f'`{name}`' for name in commands)}."
    )


def _nothing_chosen(error: NothingChosenError) -> str:
    lines = ["Nothing was chosen, so nothing changed. What there is to choose, and what it is now:"]
    if error.roles is not None:
        lines += [_line(key, error.roles, role) for key in RoleKey]
    if error.channels is not None:
        lines += [_line(key, error.channels, channel) for key in ChannelKey]
    return "\n".join(lines)


_UNFIT: Final[Mapping[Unfit, str]] = {
    Unfit.GONE: "it was deleted a moment ago",
    Unfit.EVERYONE: "everybody has it",
    Unfit.MANAGED: "it belongs to a bot, to boosters or to another integration, so nobody can be given it",
}


def _unfit_roles(error: UnfitRolesError) -> str:
    lines = [f"{role(role_id)} can't be used: {_UNFIT[why]}." for role_id, why in error.roles.items()]
    return "\n".join(["Nothing was changed.", *lines, "Please choose an ordinary role instead."])


WRONG_OPTIONS: Final[Mapping[Option, str]] = {
    Option.LIVE_RUN_HOURS: f"The hours are a whole number from {LIVE_RUN_HOURS_MIN} to {LIVE_RUN_HOURS_MAX}.",
    Option.TIME_ZONE: "I don't know this time zone. Type its name, such as Europe/Berlin, America/New_York or UTC.",
    Option.ACCENT_COLOUR: "A colour is written #RRGGBB, such as #5865F2. Leave it empty for the bot's own.",
}


def _title(keys: type[RoleKey | ChannelKey]) -> Callable[[str], str]:
    return lambda name: keys(name).title


def _switch(value: object) -> str:
    return {True: "on", False: "off"}[value] if isinstance(value, bool) else plainly(value)


def _options(detail: Mapping[str, Any]) -> Sequence[str]:
    colours = detail.get(Option.ACCENT_COLOUR.value, {})
    written = {end: None if colour is None else f"#{colour:06X}" for end, colour in colours.items()}
    shown = {**detail, Option.ACCENT_COLOUR.value: written} if colours else detail
    return old_to_new(lambda name: name.replace("_", " "), _switch)(shown)


_ROLES: Final = old_to_new(_title(RoleKey), role)
_CHANNELS: Final = old_to_new(_title(ChannelKey), channel)
AUDIT_TEXTS: Final[Mapping[str, AuditText]] = {
    "guild.roles.set": AuditText("Roles", "⚙️", _ROLES),
    "guild.roles.forget": AuditText("Deleted role", "🗑️", _ROLES),
    "guild.channels.set": AuditText("Channels", "⚙️", _CHANNELS),
    "guild.channels.forget": AuditText("Deleted channel", "🗑️", _CHANNELS),
    "guild.modules.set": AuditText("Modules", "⚙️", old_to_new(lambda name: Module(name).title, _switch)),
    "guild.options.set": AuditText("Options", "⚙️", _options),
}

ERROR_TEXTS: Final[Mapping[type[UserError], Callable[[Any], str]]] = {
    NothingChosenError: _nothing_chosen,
    UnfitRolesError: _unfit_roles,
    WrongOptionError: lambda error: WRONG_OPTIONS[error.option],
}
