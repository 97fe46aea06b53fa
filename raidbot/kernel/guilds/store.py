"""The configuration of all guilds in memory, and the only door through which it changes."""

import asyncio
import dataclasses
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import TypeVar

from raidbot.kernel import audit
from raidbot.kernel.clock import Clock
from raidbot.kernel.database import Connection, Database
from raidbot.kernel.events import Events
from raidbot.kernel.guilds import queries
from raidbot.kernel.guilds.models import ChannelKey, GuildSettings, Module, Option, RoleKey, RolesMapped, ZoneChanged

K = TypeVar("K", RoleKey, ChannelKey)


class GuildStore:
    """Answers from memory and writes through to the rows; exact because one process owns the database.

    `load` must have run before anything is asked. A change whose commit was lost sight of (Unavailable) is looked up
    again by the next `settings`; `cached` tells the old value until then. Changed roles are published as RolesMapped, a
    changed time zone as ZoneChanged.
    """

    def __init__(self, database: Database, clock: Clock, events: Events | None = None) -> None:
        self._database = database
        self._events = events or Events()
        self._clock = clock
        self._cache: dict[int, GuildSettings] = {}
        self._doubtful: set[int] = set()
        self._changes = asyncio.Lock()
        self.modules_changed: Callable[[], None] | None = None
        """Called after a guild's modules changed."""

    async def load(self) -> None:
        """Read everything, in one statement."""
        async with self._changes, self._database.connection() as conn:
            self._cache = await queries.all_settings(conn)
            self._doubtful.clear()

    async def settings(self, guild_id: int) -> GuildSettings:
        """Return a guild's configuration; no statement unless a change is in doubt."""
        if guild_id in self._doubtful:
            async with self._changes, self._database.connection() as conn:
                self._cache[guild_id] = await queries.settings(conn, guild_id)
                self._doubtful.discard(guild_id)
        return self.cached(guild_id)

    def cached(self, guild_id: int) -> GuildSettings:
        """Return a guild's configuration from memory; the defaults for a guild that configured nothing."""
        return self._cache.get(guild_id) or GuildSettings(guild_id)

    def known(self) -> Sequence[int]:
        """List the guilds that the bot was in when its memory was loaded, or that configured something since."""
        return list(self._cache)

    async def ensure(self, guild_id: int, name: str) -> None:
        """Have a row for a guild that the bot is in, under its present name."""
        async with self._database.connection() as conn:
            await queries.ensure(conn, guild_id, name, self._clock.now())

    async def map_roles(
        self, guild_id: int, changes: Mapping[RoleKey, int | None], actor_id: int
    ) -> Mapping[RoleKey, int | None]:
        """Map keys to Discord roles, None: to none; return what really changed."""
        return await self._map(
            guild_id,
            lambda now: _differing(now.roles, changes),
            lambda now: now.roles,
            self._write_roles,
            actor_id,
            "guild.roles.set",
        )

    async def map_channels(
        self, guild_id: int, changes: Mapping[ChannelKey, int | None], actor_id: int
    ) -> Mapping[ChannelKey, int | None]:
        """Map keys to Discord channels, None: to none; return what really changed."""
        return await self._map(
            guild_id,
            lambda now: _differing(now.channels, changes),
            lambda now: now.channels,
            queries.map_channels,
            actor_id,
            "guild.channels.set",
        )

    async def forget_role(self, guild_id: int, role_id: int) -> list[RoleKey]:
        """Clear every key that maps to a role that Discord no longer has; return the keys."""
        if role_id not in (await self.settings(guild_id)).roles.values():
            return []
        cleared = await self._map(
            guild_id,
            lambda now: {key: None for key, mapped in now.roles.items() if mapped == role_id},
            lambda now: now.roles,
            self._write_roles,
            None,
            "guild.roles.forget",
        )
        return [key for key in RoleKey if key in cleared]

    async def forget_channel(self, guild_id: int, channel_id: int) -> list[ChannelKey]:
        """Clear every key that maps to a channel that Discord no longer has; return the keys."""
        if channel_id not in (await self.settings(guild_id)).channels.values():
            return []
        cleared = await self._map(
            guild_id,
            lambda now: {key: None for key, mapped in now.channels.items() if mapped == channel_id},
            lambda now: now.channels,
            queries.map_channels,
            None,
            "guild.channels.forget",
        )
        return [key for key in ChannelKey if key in cleared]

    async def set_module(self, guild_id: int, module: Module, *, enabled: bool, actor_id: int) -> bool:
        """Switch a module on or off; False when it already was."""
        async with self._changing(guild_id) as (conn, before):
            if (module in before.modules) == enabled:
                return False
            await queries.set_module(conn, guild_id, module, enabled=enabled)
            await self._audit(conn, guild_id, actor_id, "guild.modules.set", {module.value: (not enabled, enabled)})
        if self.modules_changed is not None:
            self.modules_changed()
        return True

    async def set_options(self, guild_id: int, changes: Mapping[Option, object], actor_id: int) -> bool:
        """Change options; False when nothing differs. Conflict for a value that the schema does not take."""
        async with self._changing(guild_id) as (conn, before):
            after = dataclasses.replace(before, **{option.value: new for option, new in changes.items()})  # type: ignore[arg-type]  # the fields' values by name
            pairs = {one.value: (getattr(before, one.value), getattr(after, one.value)) for one in Option}
            differing = {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
            if not differing:
                return False
            await queries.set_options(conn, guild_id, after)
            await self._audit(conn, guild_id, actor_id, "guild.options.set", differing)
            if before.zone != after.zone:
                await self._events.publish(conn, ZoneChanged(guild_id, before.zone, after.zone))
        return True

    async def _map(
        self,
        guild_id: int,
        decide: Callable[[GuildSettings], Mapping[K, int | None]],
        mapped: Callable[[GuildSettings], Mapping[K, int]],
        write: Callable[[Connection, int, Mapping[K, int | None], int | None, datetime], Awaitable[None]],
        actor_id: int | None,
        action: str,
    ) -> Mapping[K, int | None]:
        async with self._changing(guild_id) as (conn, before):
            changes = decide(before)
            if changes:
                await write(conn, guild_id, changes, actor_id, self._clock.now())
                old = mapped(before)
                detail = {key.value: (old.get(key), new) for key, new in changes.items()}
                await self._audit(conn, guild_id, actor_id, action, detail)
        return changes

    async def _write_roles(
        self,
        conn: Connection,
        guild_id: int,
        changes: Mapping[RoleKey, int | None],
        actor_id: int | None,
        now: datetime,
    ) -> None:
        await queries.map_roles(conn, guild_id, changes, actor_id, now)
        await self._events.publish(conn, RolesMapped(guild_id, changes))

    @asynccontextmanager
    async def _changing(self, guild_id: int) -> AsyncIterator[tuple[Connection, GuildSettings]]:
        """Lend a transaction that holds the guild's row, with the settings as they stand; renew the memory after it."""
        async with self._changes:
            try:
                async with self._database.transaction() as conn:
                    await queries.ensure(conn, guild_id, None, self._clock.now())
                    yield conn, await queries.settings(conn, guild_id)
                    after = await queries.settings(conn, guild_id)
            except BaseException:
                self._doubtful.add(guild_id)  # the commit may have arrived though its answer did not
                raise
            self._cache[guild_id] = after
            self._doubtful.discard(guild_id)

    async def _audit(
        self,
        conn: Connection,
        guild_id: int,
        actor_id: int | None,
        action: str,
        changes: Mapping[str, tuple[object, object]],
    ) -> None:
        await audit.write(
            conn,
            guild_id=guild_id,
            actor_id=actor_id,
            action=action,
            subject=str(guild_id),
            detail={name: {"old": old, "new": new} for name, (old, new) in changes.items()},
            now=self._clock.now(),
        )


def _differing(present: Mapping[K, int], changes: Mapping[K, int | None]) -> dict[K, int | None]:
    return {key: new for key, new in changes.items() if present.get(key) != new}
