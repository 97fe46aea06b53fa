"""The doctor's report, and its look at the database."""

import asyncio
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict
from pydantic import SecretStr

from raidbot.kernel.database import EmbeddedPostgres, migrate
from raidbot.kernel.health import Finding, Level, all_well, render, storage
from raidbot.kernel.settings import Settings

TOKEN = "MTAwMDAwMDAwMDAwMDAwMDAx.fake-token.not-a-real-secret"


def settings(*, url: str | None = None, data_dir: Path = Path("nowhere")) -> Settings:
    return Settings(
        discord_token=SecretStr(TOKEN), data_dir=data_dir, database_url=None if url is None else SecretStr(url)
    )


def address(dsn: str) -> str:
    where = conninfo_to_dict(dsn)
    return f"postgresql://{where['user']}@/{where['dbname']}?host={where['host']}"


async def look(given: Settings) -> tuple[bool, list[tuple[Level, str]]]:
    """Return whether the database can be read, and what was found."""
    async with storage(given) as found:
        return found.dsn is not None, [(finding.level, finding.text) for finding in found.findings]


def test_the_report_is_aligned_and_counts() -> None:
    report = render(
        [
            Finding(Level.OK, "token", "good"),
            Finding(Level.PROBLEM, "server Realm", "no raid channel", "/setchannels"),
            Finding(Level.WARNING, "server Realm", "optional"),
            Finding(Level.WARNING, "intents", "optional"),
        ]
    )
    assert report.splitlines() == [
        "ok       token         good",
        "PROBLEM  server Realm  no raid channel",
        "                       -> /setchannels",
        "warning  server Realm  optional",
        "warning  intents       optional",
        "",
        "1 problem, 2 warnings",
    ]
    assert report.endswith("\n")


def test_a_guild_cannot_steer_the_terminal_by_its_name() -> None:
    report = render([Finding(Level.OK, "server \x1b[2J\nRealm", "fine\x07")])
    assert report.splitlines()[0] == "ok  server ?[2J?Realm  fine?"
    assert report.splitlines()[-1] == "All is well."


def test_only_problems_spoil_it() -> None:
    assert all_well([Finding(Level.OK, "", ""), Finding(Level.WARNING, "", "")])
    assert not all_well([Finding(Level.OK, "", ""), Finding(Level.PROBLEM, "", "")])


async def test_a_migrated_database_can_be_read(database_url: str) -> None:
    usable, found = await look(settings(url=address(database_url)))
    assert usable
    assert [level for level, _ in found] == [Level.OK, Level.OK]


async def test_a_database_without_the_schema_says_how_to_migrate(empty_database_url: str) -> None:
    usable, found = await look(settings(url=address(empty_database_url)))
    assert not usable
    assert found[0][0] is Level.OK
    assert found[1][0] is Level.PROBLEM
    assert "make migrate" in found[1][1]


async def test_a_database_that_does_not_answer_is_a_problem_without_its_password(tmp_path: Path) -> None:
    usable, found = await look(settings(url=f"postgresql://me:hush@/raid?host={tmp_path}"))
    assert not usable
    ((level, text),) = found
    assert level is Level.PROBLEM
    assert "hush" not in text


async def test_an_embedded_database_that_was_never_made_is_fine_and_not_made(tmp_path: Path) -> None:
    usable, found = await look(settings(data_dir=tmp_path / "data"))
    assert not usable
    assert [level for level, _ in found] == [Level.OK]
    assert not (tmp_path / "data").exists()


@pytest.fixture
async def stopped(server_root: Path) -> EmbeddedPostgres:
    """A bot's own database, migrated, in server_root/postgres, not running."""
    server = EmbeddedPostgres(server_root / "postgres", fsync=False)
    await asyncio.to_thread(server.start)
    await asyncio.to_thread(migrate, server.dsn())
    await asyncio.to_thread(server.stop)
    return server


async def test_a_stopped_embedded_database_runs_for_the_look_only(server_root: Path, stopped: EmbeddedPostgres) -> None:
    async with storage(settings(data_dir=server_root)) as found:
        assert found.dsn is not None
        assert all_well(found.findings)
        async with await psycopg.AsyncConnection.connect(found.dsn) as conn:
            assert await (await conn.execute("SELECT 1")).fetchone() == (1,)
    with pytest.raises(psycopg.OperationalError):
        await psycopg.AsyncConnection.connect(stopped.dsn())


async def test_the_database_of_a_running_bot_is_shared_and_left_running(
    server_root: Path, stopped: EmbeddedPostgres
) -> None:
    await asyncio.to_thread(stopped.start)
    try:
        usable, found = await look(settings(data_dir=server_root))
        assert usable
        assert found[0] == (Level.OK, "the PostgreSQL of the running bot answers")
        async with await psycopg.AsyncConnection.connect(stopped.dsn()) as conn:
            assert await (await conn.execute("SELECT 1")).fetchone() == (1,)
    finally:
        await asyncio.to_thread(stopped.stop)


async def test_a_claimed_database_that_does_not_run_is_a_problem(server_root: Path, stopped: EmbeddedPostgres) -> None:
    stopped._take_claim()
    try:
        usable, found = await look(settings(data_dir=server_root))
    finally:
        stopped._drop_claim()
    assert not usable
    ((level, text),) = found
    assert level is Level.PROBLEM
    assert "another bot is running" in text
