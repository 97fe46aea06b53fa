"""The recurring work of the raid log."""

from collections.abc import Sequence

from raidbot.features.raid_log.panels import LogWriter
from raidbot.features.raid_log.service import LogService
from raidbot.kernel.scheduler import Job

EVERY_S = 4.0


def jobs(logs: LogService, writer: LogWriter) -> Sequence[Job]:
    """List the job: write what waits."""
    return [Job("raid_log.write", EVERY_S, due=logs.waiting, work=writer.write, jitter_s=0.5)]
