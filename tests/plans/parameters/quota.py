"""The statements of quota."""

from datetime import UTC, datetime

from tests.plans.fill import A_YEAR, GUILD, MEMBER, NOW, Town
from tests.plans.parameters.case import HOUR, Case


def cases(town: Town) -> list[Case]:
    """List the cases."""
    return [
        (
            "quota.add_completions",
            {
                "guild": GUILD,
                "run": town.live_run,
                "of_pop": 1,
                "of_dungeon": "DUNGEON_1",
                "user_ids": list(town.raiders),
                "worth": 1,
                "now": NOW,
            },
        ),
        *_history(),
    ]


def _history() -> list[Case]:
    """The hundredth member is one of many.

    The first, the busiest, has 2,800 completions in a whole year: totals are counts of all one's rows (4 ms), more than
    the rules take, so for these the tenth stands for the busy.
    """
    busiest, busy, one = ({"guild": GUILD, "member": MEMBER + n} for n in (1, 10, 100))
    middle = {"at": NOW - 100 * HOUR, "run": A_YEAR}
    end = {"at": datetime.max.replace(tzinfo=UTC), "run": 0}
    return [
        *(("quota.older_runs", {**member, **place}) for member in (busiest, one) for place in (end, middle)),
        *(("quota.newer_runs", {**member, **middle}) for member in (busiest, one)),
        *(("quota.completions_by_dungeon", {**member, "week": NOW - 100 * HOUR}) for member in (busy, one)),
    ]
