"""The statements of early locations."""

from tests.plans.fill import CHANNEL, HOLDER, MEMBER, MESSAGE, NOW, Town
from tests.plans.parameters.case import Case


def cases(town: Town) -> list[Case]:
    """List the cases."""
    of_run, place = {"run_id": town.open_run}, {"party": "4", "location": "EUW", "set_at": NOW, "channel_id": CHANNEL}
    told = {**of_run, "number": 1, "how": "answer", "told_at": NOW}
    return [
        ("early_locations.add_place", {**of_run, **place, "number": 3}),
        ("early_locations.places", of_run),
        ("early_locations.last_place", of_run),
        ("early_locations.announced", {"of_run": town.open_run, "which": 1, "sent_id": MESSAGE}),
        ("early_locations.told", of_run),
        ("early_locations.tell", {**told, "user_id": MEMBER}),
        ("early_locations.tell", {**told, "user_id": HOLDER}),
    ]
