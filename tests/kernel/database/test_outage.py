"""PostgreSQL goes away and comes back, under a pool in use."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path
from time import monotonic

import pytest
import sqlalchemy as sa

from raidbot.kernel.database import Database, EmbeddedPostgres, Statement
from raidbot.kernel.errors import Unavailable

ONE = Statement("test.outage", sa.text("SELECT 1"), int)


@pytest.fixture
async def db(own_postgres: EmbeddedPostgres) -> AsyncIterator[Database]:
    database = Database(own_postgres.dsn(), pool_max=6)
    await database.open()
    yield database
    await database.close()


def _kill(server: EmbeddedPostgres) -> None:
    """Kill the postmaster; its children notice and follow."""
    os.kill(int((server.data / "postmaster.pid").read_text().split("\n")[0]), signal.SIGKILL)


def _quit(server: EmbeddedPostgres) -> None:
    """Stop without a checkpoint; the connections hear that the server shuts down."""
    os.kill(int((server.data / "postmaster.pid").read_text().split("\n")[0]), signal.SIGQUIT)


async def _ask(db: Database) -> int:
    async with db.connection() as conn:
        return await conn.one(ONE)


async def _ask_in_transaction(db: Database) -> int:
    async with db.transaction() as conn:
        return await conn.one(ONE)


@pytest.mark.parametrize("end", [_kill, _quit, EmbeddedPostgres.stop])
async def test_the_patient_never_notice_a_restart(
    own_postgres: EmbeddedPostgres, db: Database, end: Callable[[EmbeddedPostgres], None]
) -> None:
    asked: list[int] = []
    stopping = asyncio.Event()

    async def member() -> None:
        while not stopping.is_set():
            work = partial(_ask if len(asked) % 2 else _ask_in_transaction, db)
            asked.append(await db.patiently(work, until=monotonic() + 30))

    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        for _ in range(20):
            group.create_task(member())
        await _until(lambda: len(asked) > 200)
        await asyncio.to_thread(end, own_postgres)
        await asyncio.to_thread(own_postgres.start)
        asked.clear()
        await _until(lambda: len(asked) > 200)
        stopping.set()
    assert set(asked) == {1}


async def test_after_a_long_outage_the_pool_is_not_stuck_in_a_pause(
    own_postgres: EmbeddedPostgres, db: Database
) -> None:
    await asyncio.gather(*(_ask(db) for _ in range(6)))
    own_postgres.stop()
    waiting = [asyncio.create_task(db.patiently(lambda: _ask(db), until=monotonic() + 60)) for _ in range(30)]
    done, _ = await asyncio.wait(waiting, timeout=7)  # by now a pause that doubles would be four seconds
    assert not done
    await asyncio.to_thread(own_postgres.start)
    async with asyncio.timeout(1.5):
        assert await asyncio.gather(*waiting) == [1] * 30


async def test_patience_ends_at_its_deadline_though_a_connection_is_awaited_longer(
    own_postgres: EmbeddedPostgres, db: Database
) -> None:
    own_postgres.stop()
    started = monotonic()
    with pytest.raises(Unavailable):
        await db.patiently(lambda: _ask(db), until=started + 0.7)
    assert 0.6 < monotonic() - started < 3


async def test_a_task_begun_by_patient_work_does_not_inherit_its_deadline(own_postgres: EmbeddedPostgres) -> None:
    db = Database(own_postgres.dsn(), pool_max=1)
    await db.open()

    async def work() -> asyncio.Task[int]:
        return asyncio.create_task(_ask(db))

    try:
        async with db.connection():
            task = await db.patiently(work, until=monotonic())
            done, _ = await asyncio.wait({task}, timeout=0.3)
            assert not done  # it waits its own five seconds for the one connection
        assert await task == 1
    finally:
        await db.close()


async def test_without_patience_an_outage_is_unavailable(own_postgres: EmbeddedPostgres, db: Database) -> None:
    own_postgres.stop()
    with pytest.raises(Unavailable):
        await db.patiently(db.ping, until=monotonic())
    own_postgres.start()
    await db.patiently(db.ping, until=monotonic() + 10)


async def test_other_errors_are_not_tried_again(db: Database) -> None:
    tries: list[int] = []

    async def work() -> None:
        tries.append(1)
        raise KeyError

    with pytest.raises(KeyError):
        await db.patiently(work, until=monotonic() + 10)
    assert tries == [1]


async def test_opening_without_a_server_is_unavailable_and_says_why(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="No such file or directory"):
        await Database(f"host={tmp_path} user=raidbot dbname=postgres").open()


def test_a_malformed_address_is_refused_without_being_quoted() -> None:
    with pytest.raises(ValueError, match=r"^the database's address is malformed$") as refusal:
        Database("postgresql://bot:hunter2@host:port:word/x y=z&&")
    assert refusal.value.__suppress_context__


async def test_a_pool_that_is_all_lent_is_unavailable(own_postgres: EmbeddedPostgres) -> None:
    database = Database(own_postgres.dsn(), pool_max=1)
    await database.open()
    try:
        async with database.connection():
            with pytest.raises(Unavailable):
                await database.patiently(database.ping, until=monotonic() + 0.2)
        await database.ping()
    finally:
        await database.close()


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.01)
