"""A guild's configuration: what is in memory is what the rows say, and every change is audited."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

import pytest
import sqlalchemy as sa

from raidbot.kernel.audit import write
from raidbot.kernel.audit.tables import audit
from raidbot.kernel.clock import Clock
from raidbot.kernel.database import Conflict, Connection, Database, Statement, Unavailable
from raidbot.kernel.guilds import ChannelKey, GuildSettings, GuildStore, Module, Option, RoleKey
from raidbot.kernel.guilds.tables import guild, guild_role

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
CLOCK = Clock(lambda: NOW)
GUILD, OTHER, ADMIN = 1_100_000_000_000_000_001, 1_100_000_000_000_000_002, 900_000_000_000_000_009
RED, BLUE = 1_200_000_000_000_000_003, 1_200_000_000_000_000_004


@dataclass(frozen=True)
class Audited:
    guild_id: int
    actor_id: int | None
    action: str
    detail: dict[str, Any]
    created_at: datetime


_audited = Statement(
    "test.audited",
    sa.select(audit.c.guild_id, audit.c.actor_id, audit.c.action, audit.c.detail, audit.c.created_at).order_by(
        audit.c.id
    ),
    Audited,
)
_name = Statement("test.guild_name", sa.select(guild.c.name).where(guild.c.guild_id == sa.bindparam("guild")), str)
_setters = Statement("test.role_setters", sa.select(guild_role.c.updated_by).order_by(guild_role.c.role_key), int)


async def audited(database: Database) -> list[Audited]:
    async with database.connection() as conn:
        return await conn.all(_audited)


async def actions(database: Database) -> list[tuple[int | None, str, dict[str, Any]]]:
    return [(row.actor_id, row.action, row.detail) for row in await audited(database)]


@pytest.fixture
async def store(database: Database) -> GuildStore:
    store = GuildStore(database, CLOCK)
    await store.load()
    return store


async def reloaded(database: Database) -> GuildStore:
    """What a bot started now would know."""
    store = GuildStore(database, CLOCK)
    await store.load()
    return store


async def test_a_guild_that_configured_nothing_has_the_defaults_without_a_statement(
    store: GuildStore, database: Database
) -> None:
    before = database.statements
    settings = await store.settings(GUILD)
    assert settings == store.cached(GUILD) == GuildSettings(GUILD)
    assert settings.modules == {Module.RAIDS}
    assert settings.run_roles
    assert settings.live_run_hours == 2
    assert database.statements == before


async def test_mapped_roles_and_channels_are_known_at_once_and_after_a_restart(
    store: GuildStore, database: Database
) -> None:
    changed = await store.map_roles(GUILD, {RoleKey.ORGANIZER: RED, RoleKey.SECURITY: RED}, ADMIN)
    await store.map_channels(GUILD, {ChannelKey.RAID: BLUE}, ADMIN)
    assert changed == {RoleKey.ORGANIZER: RED, RoleKey.SECURITY: RED}
    assert store.cached(GUILD).roles == changed
    assert store.cached(GUILD).channels == {ChannelKey.RAID: BLUE}
    assert (await reloaded(database)).cached(GUILD) == store.cached(GUILD)
    assert store.cached(OTHER) == GuildSettings(OTHER)
    async with database.connection() as conn:
        assert await conn.all(_setters) == [ADMIN, ADMIN]


async def test_reading_settings_costs_no_statement(store: GuildStore, database: Database) -> None:
    await store.map_roles(GUILD, {RoleKey.ORGANIZER: RED}, ADMIN)
    before = database.statements
    for _ in range(100):
        assert (await store.settings(GUILD)).roles[RoleKey.ORGANIZER] == RED
    assert database.statements == before


async def test_a_change_is_audited_with_old_and_new_and_no_change_is_not(store: GuildStore, database: Database) -> None:
    await store.map_roles(GUILD, {RoleKey.ORGANIZER: RED}, ADMIN)
    assert await store.map_roles(GUILD, {RoleKey.ORGANIZER: RED, RoleKey.MUTED: None}, ADMIN) == {}
    await store.map_roles(GUILD, {RoleKey.ORGANIZER: BLUE, RoleKey.OFFICER: RED}, ADMIN)
    await store.map_roles(GUILD, {RoleKey.ORGANIZER: None}, ADMIN)
    assert store.cached(GUILD).roles == {RoleKey.OFFICER: RED}
    assert await audited(database) == [
        Audited(GUILD, ADMIN, "guild.roles.set", {"organizer": {"old": None, "new": RED}}, NOW),
        Audited(
            GUILD,
            ADMIN,
            "guild.roles.set",
            {"organizer": {"old": RED, "new": BLUE}, "officer": {"old": None, "new": RED}},
            NOW,
        ),
        Audited(GUILD, ADMIN, "guild.roles.set", {"organizer": {"old": BLUE, "new": None}}, NOW),
    ]


async def test_a_deleted_role_clears_every_key_it_stood_for(store: GuildStore, database: Database) -> None:
    mapped = {RoleKey.MUTED: RED, RoleKey.ORGANIZER: RED, RoleKey.OFFICER: BLUE}
    await store.map_roles(GUILD, mapped, ADMIN)
    await store.map_roles(OTHER, {RoleKey.TEAM: RED}, ADMIN)
    assert await store.forget_role(GUILD, RED) == [RoleKey.ORGANIZER, RoleKey.MUTED]
    assert store.cached(GUILD).roles == {RoleKey.OFFICER: BLUE}
    assert store.cached(OTHER).roles == {RoleKey.TEAM: RED}
    assert (await reloaded(database)).cached(GUILD).roles == {RoleKey.OFFICER: BLUE}
    assert (await actions(database))[-1] == (
        None,
        "guild.roles.forget",
        {"organizer": {"old": RED, "new": None}, "muted": {"old": RED, "new": None}},
    )


async def test_a_deleted_channel_clears_its_key(store: GuildStore, database: Database) -> None:
    await store.map_channels(GUILD, {ChannelKey.QUOTA: BLUE, ChannelKey.RAID: RED}, ADMIN)
    assert await store.forget_channel(GUILD, BLUE) == [ChannelKey.QUOTA]
    assert (await reloaded(database)).cached(GUILD).channels == {ChannelKey.RAID: RED}
    assert (await actions(database))[-1] == (
        None,
        "guild.channels.forget",
        {"quota": {"old": BLUE, "new": None}},
    )


async def test_the_end_of_a_role_that_nothing_maps_costs_no_statement(store: GuildStore, database: Database) -> None:
    before = database.statements
    assert await store.forget_role(GUILD, RED) == []
    assert await store.forget_channel(GUILD, RED) == []
    assert database.statements == before


async def test_modules_are_switched_once(store: GuildStore, database: Database) -> None:
    assert await store.set_module(GUILD, Module.MODMAIL, enabled=True, actor_id=ADMIN)
    assert not await store.set_module(GUILD, Module.MODMAIL, enabled=True, actor_id=ADMIN)
    assert await store.set_module(GUILD, Module.RAIDS, enabled=False, actor_id=ADMIN)
    assert store.cached(GUILD).modules == (await reloaded(database)).cached(GUILD).modules == {Module.MODMAIL}
    assert await actions(database) == [
        (ADMIN, "guild.modules.set", {"modmail": {"old": False, "new": True}}),
        (ADMIN, "guild.modules.set", {"raids": {"old": True, "new": False}}),
    ]


async def test_run_options_change_apart_from_each_other(store: GuildStore, database: Database) -> None:
    assert await store.set_options(GUILD, {Option.LIVE_RUN_HOURS: 24}, ADMIN)
    assert await store.set_options(GUILD, {Option.RUN_ROLES: False}, ADMIN)
    assert not await store.set_options(GUILD, {Option.RUN_ROLES: False, Option.LIVE_RUN_HOURS: 24}, ADMIN)
    settings = (await reloaded(database)).cached(GUILD)
    assert settings == store.cached(GUILD)
    assert (settings.run_roles, settings.live_run_hours) == (False, 24)
    assert [detail for _, _, detail in await actions(database)] == [
        {"live_run_hours": {"old": 2, "new": 24}},
        {"run_roles": {"old": True, "new": False}},
    ]


@pytest.mark.parametrize("hours", [0, 25])
async def test_a_live_run_lasts_1_to_24_hours(store: GuildStore, database: Database, hours: int) -> None:
    with pytest.raises(Conflict) as refused:
        await store.set_options(GUILD, {Option.LIVE_RUN_HOURS: hours}, ADMIN)
    assert refused.value.constraint == "guild_live_run_hours_range"
    assert await store.settings(GUILD) == GuildSettings(GUILD)
    assert await actions(database) == []


async def test_a_guild_keeps_its_newest_name_and_its_configuration(store: GuildStore, database: Database) -> None:
    await store.map_roles(GUILD, {RoleKey.ORGANIZER: RED}, ADMIN)
    for name in ("Pirate Cave", "Pirate Cave", "Realm Eye"):
        await store.ensure(GUILD, name)
    await store.map_roles(GUILD, {RoleKey.ORGANIZER: BLUE}, ADMIN)
    async with database.connection() as conn:
        assert await conn.one(_name, guild=GUILD) == "Realm Eye"
    assert (await reloaded(database)).cached(GUILD).roles == {RoleKey.ORGANIZER: BLUE}


async def test_changes_at_once_are_all_kept(store: GuildStore, database: Database) -> None:
    await asyncio.gather(
        *(store.map_roles(GUILD, {key: RED}, ADMIN) for key in RoleKey),
        *(store.map_channels(GUILD, {key: BLUE}, ADMIN) for key in ChannelKey),
        *(store.set_module(GUILD, module, enabled=True, actor_id=ADMIN) for module in Module),
    )
    assert store.cached(GUILD) == GuildSettings(
        GUILD, dict.fromkeys(RoleKey, RED), dict.fromkeys(ChannelKey, BLUE), frozenset(Module)
    )
    assert (await reloaded(database)).cached(GUILD) == store.cached(GUILD)


async def test_two_stores_on_one_database_lose_no_change(database: Database) -> None:
    stores = [await reloaded(database), await reloaded(database)]
    await asyncio.gather(
        *(stores[n % 2].map_roles(GUILD, {key: RED + n}, ADMIN) for n, key in enumerate(RoleKey)),
    )
    assert len((await reloaded(database)).cached(GUILD).roles) == len(RoleKey)


class AnswerLost:
    """A database whose commits arrive, and whose answers do not."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.connection = database.connection

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        async with self._database.transaction() as conn:
            yield conn
        raise Unavailable("connection lost")


async def test_a_change_whose_answer_was_lost_is_looked_up(database: Database) -> None:
    store = GuildStore(cast("Database", AnswerLost(database)), CLOCK)
    await store.load()
    with pytest.raises(Unavailable):
        await store.map_roles(GUILD, {RoleKey.ORGANIZER: RED}, ADMIN)
    assert (await store.settings(GUILD)).roles == {RoleKey.ORGANIZER: RED}
    before = database.statements
    assert (await store.settings(GUILD)).roles == {RoleKey.ORGANIZER: RED}
    assert database.statements == before


async def test_a_refused_change_leaves_memory_rows_and_audit_as_they_were(
    store: GuildStore, database: Database
) -> None:
    await store.map_roles(GUILD, {RoleKey.ORGANIZER: RED}, ADMIN)
    with pytest.raises(Conflict):
        await store.map_roles(GUILD, {RoleKey.ORGANIZER: BLUE, RoleKey.OFFICER: -1}, ADMIN)
    assert (await store.settings(GUILD)).roles == {RoleKey.ORGANIZER: RED}
    assert len(await actions(database)) == 1


async def test_an_audit_row_without_the_transaction_of_its_change_is_refused(database: Database) -> None:
    async with database.connection() as conn:
        with pytest.raises(RuntimeError, match="audited outside"):
            await write(conn, guild_id=GUILD, actor_id=None, action="a.b", subject="c", detail={}, now=NOW)
