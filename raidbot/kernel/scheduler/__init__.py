"""Recurring work: APScheduler behind one door.

A job never overlaps itself (a skipped turn is logged), works in batches of 10, goes on past an item that fails, counts
successes and failures, reports repeated failure, and has jitter and a deadline. Jobs are alarm clocks only: what is due
stands in columns.
"""

from raidbot.kernel.scheduler.jobs import BATCH, Job, JobCounts, once_ready
from raidbot.kernel.scheduler.scheduler import Scheduler

__all__ = ["BATCH", "Job", "JobCounts", "Scheduler", "once_ready"]
