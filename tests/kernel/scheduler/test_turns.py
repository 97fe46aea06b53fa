"""One turn of a job: batches of ten, nobody stops the others, nothing is tried twice."""

import asyncio
from collections.abc import Collection, Iterator, Sequence
from typing import Any

import pytest
from loguru import logger

from raidbot.kernel.errors import Unavailable
from raidbot.kernel.scheduler import BATCH, Job, JobCounts
from raidbot.kernel.scheduler.jobs import run_turn


class Work:
    """Items that are due until they are done, handed out in batches as a query with a LIMIT does."""

    def __init__(self, count: int, failing: Collection[int] = ()) -> None:
        self.left = list(range(count))
        self.failing = failing
        self.tried: list[int] = []
        self.batches: list[int] = []

    async def due(self, skip: Collection[Any]) -> Sequence[int]:
        batch = [item for item in self.left if item not in skip][:BATCH]
        self.batches.append(len(batch))
        return batch

    async def work(self, item: int) -> None:
        self.tried.append(item)
        await asyncio.sleep(0)
        if item in self.failing:
            raise LookupError(item)
        self.left.remove(item)

    def job(self, **overrides: Any) -> Job:
        values: dict[str, Any] = {"name": "test", "every_s": 60.0, "due": self.due, "work": self.work}
        return Job(**{**values, **overrides})


@pytest.fixture
def log() -> Iterator[list[tuple[str, str]]]:
    """Lend what is logged: (level, message)."""
    lines: list[tuple[str, str]] = []
    number = logger.add(lambda message: lines.append((message.record["level"].name, message.record["message"])))
    yield lines
    logger.remove(number)


async def test_a_turn_takes_batches_of_ten_until_nothing_is_due() -> None:
    work, counts = Work(25), JobCounts()
    await run_turn(work.job(), counts)
    assert work.batches == [10, 10, 5, 0]
    assert sorted(work.tried) == list(range(25))
    assert (counts.turns, counts.done, counts.failed, counts.failures_in_a_row) == (1, 25, 0, 0)


async def test_a_failing_item_stops_nobody_and_is_not_tried_twice_in_a_turn() -> None:
    work, counts = Work(25, failing={0, 1, 12}), JobCounts()
    await run_turn(work.job(), counts)
    assert sorted(work.tried) == list(range(25))
    assert work.left == [0, 1, 12]
    assert (counts.done, counts.failed) == (22, 3)
    assert counts.last_errors == ["LookupError"]


async def test_more_than_a_batch_of_failing_items_does_not_starve_the_rest() -> None:
    work, counts = Work(30, failing=range(15)), JobCounts()
    await run_turn(work.job(), counts)
    assert work.left == list(range(15))
    assert (counts.done, counts.failed) == (15, 15)


async def test_an_item_that_failed_has_another_try_in_the_next_turn() -> None:
    work, counts = Work(1, failing={0}), JobCounts()
    await run_turn(work.job(), counts)
    work.failing = ()
    await run_turn(work.job(), counts)
    assert work.tried == [0, 0]
    assert (counts.turns, counts.done, counts.failed, counts.failures_in_a_row) == (2, 1, 1, 0)


async def test_failures_in_a_row_are_warnings_and_from_the_third_on_errors(log: list[tuple[str, str]]) -> None:
    work, counts = Work(1, failing={0}), JobCounts()
    for _ in range(4):
        await run_turn(work.job(), counts)
    assert counts.failures_in_a_row == 4
    assert [level for level, text in log if "turns in a row" in text] == ["WARNING", "WARNING", "ERROR", "ERROR"]
    work.failing = ()
    await run_turn(work.job(), counts)
    assert counts.failures_in_a_row == 0


async def test_a_turn_ends_at_its_deadline_and_says_so(log: list[tuple[str, str]]) -> None:
    over = asyncio.Event()

    async def work(_: int) -> None:
        try:
            await asyncio.sleep(60)
        finally:
            over.set()

    counts = JobCounts()
    async with asyncio.timeout(5):
        await run_turn(Work(3).job(work=work, deadline_s=0.05), counts)
    assert over.is_set()
    assert (counts.done, counts.failed) == (0, 1)
    assert any("not done within 0.05 s" in text for _, text in log)


@pytest.mark.parametrize("error", [Unavailable("away"), LookupError("bug")])
async def test_a_question_that_fails_ends_the_turn_and_nothing_else(error: Exception) -> None:
    async def due(_: Collection[Any]) -> Sequence[int]:
        raise error

    counts = JobCounts()
    await run_turn(Work(0).job(due=due), counts)
    assert (counts.turns, counts.failed, counts.failures_in_a_row) == (1, 1, 1)


async def test_the_database_going_away_is_no_error_with_a_trace(log: list[tuple[str, str]]) -> None:
    async def due(_: Collection[Any]) -> Sequence[int]:
        raise Unavailable("secret reason")

    await run_turn(Work(0).job(due=due), JobCounts())
    assert [level for level, _ in log] == ["WARNING"]
    assert "the database is away" in log[0][1]
