"""The recurring work of raids."""

from collections.abc import Callable, Sequence
from typing import Final

from raidbot.features.raids.service import UpkeepService
from raidbot.kernel.scheduler import Job, once_ready

EVERY_S = 60.0
ARRIVES_WITHIN_S: Final = 60.0
"""After a start; a guild that has not come by then is away, and its runs end without it."""


def jobs(upkeep: UpkeepService, knows: Callable[[int], bool]) -> Sequence[Job]:
    """List the jobs: end what is over, warn of what ends soon; `knows` says whether a guild has arrived."""
    # Where the guild's roles stand says what an organizer is awarded.
    over = once_ready(upkeep.due, lambda run: knows(run.guild_id), within_s=ARRIVES_WITHIN_S)
    return [
        Job("raids.expire", EVERY_S, due=over, work=upkeep.expire, at_arrivals=True),
        Job("raids.warn", EVERY_S, due=upkeep.to_warn, work=upkeep.warn),
    ]
