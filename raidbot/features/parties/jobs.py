"""The recurring work of parties."""

from collections.abc import Sequence

from raidbot.features.parties.service import PartyService
from raidbot.kernel.scheduler import Job

EVERY_S = 60.0


def jobs(parties: PartyService) -> Sequence[Job]:
    """List the jobs: close what is over, warn of what ends soon."""
    return [
        Job("parties.expire", EVERY_S, due=parties.due, work=parties.expire),
        Job("parties.warn", EVERY_S, due=parties.to_warn, work=parties.warn),
    ]
