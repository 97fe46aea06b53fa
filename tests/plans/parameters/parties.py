"""The statements of parties."""

from datetime import timedelta

from tests.plans.fill import CHANNEL, GUILD, INTERACTION, MEMBER, MEMBERS, MESSAGE, NOW, PARTIES
from tests.plans.parameters.case import HOUR, Case


def cases() -> list[Case]:
    """List the cases."""
    one = {"guild": GUILD, "party_id": PARTIES}
    owner = {"guild": GUILD, "owner": MEMBER + PARTIES}
    ends = NOW - timedelta(minutes=40) + 6 * HOUR  # as fill.py has it
    new = {
        "guild_id": GUILD,
        "owner_id": MEMBER,
        "owner_name": "Owner",
        "interaction_id": INTERACTION + PARTIES + 1,
        "channel_id": CHANNEL,
        "dungeons": ["DUNGEON_1"],
        "name": None,
        "location": None,
        "description": None,
        "size": 4,
        "now": NOW,
        "until": NOW + 2 * HOUR,
        "warning": NOW + HOUR,
    }
    clicked = {"party_id": PARTIES, "click": INTERACTION, "now": NOW}
    return [
        ("parties.open", new),
        ("parties.of_interaction", {"interaction_id": INTERACTION + 1}),
        ("parties.of_owners", {"guild": GUILD, "owners": [MEMBER + PARTIES]}),
        ("parties.of_owners", {"guild": GUILD, "owners": [MEMBER + PARTIES - n for n in range(100)]}),
        ("parties.openings", {**owner, "since": NOW - HOUR}),
        ("parties.recent_dungeons", {"guilds": [GUILD, GUILD + 2]}),
        ("parties.party", {"party_id": 1}),
        ("parties.hold", one),
        ("parties.extend", {**one, "seen": ends, "until": ends, "warning": None}),
        ("parties.close", {**one, "by": MEMBER, "reason": "closed", "now": NOW}),
        ("parties.expire", {**one, "by": None, "reason": "expired", "now": ends}),
        ("parties.set_thread", {"party_id": PARTIES, "thread": MESSAGE}),
        ("parties.forget_thread", {"thread": MESSAGE + 1}),
        ("parties.due", {"now": ends, "skip": [PARTIES]}),
        ("parties.to_warn", {"now": ends - timedelta(minutes=10), "skip": [PARTIES - 1]}),
        ("parties.warned", {**one, "seen": ends, "now": ends - timedelta(minutes=10), "next_warning": ends}),
        ("parties.seat", {**one, "member": MEMBER + PARTIES}),
        ("parties.set_seat", {**clicked, "member": MEMBER + PARTIES, "is_in": False}),
        ("parties.set_seat", {**clicked, "member": MEMBER + MEMBERS, "is_in": True}),
        ("parties.members", {"party_id": PARTIES}),
        ("parties.presences", {"party_id": PARTIES}),
        ("parties.place", {"party_id": PARTIES - 1, "member": MEMBER + PARTIES - 1}),
        ("parties.everybody", {"guild": GUILD}),
        ("parties.take_off", {"guild": GUILD, "gone_ids": [MEMBER + PARTIES], "now": NOW}),
        ("parties.take_off", {"guild": GUILD, "gone_ids": [MEMBER + PARTIES - n for n in range(100)], "now": NOW}),
    ]
