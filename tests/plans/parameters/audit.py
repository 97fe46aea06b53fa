"""The statements of the audit."""

from datetime import timedelta
from itertools import combinations

from tests.plans.fill import GUILD, MEMBER, NOW, Town
from tests.plans.parameters.case import Case

DAY = timedelta(days=1)


def cases(town: Town) -> list[Case]:
    """List the cases; entries are numbered by age, those about staff last."""
    guild = {"guild": GUILD}
    written = {"guild_id": GUILD, "actor_id": MEMBER, "action": "a", "subject": "s", "detail": {}, "now": NOW}
    ever = {"since": None, "until": None}
    lately = {"since": NOW - 100 * DAY, "until": NOW - 50 * DAY}
    some = {"actor": MEMBER + 13, "target": MEMBER + 85, "action": "member.promoted"}
    middle = town.entries - 2_500
    found: list[Case] = []
    for size in range(len(some) + 1):
        for names in combinations(some, size):
            chosen = {name: some[name] for name in names}
            older, newer = ("_".join([f"audit.{direction}", *names]) for direction in ("older", "newer"))
            found += [
                (older, {**guild, **ever, **chosen, "place": None}),
                (older, {**guild, **ever, **chosen, "place": town.entries - 10}),
                (newer, {**guild, **ever, **chosen, "place": middle}),
            ]
    return [
        *found,
        ("audit.older", {**guild, **lately, "place": None}),
        ("audit.actions", guild),
        ("audit.write", {**written, "target_id": MEMBER, "told": False}),
        ("audit.untold_guilds", {"skip": [1, 2, 3]}),
        ("audit.take_untold", guild),
        ("audit.entries", {"ids": list(range(town.entries - 9, town.entries + 1))}),
    ]
