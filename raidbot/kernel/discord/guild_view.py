"""What the gateway's cache knows of a guild: its owner, emojis and roles."""

from collections.abc import Mapping
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

    def knows(self, guild_id: int) -> bool:
        """Say whether the gateway has told of the guild."""
        return self._bot.cache.get_guild(guild_id) is not None

    def owner_id(self, guild_id: int) -> int | None:
        """Return who owns the guild; None while the guild is not known."""
        guild = self._bot.cache.get_guild(guild_id)
        return None if guild is None else int(guild.owner_id)

    def emojis(self, guild_id: int) -> Mapping[str, str]:
        """Map lower-case emoji names to what is shown; the guild's own go before the application's."""
        own = self._bot.cache.get_emojis_view_for_guild(guild_id)
        return {**self._application_emojis, **{emoji.name.lower(): emoji.mention for emoji in own.values()}}

    def role_positions(self, guild_id: int) -> Mapping[int, int]:
        """Map the guild's roles to their positions, higher roles to higher numbers; empty while it is not known."""
        return {int(role.id): role.position for role in self._bot.cache.get_roles_view_for_guild(guild_id).values()}
