"""The recurring work of headcounts."""

from collections.abc import Sequence

from raidbot.features.headcounts.service import HeadcountService
from raidbot.kernel.scheduler import Job

EVERY_S = 60.0


def jobs(headcounts: HeadcountService) -> Sequence[Job]:
    """List the jobs: close what nobody touched for a day, forget choices that led nowhere."""
    return [
        Job("headcounts.stale", EVERY_S, due=headcounts.stale, work=headcounts.close_stale),
        Job("headcounts.forget_drafts", EVERY_S, due=headcounts.old_drafts, work=headcounts.forget_draft),
    ]
