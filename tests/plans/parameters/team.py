"""The statements of the staff's features."""

from datetime import timedelta

from tests.plans.fill import CHANNEL, GUILD, INTERACTION, MEMBER, NOW, VERIFIED
from tests.plans.parameters.case import HOUR, Case


def cases() -> list[Case]:
    """List the cases."""
    begun = {"guild_id": GUILD, "now": NOW}
    new = {"guild_id": GUILD, "user_id": MEMBER, "role_key": "organizer", "role_id": VERIFIED, "actor_id": MEMBER}
    return [
        ("team.add_promotion", {**new, "interaction_id": INTERACTION - 1, "now": NOW, "channel_id": CHANNEL}),
        ("team.promotion", {"promotion_id": 7}),
        ("team.promotion_of_interaction", {"interaction_id": INTERACTION + 7}),
        ("team.promoted_since", {"guild": GUILD, "member": MEMBER + 7, "role": VERIFIED, "since": NOW - HOUR}),
        ("team.promotion_announced", {"promotion_id": 7, "posted_id": 1}),
        ("team.begin_sync", {**begun, "guild_id": GUILD + 5}),
        ("team.restart_sync", begun),
        ("team.sync", {"guild": GUILD}),
        (
            "team.advance_sync",
            {
                "guild": GUILD,
                "asked": NOW,
                "was_at": MEMBER,
                "now_at": MEMBER + 1000,
                "more_seen": 1000,
                "more_given": 1,
                "more_taken": 2,
                "done": NOW + timedelta(minutes=1),
            },
        ),
    ]
