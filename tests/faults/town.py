"""The place of the evening: a guild on a local Discord, configured, with a database of its own."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from time import monotonic
from typing import Any, Final, LiteralString, TypeVar

import psycopg
from psycopg import sql

from raidbot.kernel.clock import Clock
from raidbot.kernel.database import Connection, Database, EmbeddedPostgres
from raidbot.kernel.guilds import ChannelKey, GuildStore, RoleKey
from raidbot.playground.driver import Channel, Guild, LocalDiscord, Member, Process, Role
from tests.stage import as_url

T = TypeVar("T")

RAIDERS: Final = 5
CONNECTIONS: Final = 3
"""Of each bot: several play at once on one server."""
AWAY_S: Final = 45.0
"""For so long a test's own query waits for a server that is away."""
LOOK_EVERY_S: Final = 0.05
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Town:
    discord: LocalDiscord
    guild: Guild
    channels: Mapping[ChannelKey, Channel]
    """Those that are mapped."""
    own_roles: tuple[Role, ...]
    """What the bot must leave alone."""
    organizers: tuple[Member, Member]
    raiders: tuple[Member, ...]
    database: Database
    environment: dict[str, str]
    """The bot's."""
    folder: Path

    @property
    def raids(self) -> Channel:
        """Return the raid channel."""
        return self.channels[ChannelKey.RAID]


@contextmanager
def clone(server: EmbeddedPostgres, template: str) -> Iterator[str]:
    """Lend the address of a fresh, migrated database."""
    name = f"{template}_night_{next(_numbers)}"
    _command(server, "CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy", name, template)
    try:
        yield server.dsn(name)
    finally:
        _command(server, "DROP DATABASE {} WITH (FORCE)", name)


def _command(server: EmbeddedPostgres, command: LiteralString, *names: str) -> None:
    with psycopg.connect(server.dsn(), autocommit=True) as conn:
        conn.execute(sql.SQL(command).format(*map(sql.Identifier, names)))


@asynccontextmanager
async def town(
    process: Process, dsn: str, folder: Path, channels: Collection[ChannelKey], *, rate_limits: bool = True
) -> AsyncIterator[Town]:
    """Found a town in an emptied local Discord, before the bot first comes there."""
    discord = await LocalDiscord.attach(process.port)
    database = Database(dsn, application_name="auditor", pool_max=1)
    try:
        await discord.reset(rate_limits=rate_limits)
        await database.open()
        yield await _found(discord, database, process, dsn, folder, channels)
    finally:
        await database.close()
        await discord.close()


async def _found(
    discord: LocalDiscord,
    database: Database,
    process: Process,
    dsn: str,
    folder: Path,
    channels: Collection[ChannelKey],
) -> Town:
    guild = await discord.add_guild("Fungal Friends")
    organizer, verified, suspended = [
        await guild.add_role(name) for name in ("Organizer", "Verified Raider", "Suspended")
    ]
    found = {key: await guild.add_channel(key.channel_name) for key in (ChannelKey.RAID, *channels)}
    organizers = [await guild.add_member(name, roles=[organizer]) for name in ("Olga", "Otto")]
    raiders = await guild.add_members(RAIDERS, roles=[verified])
    store = GuildStore(database, Clock())
    await store.load()
    roles = {
        RoleKey.ORGANIZER: organizer.id,
        RoleKey.VERIFIED_RAIDER: verified.id,
        RoleKey.SUSPENDED: suspended.id,
    }
    await store.map_roles(guild.id, roles, guild.owner.id)
    await store.map_channels(guild.id, {key: channel.id for key, channel in found.items()}, guild.owner.id)
    environment = {
        "DISCORD_TOKEN": discord.token,
        "DISCORD_API_URL": discord.rest_url,
        "DATABASE_URL": as_url(dsn).get_secret_value(),
        "DATABASE_POOL_MAX": str(CONNECTIONS),
        "ENVIRONMENT": "development",
        "CLOCK_FILE": str(process.clock_file),
        "LOG_LEVEL": "INFO",
    }
    own_roles = tuple(await guild.roles())
    await asyncio.to_thread(folder.mkdir, exist_ok=True)
    first, second = organizers
    return Town(discord, guild, found, own_roles, (first, second), tuple(raiders), database, environment, folder)


async def read(database: Database, query: str) -> list[tuple[Any, ...]]:
    """Run a query of a test and return its rows; again while the server is away."""
    until = monotonic() + AWAY_S
    while True:
        try:
            async with database._pool.connection(timeout=AWAY_S) as conn:
                return list(await (await conn.execute(query.encode())).fetchall())
        except psycopg.OperationalError:
            if monotonic() > until:
                raise
            await asyncio.sleep(LOOK_EVERY_S)


async def ask(database: Database, question: Callable[[Connection], Awaitable[T]]) -> T:
    """Run a query of a feature; again while the server is away."""

    async def once() -> T:
        async with database.connection() as conn:
            return await question(conn)

    return await database.patiently(once, until=monotonic() + AWAY_S)
