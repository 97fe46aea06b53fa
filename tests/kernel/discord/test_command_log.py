"""The command log is written in the background, in batches, and loses nothing it need not."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from raidbot.kernel.clock import Clock
from raidbot.kernel.database import Connection, Database, StatementError, Unavailable
from raidbot.kernel.discord.command_log import CommandLog, Entry, Keeping, noted, queries, writer
from tests.tables import rows


def entry(number: int, **overrides: Any) -> Entry:
    """Make an entry that is told from others by its number."""
    values: dict[str, Any] = {
        "at": datetime(2026, 1, 1, tzinfo=UTC),
        "guild_id": 1,
        "channel_id": 2,
        "user_id": 3,
        "kind": "component",
        "name": "test",
        "outcome": "ok",
        "error": None,
        "correlation": str(number),
        "acknowledged_ms": None,
        "latency_ms": 5,
    }
    return Entry(**{**values, **overrides})


@pytest.fixture
async def log(database: Database) -> AsyncIterator[CommandLog]:
    log = CommandLog(database)
    yield log
    await log.stop()


async def _written(database: Database) -> list[int]:
    return [int(row[0]) for row in await rows(database, "SELECT correlation FROM command_log ORDER BY id")]


async def test_a_burst_is_one_statement(database: Database, log: CommandLog) -> None:
    for number in range(300):
        log.add(entry(number))
    await log.flush()
    assert await _written(database) == list(range(300))
    assert database.statement_counts["command_log.add"] == 1


async def test_a_great_burst_is_a_few_statements(database: Database, log: CommandLog) -> None:
    for number in range(writer.BATCH * 2 + 1):
        log.add(entry(number))
    await log.flush()
    assert await _written(database) == list(range(writer.BATCH * 2 + 1))
    assert database.statement_counts["command_log.add"] == 3


async def test_entries_are_written_by_themselves(
    database: Database, log: CommandLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "EVERY_S", 0.05)
    log.start()
    log.add(entry(1))
    async with asyncio.timeout(2):
        while await _written(database) != [1]:  # noqa: ASYNC110 - the condition is in the database
            await asyncio.sleep(0.02)


async def test_what_is_unknown_is_null(database: Database, log: CommandLog) -> None:
    log.add(entry(1, guild_id=None, channel_id=None, error="boom", acknowledged_ms=7))
    await log.flush()
    query = "SELECT guild_id, channel_id, error, acknowledged_ms, latency_ms FROM command_log"
    assert await rows(database, query) == [(None, None, "boom", 7, 5)]


async def test_what_was_typed_is_kept_without_secrets_and_not_at_full_length(
    database: Database, log: CommandLog
) -> None:
    typed = {"reason": "a\0b" + "x" * 200, "amount": -5, "member": 2**62, "api_token": "hunter2"}
    log.add(entry(1, options=noted(typed)))
    log.add(entry(2, options=noted({})))
    await log.flush()
    (kept,), (nothing,) = await rows(database, "SELECT options FROM command_log ORDER BY id")
    assert kept == {"reason": "ab" + "x" * 97 + "…", "amount": -5, "member": 2**62, "api_token": "…"}
    assert nothing is None


async def test_stopping_writes_what_waits(database: Database, log: CommandLog) -> None:
    log.start()
    log.add(entry(1))
    await log.stop()
    assert await _written(database) == [1]


async def test_stopping_in_the_middle_of_a_write_loses_nothing_and_doubles_nothing(
    database: Database, log: CommandLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "EVERY_S", 0.0)
    add, writing = queries.add, asyncio.Event()

    async def slow(conn: Connection, entries: Sequence[Entry]) -> None:
        writing.set()
        await asyncio.sleep(0.1)
        await add(conn, entries)

    monkeypatch.setattr(queries, "add", slow)
    for number in range(3):
        log.add(entry(number))
    log.start()
    await writing.wait()
    await log.stop()
    assert await _written(database) == [0, 1, 2]


async def test_entries_wait_in_order_while_the_database_is_away(
    database: Database, log: CommandLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: Any) -> None:
        raise Unavailable("away")

    with monkeypatch.context() as patched:
        patched.setattr(queries, "add", away)
        log.add(entry(1))
        log.add(entry(2))
        await log.flush()
        log.add(entry(3))
        await log.flush()
    await log.flush()
    assert await _written(database) == [1, 2, 3]


async def test_a_batch_that_cannot_be_written_does_not_stop_the_log(
    database: Database, log: CommandLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_: Any) -> None:
        raise StatementError("no")

    with monkeypatch.context() as patched:
        patched.setattr(queries, "add", refuse)
        log.add(entry(1))
        await log.flush()
    log.add(entry(2))
    await log.flush()
    assert await _written(database) == [2]


async def test_the_memory_it_takes_is_bounded(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "KEPT_AT_MOST", 10)
    log = CommandLog(database)
    for number in range(25):
        log.add(entry(number))
    await log.flush()
    assert await _written(database) == list(range(15, 25))


async def test_what_is_older_than_ninety_days_is_dropped_batch_by_batch(database: Database, log: CommandLog) -> None:
    clock = Clock()
    keeping = Keeping(database, clock)
    assert await keeping.outdated(()) == []
    for number in range(1200):
        log.add(entry(number, at=clock.now() - timedelta(days=91 if number < 1100 else 89)))
    await log.flush()
    batches = 0
    while due := await keeping.outdated(()):
        batches += 1
        for moment in due:
            await keeping.drop(moment)
    assert batches == 2
    assert await _written(database) == list(range(1100, 1200))
