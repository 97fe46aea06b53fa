"""The recurring work of raids."""

from collections.abc import Callable, Collection, Sequence
from time import monotonic
from typing import Final

from raidbot.features.raids.models import Run
from raidbot.features.raids.service import UpkeepService
from raidbot.kernel.scheduler import Job

EVERY_S = 60.0
ARRIVES_WITHIN_S: Final = 60.0
"""After a start; a guild that has not come by then is away, and its runs end without it."""


def jobs(upkeep: UpkeepService, knows: Callable[[int], bool]) -> Sequence[Job]:
    """List the jobs: end what is over, warn of what ends soon; `knows` says whether a guild has arrived."""
    began = monotonic()

    async def over(failed: Collection[Run]) -> Sequence[Run]:
        """List runs that are over and whose guild is there: where its roles stand says what an organizer is awarded."""
        passed = list(failed)
        while found := await upkeep.due(passed):
            late = monotonic() - began > ARRIVES_WITHIN_S
            if there := [run for run in found if late or knows(run.guild_id)]:
                return there
            passed += found
        return ()

    return [
        Job("raids.expire", EVERY_S, due=over, work=upkeep.expire, at_arrivals=True),
        Job("raids.warn", EVERY_S, due=upkeep.to_warn, work=upkeep.warn),
    ]
