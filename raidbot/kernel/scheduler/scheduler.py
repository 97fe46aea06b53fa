"""Runs the jobs at their times."""

import asyncio
from collections.abc import Sequence
from typing import Final

from apscheduler.events import EVENT_JOB_MAX_INSTANCES, EVENT_JOB_MISSED, JobExecutionEvent
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from loguru import logger

from raidbot.kernel.clock import Clock
from raidbot.kernel.scheduler.jobs import Job, JobCounts, run_turn

MISFIRE_GRACE_S: Final = 30


class Scheduler:
    """The bot's jobs; one object a process."""

    def __init__(self, jobs: Sequence[Job], clock: Clock) -> None:
        self.counts = {job.name: JobCounts() for job in jobs}
        if len(self.counts) != len(jobs):
            raise RuntimeError("two jobs have one name")
        self._jobs = jobs
        self._scheduler = AsyncIOScheduler(
            timezone="UTC",
            job_defaults={"max_instances": 1, "coalesce": True, "misfire_grace_time": MISFIRE_GRACE_S},
        )
        self._scheduler.add_listener(self._skipped, EVENT_JOB_MAX_INSTANCES | EVENT_JOB_MISSED)
        self._running: set[asyncio.Task[None]] = set()
        self._busy: set[str] = set()
        self._again: set[str] = set()
        self._stopping = False
        clock.subscribe(self._ring_all)

    def start(self) -> None:
        """Begin; each job has its first turn at once, which finishes what a kill left."""
        for job in self._jobs:
            self._scheduler.add_job(
                self._turn,
                "interval",
                args=[job],
                id=job.name,
                seconds=job.every_s,
                jitter=job.jitter_s,
                replace_existing=True,
            )
        self._scheduler.start()
        self._ring_all()

    async def stop(self, seconds: float) -> None:
        """Start no more turns and wait for those under way, `seconds` at most."""
        self._stopping = True
        if self._scheduler.running:
            self._scheduler.pause()
        if self._running:
            await asyncio.wait(self._running, timeout=seconds)
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    def ring(self, name: str) -> None:
        """Give a job a turn now, outside its times; one at work gets another turn after this one."""
        if self._stopping:
            return
        if name in self._busy:
            self._again.add(name)
            return
        job = next(job for job in self._jobs if job.name == name)
        self._busy.add(name)
        task = asyncio.get_running_loop().create_task(self._run(job), name=f"job {name}")
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    def guild_arrived(self) -> None:
        """Give the jobs a turn that wait for guilds."""
        for job in self._jobs:
            if job.at_arrivals:
                self.ring(job.name)

    def _ring_all(self) -> None:
        for job in self._jobs:
            self.ring(job.name)

    async def _turn(self, job: Job) -> None:
        if job.name in self._busy:
            self.counts[job.name].skipped += 1
            logger.warning("job {}: turn skipped, the last one is still at work", job.name)
            return
        self._busy.add(job.name)
        await self._run(job)

    async def _run(self, job: Job) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._running.add(task)
        try:
            await run_turn(job, self.counts[job.name])
        finally:
            self._busy.discard(job.name)
            if task is not None:
                self._running.discard(task)
            if job.name in self._again:
                self._again.discard(job.name)
                self.ring(job.name)

    def _skipped(self, event: JobExecutionEvent) -> None:
        self.counts[event.job_id].skipped += 1
        logger.warning("job {}: turn skipped", event.job_id)
