"""The recurring work of scheduled runs."""

from collections.abc import Sequence

from raidbot.features.schedule.service import ScheduleService
from raidbot.kernel.scheduler import Job

EVERY_S = 30.0


def jobs(schedule: ScheduleService) -> Sequence[Job]:
    """List the jobs: remind of what begins soon, close what nobody opened."""
    return [
        Job("schedule.remind", EVERY_S, due=schedule.to_remind, work=schedule.owe_reminder),
        Job("schedule.miss", EVERY_S, due=schedule.missed, work=schedule.miss),
    ]
