"""What a job is, and one turn of it."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Hashable, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Final

from loguru import logger

from raidbot.kernel.errors import Unavailable
from raidbot.kernel.logging import correlation

BATCH: Final = 10
REPORT_AFTER: Final = 3
"""Turns in a row that failed before it is reported as an error instead of a warning."""
AWAY: Final = "the database is away"
"""No fault of a job's, however often; whoever keeps the database hears of it elsewhere."""

Due = Callable[[Collection[Any]], Awaitable[Sequence[Any]]]
"""Lists what is due, ten at most, without what it is given."""


def once_ready(due: Due, ready: Callable[[Any], bool], *, within_s: float) -> Due:
    """Leave what is due but not `ready` for a later turn; `within_s` seconds from now on all are taken to be."""
    until = monotonic() + within_s

    async def those_ready(failed: Collection[Any]) -> Sequence[Any]:
        passed = list(failed)
        while found := await due(passed):
            if some := [one for one in found if monotonic() >= until or ready(one)]:
                return some
            passed += found
        return ()

    return those_ready


@dataclass(frozen=True, slots=True)
class Job:
    """Work that comes back: `due` lists what is due (ten at most, never one of `failed`), `work` does one of them."""

    name: str
    every_s: float
    due: Due
    work: Callable[[Any], Awaitable[None]]
    deadline_s: float = 50.0
    jitter_s: float = 1.0
    at_arrivals: bool = False
    """Whether it has a turn too whenever a guild arrives."""


@dataclass(slots=True)
class JobCounts:
    """What a job has done since the start."""

    turns: int = 0
    skipped: int = 0
    done: int = 0
    failed: int = 0
    failures_in_a_row: int = 0
    last_errors: list[str] = field(default_factory=list)


async def run_turn(job: Job, counts: JobCounts) -> None:
    """Do one turn: batch after batch until nothing is due or the deadline is over; never raises."""
    counts.turns += 1
    correlation.set(f"job {job.name} {counts.turns}")
    failed: dict[Hashable, str] = {}
    try:
        async with asyncio.timeout(job.deadline_s):
            while batch := await job.due(frozenset(failed)):
                results = await asyncio.gather(*map(job.work, batch), return_exceptions=True)
                for item, result in zip(batch, results, strict=True):
                    if result is None:
                        counts.done += 1
                    else:
                        failed[item] = type(result).__name__
                        logger.opt(exception=result).warning("job {}: {} failed", job.name, item)
    except Unavailable:
        failed["turn"] = AWAY
    except TimeoutError:
        failed["turn"] = f"not done within {job.deadline_s:g} s"
    except Exception as error:  # noqa: BLE001 - a job that fails has its next turn all the same
        failed["turn"] = type(error).__name__
        logger.exception("job {} failed", job.name)
    counts.failed += len(failed)
    counts.last_errors = sorted(set(failed.values()))
    counts.failures_in_a_row = counts.failures_in_a_row + 1 if failed else 0
    if counts.failures_in_a_row:
        faulty = counts.failures_in_a_row >= REPORT_AFTER and failed.get("turn") != AWAY
        level = "ERROR" if faulty else "WARNING"
        logger.log(
            level,
            "job {}: {} failed this turn ({}), {} turns in a row",
            job.name,
            len(failed),
            ", ".join(counts.last_errors),
            counts.failures_in_a_row,
        )
