"""The statements of scheduled runs."""

from datetime import timedelta

from tests.plans.fill import CHANNEL, GUILD, INTERACTION, MEMBER, NOW, ORGANIZER, PLANS
from tests.plans.parameters.case import HOUR, STORM, Case


def cases() -> list[Case]:
    """List the cases."""
    one = {"guild": GUILD, "plan_id": PLANS}
    last = NOW + timedelta(minutes=800)  # as fill.py has it
    new = {
        "guild_id": GUILD,
        "organizer_id": ORGANIZER + PLANS % 300,
        "interaction_id": INTERACTION + PLANS + 1,
        "dungeon": "DUNGEON_1",
        "channel_id": CHANNEL,
        "party": None,
        "location": None,
        "description": None,
        "now": NOW,
        "starts_at": NOW + HOUR,
        "remind_at": NOW,
    }
    closing = {**one, "now": NOW, "by": None, "click": None, "run": None}
    return [
        ("schedule.add", new),
        ("schedule.of_interaction", {"interaction_id": INTERACTION + 1}),
        ("schedule.plan", {"plan_id": 1}),
        ("schedule.hold", {"plan_id": PLANS}),
        ("schedule.close", {**closing, "new_state": "cancelled"}),
        ("schedule.miss", {**closing, "new_state": "missed", "moment": last}),
        ("schedule.reminded", {**one, "now": last}),
        ("schedule.interested_number", {"plan_id": PLANS}),
        ("schedule.missed", {"moment": last, "skip": [PLANS]}),
        ("schedule.to_remind", {"moment": last, "skip": [PLANS]}),
        ("schedule.upcoming", {"guild": GUILD, "panel_kind": "schedule.public"}),
        ("schedule.toggle_interest", {"clicks": _clicks(1), "now": NOW}),
        ("schedule.toggle_interest", {"clicks": _clicks(STORM), "now": NOW}),
        ("schedule.interested", {**one, "now": NOW}),
        ("schedule.messages", {"plan": 1, "of_kind": "reminder"}),
        (
            "schedule.write_message",
            {"plan": PLANS, "of_kind": "call", "part": 0, "content": "Go", "user_ids": [MEMBER], "now": NOW},
        ),
        ("schedule.message_sent", {"plan": 1, "of_kind": "reminder", "which_part": 0, "sent_id": 1}),
    ]


def _clicks(number: int) -> list[dict[str, object]]:
    return [
        {
            "ord": n,
            "click_id": INTERACTION + 2 * PLANS + n,
            "guild_id": GUILD,
            "plan_id": PLANS - n % 3,
            "user_id": MEMBER + 1 + n,
            "standing": "fine",
        }
        for n in range(number)
    ]
