"""The statements of headcounts."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from raidbot.features.headcounts.models import Click
from raidbot.features.headcounts.queries.clicks import joining, offering
from raidbot.features.members.api import Standing
from tests.plans.fill import CHANNEL, GUILD, HEADCOUNTS, INTERACTION, MEMBER, MEMBERS, NOW, ORGANIZER
from tests.plans.parameters.case import HOUR, STORM, Case


def cases() -> list[Case]:
    """List the cases."""
    # As fill.py has it.
    newest = {"guild": GUILD, "headcount_id": HEADCOUNTS}
    touched_at = NOW - timedelta(minutes=50 * 6) + timedelta(minutes=20)
    inside = [MEMBER + 1 + (HEADCOUNTS * 7 + n) % MEMBERS for n in range(6)]
    strangers = [MEMBER + MEMBERS - n for n in range(STORM)]
    over = {**newest, "by": ORGANIZER, "click": INTERACTION, "now": NOW}
    gone = {"guild": GUILD, "now": NOW}
    new = {
        "guild_id": GUILD,
        "organizer_id": ORGANIZER,
        "organizer_name": "Organizer",
        "interaction_id": INTERACTION + HEADCOUNTS + 1,
        "channel_id": CHANNEL,
        "dungeons": ["DUNGEON_1"],
        "now": NOW,
    }
    draft = {"guild": GUILD, "member": ORGANIZER + 7, "draft": INTERACTION + 7}
    return [
        ("headcounts.open", new),
        ("headcounts.of_interaction", {"interaction_id": INTERACTION + 1}),
        ("headcounts.headcount", {"headcount_id": 1}),
        ("headcounts.hold", newest),
        ("headcounts.take_over", {**newest, **_owners(), "now": NOW}),
        ("headcounts.end", {**over, "run": None, "reason": "ended"}),
        ("headcounts.convert", {**over, "run": 1, "reason": "converted"}),
        (
            "headcounts.close_stale",
            {
                **newest,
                "run": None,
                "by": None,
                "reason": "stale",
                "click": None,
                "moment": NOW,
                "now": NOW,
            },
        ),
        ("headcounts.stale", {"moment": NOW, "skip": [HEADCOUNTS]}),
        ("headcounts.stale", {"moment": touched_at, "skip": [HEADCOUNTS]}),
        ("headcounts.view", {"headcount_id": HEADCOUNTS}),
        ("headcounts.view", {"headcount_id": 1}),
        ("headcounts.join", _clicks(strangers[:1])),
        ("headcounts.join", _clicks(strangers)),
        ("headcounts.join", _clicks(inside)),
        ("headcounts.offer", _clicks(strangers[:1], key="KEY_1")),
        ("headcounts.offer", _clicks(strangers, key="KEY_1")),
        ("headcounts.offer", _clicks(inside, key="KEY_0")),
        ("headcounts.add_member", {"headcount_id": 1, "member": 1, "click": 1, "now": NOW}),
        ("headcounts.members", {"headcount_id": HEADCOUNTS}),
        ("headcounts.offers", {"headcount_id": HEADCOUNTS}),
        ("headcounts.presences", {"headcount_id": HEADCOUNTS}),
        ("headcounts.everybody", {"guild": GUILD}),
        ("headcounts.take_off", {**gone, "gone_ids": inside[:1]}),
        ("headcounts.take_off", {**gone, "gone_ids": [*inside, *strangers[:94]]}),
        ("headcounts.take_keys", {**gone, "gone_ids": inside[:1]}),
        ("headcounts.take_keys", {**gone, "gone_ids": [*inside, *strangers[:94]]}),
        (
            "headcounts.begin",
            {"interaction_id": 1, "guild_id": GUILD, "user_id": 1, "channel_id": CHANNEL, "now": NOW},
        ),
        ("headcounts.choose", {**draft, "offered": ["DUNGEON_2", "DUNGEON_3"], "chosen": ["DUNGEON_3"]}),
        ("headcounts.take_draft", draft),
        ("headcounts.old_drafts", {"moment": NOW - HOUR, "skip": [INTERACTION + 2000]}),
        ("headcounts.forget_draft", {"draft": INTERACTION + 7}),
    ]


def _owners() -> dict[str, Any]:
    return {"seen": ORGANIZER + 2000 + HEADCOUNTS % 300, "new_id": ORGANIZER, "new_name": "Organizer"}


def _clicks(users: Sequence[int], key: str | None = None) -> dict[str, Any]:
    dungeon = None if key is None else f"DUNGEON_{HEADCOUNTS % 60}"
    made = [
        Click(INTERACTION + 10**9 + n, HEADCOUNTS, GUILD, user, Standing.FINE, dungeon, key)
        for n, user in enumerate(users)
    ]
    return {"now": NOW, "clicks": (joining if key is None else offering).records(made)}
