"""What each statement is explained with, a module a part of the bot: a line a case, most of them on what exists.

A statement may have several. Each must find, or write, at least one row: a plan that finds nothing proves nothing.
"""

from collections.abc import Sequence

from tests.plans.fill import Town
from tests.plans.parameters import (
    audit,
    early_locations,
    headcounts,
    kernel,
    keys,
    parties,
    quota,
    raid_log,
    raids,
    role_pings,
    schedule,
    team,
)
from tests.plans.parameters.case import Case


def cases(town: Town) -> Sequence[Case]:
    """List the statements' parameters, by statement name."""
    return [
        *audit.cases(town),
        *early_locations.cases(town),
        *kernel.cases(town),
        *keys.cases(town),
        *headcounts.cases(),
        *parties.cases(),
        *quota.cases(town),
        *raid_log.cases(town),
        *raids.cases(town),
        *role_pings.cases(),
        *schedule.cases(),
        *team.cases(),
    ]
