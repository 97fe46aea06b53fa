"""What the gateway's cache knows of a guild: emojis, roles, channels, and what the bot may do where."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from types import MappingProxyType

import hikari

DISCORD_EPOCH_MS = 1_420_070_400_000
"""Milliseconds from the Unix epoch to the first second of 2015 (Discord's snowflakes count from there)."""


def made_at(snowflake: int) -> datetime:
    """Return when a snowflake was made."""
    return datetime.fromtimestamp(((snowflake >> 22) + DISCORD_EPOCH_MS) / 1000, tz=UTC)


class GuildView:
    """Reads hikari's cache."""

    def __init__(self, bot: hikari.GatewayBot) -> None:
        self._bot = bot
        self._application_emojis: Mapping[str, str] = MappingProxyType({})

    async def load_application_emojis(self, application_id: int) -> None:
        """Read the application's own emojis; once, at the start."""
        emojis = await self._bot.rest.fetch_application_emojis(application_id)
        self._application_emojis = {emoji.name.lower(): emoji.mention for emoji in emojis}

    def owner_id(self, guild_id: int) -> int | None:
        """Return who owns the guild; None while the guild is not known."""
        guild = self._bot.cache.get_guild(guild_id)
        return None if guild is None else int(guild.owner_id)

    def emojis(self, guild_id: int) -> Mapping[str, str]:
        """Map lower-case emoji names to what is shown; the guild's own go before the application's."""
        own = self._bot.cache.get_emojis_view_for_guild(guild_id)
        return {**self._application_emojis, **{emoji.name.lower(): emoji.mention for emoji in own.values()}}

    def channel_exists(self, guild_id: int, channel_id: int) -> bool:
        """Say whether the channel is there."""
        channel = self._bot.cache.get_guild_channel(channel_id)
        return channel is not None and int(channel.guild_id) == guild_id

    def missing_in(self, guild_id: int, channel_id: int, needed: hikari.Permissions) -> tuple[str, ...]:
        """Name the permissions that the bot lacks in a channel; empty when the cache does not know the guild yet."""
        me = self._bot.cache.get_me()
        guild = self._bot.cache.get_guild(guild_id)
        member = None if me is None else self._bot.cache.get_member(guild_id, me.id)
        channel = self._bot.cache.get_guild_channel(channel_id)
        if guild is None or member is None or not isinstance(channel, hikari.PermissibleGuildChannel):
            return ()
        granted = _granted(guild, member, channel)
        lacking = needed & ~granted
        return tuple(str(permission.name or permission).replace("_", " ").title() for permission in _single(lacking))


def _single(permissions: hikari.Permissions) -> Iterator[hikari.Permissions]:
    value = int(permissions)
    while value:
        bit = value & -value
        yield hikari.Permissions(bit)
        value ^= bit


def _granted(guild: hikari.Guild, member: hikari.Member, channel: hikari.PermissibleGuildChannel) -> hikari.Permissions:
    """Compute permissions from roles and overwrites, in the order Discord documents: everyone, roles, member."""
    if guild.owner_id == member.id:
        return hikari.Permissions.all_permissions()
    granted = hikari.Permissions.NONE
    for role_id in {guild.id, *member.role_ids}:
        role = guild.get_role(role_id)
        granted |= role.permissions if role else hikari.Permissions.NONE
    if granted & hikari.Permissions.ADMINISTRATOR:
        return hikari.Permissions.all_permissions()
    overwrites = channel.permission_overwrites
    everyone = overwrites.get(hikari.Snowflake(guild.id))
    if everyone:
        granted = (granted & ~everyone.deny) | everyone.allow
    allow = deny = hikari.Permissions.NONE
    for role_id in member.role_ids:
        overwrite = overwrites.get(role_id)
        if role_id != guild.id and overwrite:
            allow |= overwrite.allow
            deny |= overwrite.deny
    granted = (granted & ~deny) | allow
    own = overwrites.get(member.id)
    return (granted & ~own.deny) | own.allow if own else granted
