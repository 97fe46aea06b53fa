"""The statements of the raid log."""

from tests.plans.fill import CHANNEL, GUILD, MEMBER, MESSAGE, NOW, PARTIES, Town
from tests.plans.parameters.case import HOUR, Case


def cases(town: Town) -> list[Case]:
    """List the cases."""
    topic = f"run:{town.open_run}"
    this = {"which": topic}
    noted = {
        "topic": topic,
        "guild_id": GUILD,
        "channel_id": CHANNEL,
        "dungeons": ["DUNGEON_1"],
        "organizer_id": MEMBER,
        "organizer_name": "Organizer",
        "closed_at": None,
        "closed_as": None,
        "action": "run.texts",
        "actor_id": MEMBER,
        "detail": {"party": "3"},
        "now": NOW,
    }
    crowd = {"there": {"": [MEMBER + number for number in range(100)]}, "at": NOW.isoformat()}
    page = {"head": "told", "line": "", "is_shown": False, "fresh": True, "is_told": 6, "version": 4, "now": NOW}
    return [
        ("raid_log.note", noted),
        ("raid_log.note", {**noted, "topic": "run:0", "closed_at": NOW, "closed_as": "run.end"}),
        ("raid_log.waiting", {"now": NOW, "skip": [topic]}),
        ("raid_log.log", this),
        ("raid_log.entries", {**this, "told": 4}),
        ("raid_log.entries", {"which": f"party:{PARTIES}", "told": 0}),
        ("raid_log.turn_page", {**this, **page, "new_base": crowd, "new_seen": crowd}),
        ("raid_log.page_showed", {**this, "message": MESSAGE, "is_told": 6, "again": NOW}),
        ("raid_log.starter_posting", {**this, "now": NOW}),
        ("raid_log.starter_posted", {**this, "message": MESSAGE}),
        ("raid_log.thread_made", {**this, "made": MESSAGE}),
        ("raid_log.later", {**this, "again": NOW + HOUR}),
        ("raid_log.let_go_of_page", this),
        ("raid_log.begin_anew", {**this, "new_channel": CHANNEL, "now": NOW}),
        ("raid_log.settle", {**this, "so_many": 6, "now": NOW}),
        ("raid_log.give_up", {**this, "now": NOW}),
    ]
