"""The use cases: setting, unsetting, and forgetting what is gone."""

from collections.abc import Callable, Collection, Mapping

from raidbot.features.guild_config.models import Change, Forgotten, K, Mapped
from raidbot.kernel.database import Database
from raidbot.kernel.database.patience import patient
from raidbot.kernel.guilds import ChannelKey, GuildSettings, GuildStore, Module, Option, RoleKey

Present = tuple[Collection[int], Collection[int]]
"""The roles and the channels that a guild has."""


class ConfigService:
    """Changes what a guild's keys stand for."""

    def __init__(self, database: Database, guilds: GuildStore) -> None:
        self.database = database
        self._guilds = guilds

    async def set_roles(self, guild_id: int, wanted: Mapping[RoleKey, int | None], actor_id: int) -> Mapped[RoleKey]:
        """Map role keys, None: to nothing."""
        before = self._guilds.cached(guild_id).roles
        await self._write_roles(guild_id, wanted, actor_id)
        return _mapped(before, wanted, self._guilds.cached(guild_id).roles)

    async def set_channels(
        self, guild_id: int, wanted: Mapping[ChannelKey, int | None], actor_id: int
    ) -> Mapped[ChannelKey]:
        """Map channel keys, None: to nothing."""
        before = self._guilds.cached(guild_id).channels
        await self._write_channels(guild_id, wanted, actor_id)
        return _mapped(before, wanted, self._guilds.cached(guild_id).channels)

    @patient
    async def settings(self, guild_id: int) -> GuildSettings:
        """Read what a server has configured."""
        return await self._guilds.settings(guild_id)

    @patient
    async def set_module(self, guild_id: int, module: Module, actor_id: int, *, enabled: bool) -> None:
        """Switch a module on or off."""
        await self._guilds.set_module(guild_id, module, enabled=enabled, actor_id=actor_id)

    @patient
    async def set_options(self, guild_id: int, changes: Mapping[Option, object], actor_id: int) -> None:
        """Change options."""
        await self._guilds.set_options(guild_id, changes, actor_id)

    @patient
    async def welcome(self, guild_id: int, name: str) -> None:
        """Have a guild on the books under its present name."""
        await self._guilds.ensure(guild_id, name)

    @patient
    async def forget_role(self, guild_id: int, role_id: int) -> Forgotten:
        """Clear what a role stood for that was deleted."""
        return Forgotten(roles=await self._guilds.forget_role(guild_id, role_id))

    @patient
    async def forget_channel(self, guild_id: int, channel_id: int) -> Forgotten:
        """Clear what a channel stood for that was deleted."""
        return Forgotten(channels=await self._guilds.forget_channel(guild_id, channel_id))

    @patient
    async def forget_missing(self, guild_id: int, present: Callable[[], Present]) -> Forgotten:
        """Clear every mapping to a role or channel that is not present (asked after the mappings were read)."""
        settings = await self._guilds.settings(guild_id)
        roles, channels = present()
        gone_roles = [key for key, role_id in settings.roles.items() if role_id not in roles]
        gone_channels = [key for key, channel_id in settings.channels.items() if channel_id not in channels]
        for role_id in {settings.roles[key] for key in gone_roles}:
            await self._guilds.forget_role(guild_id, role_id)
        for channel_id in {settings.channels[key] for key in gone_channels}:
            await self._guilds.forget_channel(guild_id, channel_id)
        return Forgotten(gone_roles, gone_channels)

    @patient
    async def _write_roles(self, guild_id: int, wanted: Mapping[RoleKey, int | None], actor_id: int) -> None:
        await self._guilds.map_roles(guild_id, wanted, actor_id)

    @patient
    async def _write_channels(self, guild_id: int, wanted: Mapping[ChannelKey, int | None], actor_id: int) -> None:
        await self._guilds.map_channels(guild_id, wanted, actor_id)


def _mapped(before: Mapping[K, int], wanted: Mapping[K, int | None], now: Mapping[K, int]) -> Mapped[K]:
    """Compare with what stood before the first try: a second try, after a lost answer, finds nothing left to change."""
    changes = {key: Change(before.get(key), new) for key, new in wanted.items() if before.get(key) != new}
    return Mapped(now, changes)
