"""The doctor's whole round, against the local Discord and a real database."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime

import hikari
import pytest
from psycopg.conninfo import conninfo_to_dict
from pydantic import SecretStr

from raidbot.app import CHECKS
from raidbot.kernel.clock import Clock
from raidbot.kernel.database import Database
from raidbot.kernel.discord.checkup import Finding, Level, doctor, examine
from raidbot.kernel.guilds import ChannelKey, GuildStore, RoleKey
from raidbot.kernel.owed import Owed
from raidbot.kernel.owed.queries import effects
from raidbot.kernel.settings import Settings
from raidbot.playground.driver import ADMIN_LIKE, Guild, LocalDiscord, Permission, Process

NOW = datetime(2026, 1, 2, tzinfo=UTC)
CLOCK = Clock(lambda: NOW)
ADMIN = 900_000_000_000_000_009
NOT_MINE = 1_100_000_000_000_000_001


@pytest.fixture(scope="session")
def playground() -> Iterator[Process]:
    process = Process.start()
    yield process
    process.stop()


@pytest.fixture
async def discord(playground: Process) -> AsyncIterator[LocalDiscord]:
    handle = await LocalDiscord.attach(playground.port)
    await handle.reset()
    yield handle
    problems = await handle.problems()
    await handle.close()
    assert problems == []


@pytest.fixture
async def guild(discord: LocalDiscord) -> Guild:
    return await discord.add_guild("Realm")


@pytest.fixture
def settings(discord: LocalDiscord, guild: Guild, database_url: str) -> Settings:
    where = conninfo_to_dict(database_url)
    return Settings(
        discord_token=SecretStr(discord.token),
        discord_api_url=discord.rest_url,
        database_url=SecretStr(f"postgresql://{where['user']}@/{where['dbname']}?host={where['host']}"),
        guild_ids=(guild.id,),
    )


@pytest.fixture
async def store(database: Database) -> GuildStore:
    store = GuildStore(database, CLOCK)
    await store.load()
    return store


async def configure(store: GuildStore, guild: Guild) -> None:
    """Choose what raids need."""
    organizers, raids = await guild.add_role("Organizers"), await guild.add_channel("raids")
    await store.map_roles(guild.id, {RoleKey.ORGANIZER: organizers.id}, ADMIN)
    await store.map_channels(guild.id, {ChannelKey.RAID: raids.id}, ADMIN)


def problems(found: list[Finding]) -> list[str]:
    return [f"{finding.subject}: {finding.text}" for finding in found if finding.level is Level.PROBLEM]


async def test_a_bot_that_lacks_nothing_gets_status_0(
    settings: Settings, store: GuildStore, guild: Guild, capsys: pytest.CaptureFixture[str]
) -> None:
    await configure(store, guild)
    assert await doctor(settings, CHECKS) == 0
    report = capsys.readouterr().out
    assert "ok       token         Discord knows it as raidbot" in report
    assert "ok       ledger        its totals are the sums of its rows" in report
    assert "ok       schema" in report
    assert "PROBLEM" not in report
    assert "optional channels not chosen: " in report


async def test_a_guild_that_nobody_configured_gets_status_1_and_the_commands_to_type(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await doctor(settings) == 1
    report = capsys.readouterr().out
    assert "-> /setroles organizer:@role" in report
    assert "-> /setchannels raid:#channel" in report
    assert "2 problems" in report


async def test_a_refused_token_is_named_and_not_shown(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    secret = "MTAwMDAwMDAwMDAwMDAwMDAx.wrong.secret-of-the-token"
    assert await doctor(settings.model_copy(update={"discord_token": SecretStr(secret)})) == 1
    out, err = capsys.readouterr()
    assert "PROBLEM  token     Discord refuses the token of DISCORD_TOKEN" in out
    assert "secret" not in out + err


async def test_a_discord_that_does_not_answer_is_a_problem(settings: Settings) -> None:
    nowhere = settings.model_copy(update={"discord_api_url": "http://127.0.0.1:9/api/v10"})
    (found,) = problems(await examine(nowhere))
    assert found.startswith("Discord: http://127.0.0.1:9/api/v10 does not answer as it should")


async def test_a_guild_that_the_bot_is_not_in_gets_the_invitation(settings: Settings) -> None:
    found = await examine(settings.model_copy(update={"guild_ids": (NOT_MINE,)}))
    (missing,) = [finding for finding in found if finding.level is Level.PROBLEM]
    assert (missing.subject, missing.text) == (f"server {NOT_MINE}", "the bot is not in it")
    assert missing.remedy is not None
    assert f"guild_id={NOT_MINE}" in missing.remedy


async def test_without_guild_ids_every_guild_is_looked_at(settings: Settings, discord: LocalDiscord) -> None:
    await discord.add_guild("Other realm")
    found = await examine(settings.model_copy(update={"guild_ids": ()}))
    assert {finding.subject for finding in found if finding.subject.startswith("server")} == {
        "server Realm",
        "server Other realm",
    }


async def test_a_bot_in_no_guild_gets_the_invitation(settings: Settings, guild: Guild) -> None:
    await guild.remove()
    found = await examine(settings.model_copy(update={"guild_ids": ()}))
    (alone,) = [finding for finding in found if finding.level is Level.PROBLEM]
    assert alone.text == "the bot is in none"
    assert alone.remedy is not None
    assert "https://discord.com/oauth2/authorize?client_id=" in alone.remedy


async def test_what_humans_did_to_roles_and_channels_is_found(
    settings: Settings, store: GuildStore, guild: Guild
) -> None:
    await configure(store, guild)
    gone, log = await guild.add_role("Gone"), await guild.add_channel("log")
    await store.map_roles(guild.id, {RoleKey.TEAM: gone.id}, ADMIN)
    await store.map_channels(guild.id, {ChannelKey.BOT_LOG: log.id}, ADMIN)
    await guild.delete_role(gone)
    await log.set_overwrites([(guild.bot, 0, Permission.SEND_MESSAGES)])
    mine = next(role for role in await guild.roles() if role.managed)
    await guild.edit_role(mine, permissions=int(ADMIN_LIKE & ~Permission.MANAGE_ROLES))
    assert problems(await examine(settings)) == [
        "server Realm: the role chosen as Team does not exist any more",
        "server Realm: #log (Bot log): the bot lacks Send Messages",
        "server Realm: the bot lacks Manage Roles: it can neither make nor give roles",
    ]


async def test_what_is_owed_and_blocked_is_found(
    settings: Settings, store: GuildStore, guild: Guild, database: Database
) -> None:
    await configure(store, guild)
    async with database.transaction() as conn:
        await Owed(CLOCK).effect(conn, "raids.delete_role", guild_id=guild.id, subject="5")
    async with database.connection() as conn:
        (effect,) = await effects.effects_due(conn, NOW, [])
        await effects.effect_later(conn, effect, NOW, "Discord does not let me do this")
    assert problems(await examine(settings)) == [
        "server Realm: raids.delete_role is blocked (1 owed): Discord does not let me do this"
    ]


async def test_without_a_database_the_rest_is_looked_at_all_the_same(settings: Settings) -> None:
    unreachable = SecretStr("postgresql://me@127.0.0.1:1/raid")
    found = await examine(settings.model_copy(update={"database_url": unreachable}))
    assert [finding.subject for finding in found] == ["settings", "database", "token", "intents", "server Realm"]
    assert [finding.subject for finding in found if finding.level is Level.PROBLEM] == ["database"]


async def test_a_privileged_intent_that_is_switched_off_is_named(settings: Settings, discord: LocalDiscord) -> None:
    await discord.refuse_intents(hikari.Intents.GUILD_MEMBERS)
    assert problems(await examine(settings))[0].startswith("intents: Server Members Intent is off")
