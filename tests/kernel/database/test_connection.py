"""Transactions and connections: what commits, what rolls back, and what a pool lends."""

import asyncio
import contextlib
import os
from time import monotonic

import pytest

from raidbot.kernel.database import Conflict, Connection, Database, Retry, StatementError
from raidbot.kernel.errors import Unavailable
from tests.kernel.database.things import ADD, BACKEND, COUNT, KILL, KILL_OTHERS, LOCK, SETTING, SLEEP, SLEEPING


async def test_a_transaction_commits_at_the_end_and_calls_back_in_order(db: Database, conn: Connection) -> None:
    seen: list[object] = []

    def fail() -> None:
        seen.append("fails")
        raise ValueError

    async with db.transaction() as transaction:
        assert transaction.in_transaction
        await transaction.execute(ADD, name="a")
        transaction.after_commit(fail)
        transaction.after_commit(lambda: seen.append("last"))
        assert await conn.one(COUNT) == 0
        assert seen == []
    assert seen == ["fails", "last"]
    assert await conn.one(COUNT) == 1


async def test_an_error_rolls_back_and_calls_nobody(db: Database, conn: Connection) -> None:
    called: list[int] = []

    async def fail() -> None:
        async with db.transaction() as transaction:
            await transaction.execute(ADD, name="a")
            transaction.after_commit(lambda: called.append(1))
            raise KeyError

    with pytest.raises(KeyError):
        await fail()
    assert await conn.one(COUNT) == 0
    assert called == []


async def test_a_swallowed_error_does_not_pass_for_a_commit(db: Database, conn: Connection) -> None:
    called: list[int] = []

    async def swallow() -> None:
        async with db.transaction() as transaction:
            await transaction.execute(ADD, name="a")
            transaction.after_commit(lambda: called.append(1))
            with contextlib.suppress(Conflict):
                await transaction.execute(ADD, name="a")

    with pytest.raises(StatementError, match="swallowed"):
        await swallow()
    assert await conn.one(COUNT) == 0
    assert called == []


async def test_a_commit_that_was_not_confirmed_calls_nobody(db: Database, conn: Connection) -> None:
    called: list[int] = []

    async def lose() -> None:
        async with db.transaction() as transaction:
            await transaction.execute(ADD, name="a")
            transaction.after_commit(lambda: called.append(1))
            await conn.one(KILL, pid=await transaction.one(BACKEND))

    with pytest.raises(Unavailable):
        await lose()
    assert await conn.one(COUNT) == 0
    assert called == []


async def test_after_commit_needs_a_transaction(conn: Connection) -> None:
    assert not conn.in_transaction
    with pytest.raises(RuntimeError, match="needs a transaction"):
        conn.after_commit(lambda: None)


async def test_a_connection_refuses_to_work_after_its_block(db: Database) -> None:
    async with db.connection() as conn:
        pass
    with pytest.raises(RuntimeError, match="given back"):
        await conn.one(COUNT)


async def test_a_deadlock_is_a_retry_and_patience_resolves_it(db: Database, conn: Connection) -> None:
    await conn.many(ADD, [{"name": "a"}, {"name": "b"}])
    both = asyncio.Barrier(2)
    failures: list[Exception] = []

    async def cross(first: str, second: str) -> None:
        again = False

        async def work() -> None:
            nonlocal again
            async with db.transaction() as transaction:
                await transaction.one(LOCK, which=first)
                if not again:
                    await both.wait()
                again = True
                try:
                    await transaction.one(LOCK, which=second)
                except Retry as error:
                    failures.append(error)
                    raise

        await db.patiently(work, until=monotonic() + 20)

    await asyncio.gather(cross("a", "b"), cross("b", "a"))
    assert len(failures) == 1


async def test_a_cancelled_statement_leaves_a_pool_that_works(db: Database, conn: Connection) -> None:
    async def sleep() -> None:
        async with db.transaction() as transaction:
            await transaction.one(SLEEP, seconds=30)

    tasks = [asyncio.create_task(sleep()) for _ in range(6)]  # three sleep, three wait for a connection
    async with asyncio.timeout(10):
        while await conn.one(SLEEPING) < 3:  # noqa: ASYNC110 - only the server knows
            await asyncio.sleep(0.01)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.gather(*(_use(db) for _ in range(8)))


async def test_connections_carry_name_time_zone_and_limits(conn: Connection) -> None:
    wanted = {
        "application_name": "raidbot",
        "TimeZone": "UTC",
        "statement_timeout": "1min",
        "lock_timeout": "10s",
        "idle_in_transaction_session_timeout": "1min",
    }
    assert {name: await conn.one(SETTING, name=name) for name in wanted} == wanted


async def test_connections_killed_while_idle_are_never_lent(db: Database, conn: Connection) -> None:
    await asyncio.gather(*(_use(db) for _ in range(3)))
    killed = await conn.all(KILL_OTHERS)
    assert killed
    async with asyncio.timeout(5):
        while any(map(_runs, killed)):  # noqa: ASYNC110 - the server forgets a process before it is gone
            await asyncio.sleep(0.01)
    await asyncio.gather(*(_use(db) for _ in range(20)))


def _runs(pid: int) -> bool:
    """Say whether a process is there; it may be another user's."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


async def _use(db: Database) -> None:
    async with db.connection() as conn:
        await conn.one(COUNT)
