"""What the configuration hears from the gateway: guilds that come, and roles and channels that go."""

from typing import Any

import hikari

from raidbot.features.guild_config.models import Forgotten
from raidbot.features.guild_config.service import ConfigService, Present
from raidbot.features.guild_config.views import mappings
from raidbot.kernel.discord.feature import Arrival, Listener, on_arrival
from raidbot.kernel.discord.staff import Staff


class ConfigListeners:
    """The listeners."""

    def __init__(self, config: ConfigService, staff: Staff, cache: hikari.api.Cache) -> None:
        self._cache = cache
        self._config = config
        self._staff = staff

    def all(self) -> list[tuple[type[Any], Listener]]:
        """List the listeners by event."""
        return [
            *on_arrival(self.came),
            (hikari.GuildUpdateEvent, self.renamed),
            (hikari.RoleDeleteEvent, self.role_deleted),
            (hikari.GuildChannelDeleteEvent, self.channel_deleted),
        ]

    async def came(self, event: Arrival) -> None:
        """Have the guild on the books, and forget what was deleted while the bot was away."""
        guild_id = int(event.guild_id)
        await self._config.welcome(guild_id, event.guild.name)

        def present() -> Present:
            # The cache too: the event may be older than what an administrator has just made and mapped.
            roles = {*map(int, event.roles), *map(int, self._cache.get_roles_view_for_guild(guild_id))}
            channels = {*map(int, event.channels), *map(int, self._cache.get_guild_channels_view_for_guild(guild_id))}
            return roles, channels

        gone = await self._config.forget_missing(guild_id, present)
        await self._tell(guild_id, f"away: {gone}", gone)

    async def renamed(self, event: hikari.GuildUpdateEvent) -> None:
        """Follow the guild's name."""
        if event.old_guild is None or event.old_guild.name != event.guild.name:
            await self._config.welcome(int(event.guild_id), event.guild.name)

    async def role_deleted(self, event: hikari.RoleDeleteEvent) -> None:
        """Forget what a role stood for."""
        gone = await self._config.forget_role(int(event.guild_id), int(event.role_id))
        await self._tell(int(event.guild_id), f"role {event.role_id} deleted", gone)

    async def channel_deleted(self, event: hikari.GuildChannelDeleteEvent) -> None:
        """Forget what a channel was for."""
        gone = await self._config.forget_channel(int(event.guild_id), int(event.channel_id))
        await self._tell(int(event.guild_id), f"channel {event.channel_id} deleted", gone)

    async def _tell(self, guild_id: int, about: str, gone: Forgotten) -> None:
        if gone.roles or gone.channels:
            await self._staff.tell(guild_id, about, mappings.forgotten(gone))
