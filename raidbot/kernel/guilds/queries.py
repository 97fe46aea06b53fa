"""Every statement on a guild's configuration. Only the first is ever hot, and memory answers for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from raidbot.kernel.database import Connection, Statement
from raidbot.kernel.guilds.models import ChannelKey, GuildSettings, Module, Option, RoleKey
from raidbot.kernel.guilds.tables import guild, guild_channel, guild_module, guild_role

_p = sa.bindparam


@dataclass(frozen=True, slots=True)
class _Row:
    guild_id: int
    run_roles: bool
    live_run_hours: int
    time_zone: str
    accent_colour: int | None
    roles: Mapping[str, int]
    channels: Mapping[str, int]
    modules: Mapping[str, bool]

    def settings(self) -> GuildSettings:
        enabled = {Module(module): on for module, on in self.modules.items()}
        return GuildSettings(
            guild_id=self.guild_id,
            roles={RoleKey(key): role_id for key, role_id in self.roles.items()},
            channels={ChannelKey(key): channel_id for key, channel_id in self.channels.items()},
            modules=frozenset(module for module in Module if enabled.get(module, module.on_by_default)),
            run_roles=self.run_roles,
            live_run_hours=self.live_run_hours,
            time_zone=self.time_zone,
            accent_colour=self.accent_colour,
        )


def _gathered(key: sa.Column[Any], value: sa.Column[Any], name: str) -> sa.Label[Any]:
    """Select a guild's rows of another table as one JSON object."""
    pairs = sa.func.coalesce(sa.func.jsonb_object_agg(key, value), sa.literal_column("'{}'::jsonb"))
    return sa.select(pairs).where(key.table.c.guild_id == guild.c.guild_id).scalar_subquery().label(name)


def _upsert(table: sa.Table, key: str, **values: sa.BindParameter[Any]) -> pg.Insert:
    insert = pg.insert(table).values(guild_id=_p("guild_id"), **{key: _p("key")}, **values)
    return insert.on_conflict_do_update(
        index_elements=["guild_id", key], set_={column: insert.excluded[column] for column in values}
    )


_select = sa.select(
    guild.c.guild_id,
    guild.c.run_roles,
    guild.c.live_run_hours,
    guild.c.time_zone,
    guild.c.accent_colour,
    _gathered(guild_role.c.role_key, guild_role.c.role_id, "roles"),
    _gathered(guild_channel.c.channel_key, guild_channel.c.channel_id, "channels"),
    _gathered(guild_module.c.module, guild_module.c.enabled, "modules"),
)
_all = Statement("guilds.all_settings", _select, _Row)
_one = Statement("guilds.settings", _select.where(guild.c.guild_id == _p("guild")), _Row)

_new = pg.insert(guild).values(guild_id=_p("guild_id"), name=_p("name"), created_at=_p("now"))
_ensure = Statement(
    "guilds.ensure",
    _new.on_conflict_do_update(
        index_elements=["guild_id"],
        set_={"name": _new.excluded.name},
        where=_new.excluded.name != sa.func.coalesce(guild.c.name, ""),  # never true for a null: the old name stays
    ),
)

_set_role = Statement(
    "guilds.set_role",
    _upsert(guild_role, "role_key", role_id=_p("id"), updated_at=_p("now"), updated_by=_p("actor_id")),
)
_unset_role = Statement(
    "guilds.unset_role",
    sa.delete(guild_role).where(guild_role.c.guild_id == _p("guild"), guild_role.c.role_key == _p("key")),
)
_set_channel = Statement(
    "guilds.set_channel",
    _upsert(guild_channel, "channel_key", channel_id=_p("id"), updated_at=_p("now"), updated_by=_p("actor_id")),
)
_unset_channel = Statement(
    "guilds.unset_channel",
    sa.delete(guild_channel).where(guild_channel.c.guild_id == _p("guild"), guild_channel.c.channel_key == _p("key")),
)
_set_module = Statement("guilds.set_module", _upsert(guild_module, "module", enabled=_p("enabled")))
_set_options = Statement(
    "guilds.set_options",
    sa.update(guild)
    .where(guild.c.guild_id == _p("guild"))
    .values({column: _p(f"new_{column}", type_=guild.c[column].type) for column in (one.value for one in Option)}),
)


async def all_settings(conn: Connection) -> dict[int, GuildSettings]:
    """Read every guild's configuration, by guild: asked once, at the start. Reads the tables whole."""
    return {row.guild_id: row.settings() for row in await conn.all(_all)}


async def settings(conn: Connection, guild_id: int) -> GuildSettings:
    """Read one guild's configuration; that of an unknown guild is the default. Index: the keys."""
    row = await conn.maybe(_one, guild=guild_id)
    return GuildSettings(guild_id) if row is None else row.settings()


async def ensure(conn: Connection, guild_id: int, name: str | None, now: datetime) -> None:
    """Have a row for the guild, under this name unless it is None; locks the row in a transaction. Index: the key."""
    await conn.execute(_ensure, guild_id=guild_id, name=name, now=now)


async def map_roles(
    conn: Connection, guild_id: int, changes: Mapping[RoleKey, int | None], actor_id: int | None, now: datetime
) -> None:
    """Map keys to roles, None: to none. Only unsetting may lack an actor. Index: the key."""
    for key, role_id in changes.items():
        if role_id is None:
            await conn.execute(_unset_role, guild=guild_id, key=key.value)
        else:
            await conn.execute(_set_role, guild_id=guild_id, key=key.value, id=role_id, actor_id=actor_id, now=now)


async def map_channels(
    conn: Connection, guild_id: int, changes: Mapping[ChannelKey, int | None], actor_id: int | None, now: datetime
) -> None:
    """Map keys to channels, None: to none. Only unsetting may lack an actor. Index: the key."""
    for key, channel_id in changes.items():
        if channel_id is None:
            await conn.execute(_unset_channel, guild=guild_id, key=key.value)
        else:
            await conn.execute(
                _set_channel, guild_id=guild_id, key=key.value, id=channel_id, actor_id=actor_id, now=now
            )


async def set_module(conn: Connection, guild_id: int, module: Module, *, enabled: bool) -> None:
    """Switch a module on or off. Index: the key."""
    await conn.execute(_set_module, guild_id=guild_id, key=module.value, enabled=enabled)


async def set_options(conn: Connection, guild_id: int, now: GuildSettings) -> None:
    """Write what a guild sets besides roles, channels and modules. Index: the key."""
    await conn.execute(_set_options, guild=guild_id, **{f"new_{one.value}": getattr(now, one.value) for one in Option})
