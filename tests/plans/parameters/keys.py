"""The statements of key logging."""

from decimal import Decimal

from tests.plans.fill import A_YEAR, MEMBER, NOW, ORGANIZER, Town
from tests.plans.parameters.case import Case


def cases(town: Town) -> list[Case]:
    """List the cases."""
    new = {
        "entry_id": 1,
        "run_id": town.ended_run,
        "pop": 1,
        "key": "KEY_9",
        "user_id": MEMBER + 1,
        "points": Decimal(5),
        "actor_id": ORGANIZER + 1,
        "logged_at": NOW,
    }
    return [
        ("keys.keep", new),
        ("keys.of_entry", {"entry": town.popped_key}),
        ("keys.take_back", {"entry": town.popped_key, "of_run": town.ended_run, "now": NOW}),
        ("keys.of_run", {"of_run": town.ended_run}),
        ("keys.logged_of_runs", {"run_ids": list(range(A_YEAR - 400, A_YEAR))}),
    ]
