"""The scheduler: no job overlaps itself, a ring is never lost, stopping waits."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from loguru import logger

from raidbot.kernel.clock import Clock
from raidbot.kernel.scheduler import Job, Scheduler


class Slow:
    """A job whose turns last as long as the test holds them."""

    def __init__(self, name: str = "slow", every_s: float = 3600.0) -> None:
        self.job = Job(name, every_s, due=self.due, work=self.work, jitter_s=0.0)
        self.open = asyncio.Event()
        self.begun = self.done = self.at_once = self.most = 0

    async def due(self, _: Collection[Any]) -> Sequence[int]:
        self.begun += 1
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        try:
            await asyncio.sleep(0)
            await self.open.wait()
        finally:
            self.at_once -= 1
        self.done += 1
        return []

    async def work(self, item: Any) -> None:
        raise AssertionError(item)


@asynccontextmanager
async def running(*jobs: Job, clock: Clock | None = None) -> AsyncIterator[Scheduler]:
    """Run a scheduler for the length of the block."""
    scheduler = Scheduler(jobs, clock or Clock())
    scheduler.start()
    try:
        yield scheduler
    finally:
        await scheduler.stop(1.0)


async def until(condition: Callable[[], bool], within: float = 5.0) -> None:
    """Wait until a condition holds."""
    async with asyncio.timeout(within):
        while not condition():  # noqa: ASYNC110 - nothing announces it
            await asyncio.sleep(0.005)


@pytest.fixture
def warnings() -> Iterator[list[str]]:
    """Lend the warnings that are logged."""
    lines: list[str] = []
    number = logger.add(lambda message: lines.append(message.record["message"]), level="WARNING")
    yield lines
    logger.remove(number)


async def test_each_job_has_its_first_turn_at_once() -> None:
    one, other = Slow("one"), Slow("other")
    one.open.set()
    other.open.set()
    async with running(one.job, other.job):
        await until(lambda: one.done == 1 and other.done == 1)


async def test_a_job_comes_back_at_its_times() -> None:
    slow = Slow(every_s=0.1)
    slow.open.set()
    async with running(slow.job) as scheduler:
        await until(lambda: slow.done >= 4)
    assert scheduler.counts["slow"].turns >= 4


async def test_a_turn_that_would_overlap_is_skipped_counted_and_logged(warnings: list[str]) -> None:
    slow = Slow(every_s=0.1)
    async with running(slow.job) as scheduler:
        await until(lambda: scheduler.counts["slow"].skipped >= 2)
        slow.open.set()
        await until(lambda: slow.done >= 2)
    assert slow.most == 1
    assert any("slow: turn skipped" in text for text in warnings)


async def test_a_ring_during_a_turn_gives_one_more_turn() -> None:
    slow = Slow()
    async with running(slow.job) as scheduler:
        await until(lambda: slow.begun == 1)
        for _ in range(3):
            scheduler.ring("slow")
        slow.open.set()
        await until(lambda: slow.done == 2)
        await asyncio.sleep(0.05)
        assert (slow.begun, slow.most) == (2, 1)
    assert scheduler.counts["slow"].skipped == 0


async def test_two_rings_at_once_are_one_turn_and_nothing_is_skipped(warnings: list[str]) -> None:
    slow = Slow()
    slow.open.set()
    async with running(slow.job) as scheduler:
        await until(lambda: slow.done == 1)
        scheduler.ring("slow")
        scheduler.ring("slow")
        await until(lambda: slow.done >= 2)
        await asyncio.sleep(0.05)
    assert scheduler.counts["slow"].skipped == 0
    assert warnings == []


async def test_a_moved_clock_rings_every_job() -> None:
    clock, one, other = Clock(), Slow("one"), Slow("other")
    one.open.set()
    other.open.set()
    async with running(one.job, other.job, clock=clock):
        await until(lambda: one.done == other.done == 1)
        clock.shift(timedelta(hours=1))
        await until(lambda: one.done == other.done == 2)


async def test_a_guild_that_arrives_rings_the_jobs_that_wait_for_guilds() -> None:
    one, other = Slow("one"), Slow("other")
    one.open.set()
    other.open.set()
    async with running(one.job, replace(other.job, at_arrivals=True)) as scheduler:
        await until(lambda: one.done == other.done == 1)
        scheduler.guild_arrived()
        await until(lambda: other.done == 2)
    assert one.done == 1


async def test_stopping_waits_for_the_turn_under_way_and_begins_no_other() -> None:
    clock, slow = Clock(), Slow(every_s=0.05)
    scheduler = Scheduler([slow.job], clock)
    scheduler.start()
    await until(lambda: slow.begun == 1)
    scheduler.ring("slow")
    stopping = asyncio.create_task(scheduler.stop(5.0))
    await asyncio.sleep(0.1)
    assert not stopping.done()
    slow.open.set()
    await stopping
    assert (slow.begun, slow.done) == (1, 1)
    clock.shift(timedelta(hours=1))
    scheduler.ring("slow")
    await asyncio.sleep(0.1)
    assert slow.begun == 1


async def test_stopping_does_not_wait_for_ever() -> None:
    slow = Slow()
    scheduler = Scheduler([slow.job], Clock())
    scheduler.start()
    await until(lambda: slow.begun == 1)
    async with asyncio.timeout(2):
        await scheduler.stop(0.05)
    slow.open.set()
    await until(lambda: slow.done == 1)


async def test_two_jobs_of_one_name_are_refused() -> None:
    with pytest.raises(RuntimeError, match="one name"):
        Scheduler([Slow().job, Slow().job], Clock())
