"""The recurring work of raids."""

from collections.abc import Sequence

from raidbot.features.raids.service import UpkeepService
from raidbot.kernel.scheduler import Job

EVERY_S = 60.0


def jobs(upkeep: UpkeepService) -> Sequence[Job]:
    """List the jobs: end what is over, warn of what ends soon."""
    return [
        Job("raids.expire", EVERY_S, due=upkeep.due, work=upkeep.expire),
        Job("raids.warn", EVERY_S, due=upkeep.to_warn, work=upkeep.warn),
    ]
