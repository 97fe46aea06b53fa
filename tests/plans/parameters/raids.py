"""The statements of members and raids."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from raidbot.features.members.api import Standing
from raidbot.features.raids.models import Click, Wish
from raidbot.features.raids.queries.clicks import _records
from tests.plans.fill import (
    A_YEAR,
    CHANNEL,
    GUILD,
    HOLDER,
    INTERACTION,
    MEMBER,
    MEMBERS,
    MESSAGE,
    NOW,
    ORGANIZER,
    REQUESTS,
    ROLE,
    Town,
)
from tests.plans.parameters.case import HOUR, STORM, Case


def cases(town: Town) -> list[Case]:
    """List the cases."""
    return [*_organizing(town), *_raiding(town), *_promising(town), *_requesting(town), *_seats(town)]


def _organizing(town: Town) -> list[Case]:
    opened, live = ({"guild": GUILD, "run_id": run_id} for run_id in (town.open_run, town.live_run))
    over = {"by": MEMBER, "now": NOW}
    expired = {"by": None, "now": NOW + 5 * HOUR}
    # As fill.py has it.
    live_opened_at = NOW - timedelta(minutes=26 * (A_YEAR - town.live_run + 1))
    live_until = live_opened_at + timedelta(minutes=10) + 3 * HOUR
    busy = {"guild_id": GUILD, "organizer_id": ORGANIZER + 1_000}
    ping = {"ping_id": 1}
    dropped = {"run_id": town.live_run, "kinds": ["starting", "manual"], "but": 0}
    new = {
        "guild_id": GUILD,
        "organizer_id": ORGANIZER + 1,
        "organizer_name": "Organizer",
        "organizer_role_ids": [1, 2],
        "interaction_id": INTERACTION + A_YEAR + 1,
        "dungeon": "DUNGEON_1",
        "channel_id": CHANNEL,
        "party": None,
        "location": None,
        "description": None,
        "role_wanted": True,
        "opened_at": NOW,
        "expires_at": NOW + HOUR,
    }
    return [
        ("members.claim_activity", {"guild_id": GUILD, "organizer_id": ORGANIZER + 1, "kind": "run", "subject_id": 1}),
        ("members.current_activity", busy),
        ("members.release_activity", {"kind": "run", "subject_id": town.open_run}),
        ("raids.open", new),
        ("raids.of_interaction", {"interaction_id": INTERACTION + town.ended_run}),
        ("raids.run", {"run_id": town.ended_run}),
        ("raids.start", {**opened, "now": NOW, "until": NOW + 2 * HOUR, "warning": NOW + HOUR}),
        ("raids.end", {**live, **over, "reason": "ended"}),
        ("raids.cancel", {**opened, **over, "reason": "cancelled"}),
        ("raids.expire_live", {**live, **expired, "reason": "expired"}),
        ("raids.expire_open", {**opened, **expired, "reason": "never_started"}),
        ("raids.set_texts", {**opened, "new_party": "4", "new_location": None}),
        ("raids.set_lock", {**opened, "locked": True}),
        (
            "raids.transfer",
            {**live, "seen": ORGANIZER + 1_000 + 4, "new_id": MEMBER, "new_name": "Next", "new_roles": [ROLE]},
        ),
        ("raids.set_chain", {**opened, "amount": 5}),
        ("raids.pop", {**live, "seen": 2, "window": NOW + HOUR}),
        (
            "raids.extend",
            {**live, "seen": live_until, "until": live_until + HOUR, "warning": live_until},
        ),
        *_oryx(town),
        ("raids.active_organizers", {"guild": GUILD}),
        ("raids.set_organizer_roles", {"guild": GUILD, "roles": [{"user_id": ORGANIZER + 1_000, "role_ids": [1, 2]}]}),
        ("raids.due", {"now": NOW + 5 * HOUR, "skip": [town.open_run]}),
        ("raids.to_warn", {"now": live_until - timedelta(minutes=5), "skip": [town.open_run]}),
        ("raids.warned", {**live, "now": live_until}),
        ("raids.roles_created", {"guild": GUILD, "since": NOW - 48 * HOUR}),
        ("raids.set_role", {"run_id": A_YEAR - 7, "role": ROLE, "now": NOW}),
        ("raids.role_known", {"role": ROLE + town.ended_run}),
        ("raids.recent_dungeons", {"guilds": [GUILD, GUILD + 2]}),
        ("raids.presences", {"run_id": town.open_run}),
        ("raids.presences", {"run_id": town.ended_run}),
        ("raids.view", {"run_id": town.open_run}),
        ("raids.view", {"run_id": town.ended_run}),
        ("raids.ask_ping", {"run_id": town.live_run, "kind": "manual", "asked_at": NOW}),
        ("raids.ping", ping),
        ("raids.sent_before", {**dropped, "since": NOW}),
        ("raids.unsure_pings", dropped),
        ("raids.forget_pings", dropped),
        ("raids.hold_ping", ping),
        ("raids.ping_messages", ping),
        ("raids.pings_saying", {"run_id": town.live_run, "contents": ["Starting!", "Key!"]}),
        ("raids.ping_sent", {"which": 1, "which_part": 1, "sent_id": MESSAGE}),
        ("raids.plan_ping", {**ping, "part": 2, "content": "Starting!", "user_ids": list(town.raiders)}),
    ]


def _oryx(town: Town) -> list[Case]:
    oryx = {"guild": GUILD + 1, "run_id": town.oryx_run}
    return [
        ("raids.note_screenshot", {**oryx, "channel": CHANNEL, "message": MESSAGE, "by": ORGANIZER}),
        ("raids.set_score", {**oryx, "score": 40, "seen": 0, "click": INTERACTION}),
        ("raids.move_stage", {**oryx, "before": None, "next_stage": "closed", "boss": None, "click": INTERACTION}),
    ]


def _raiding(town: Town) -> list[Case]:
    strangers = [MEMBER + MEMBERS - n for n in range(STORM)]

    def clicks(users: Sequence[int], wish: Wish, value: str | None = None) -> dict[str, Any]:
        run_id = town.open_run
        made = [
            Click(INTERACTION + 10**9 + n, run_id, GUILD, user, wish, Standing.FINE, value)
            for n, user in enumerate(users)
        ]
        return {"now": NOW, "clicks": _records(made)}

    return [
        ("raids.participate", clicks(strangers[:1], Wish.JOIN)),
        ("raids.participate", clicks(strangers, Wish.JOIN)),
        ("raids.participate", clicks(town.raiders, Wish.LEAVE)),
        ("raids.participate", clicks(town.raiders[:1], Wish.CLASS, "CLASS_1")),
        ("raids.toggle_keys", {**clicks(strangers[:1], Wish.KEY, "KEY_1"), "limits_kept": False}),
        ("raids.toggle_keys", {**clicks(strangers, Wish.KEY, "KEY_1"), "limits_kept": True}),
        ("raids.carry_over", {"run_id": town.ended_run, "user_ids": [1, 2, 3], "click_id": 1, "now": NOW}),
        (
            "raids.carry_offers",
            {
                "run_id": town.ended_run,
                "offers": [{"key": "KEY_1", "user_id": n} for n in range(1, 9)],
                "click_id": 1,
                "now": NOW,
            },
        ),
        ("raids.raiders", {"run_id": town.open_run}),
        ("raids.active_raiders", {"guild_id": GUILD}),
        ("raids.active", {"guild": GUILD, "panel_kind": "raids.public"}),
        ("members.suspended_until", {"guild": GUILD, "member": MEMBER + 24}),
        ("raids.take_off", {"guild_id": GUILD, "gone_ids": list(town.raiders[:1]), "now": NOW}),
        ("raids.take_off", {"guild_id": GUILD, "gone_ids": list(town.raiders), "now": NOW}),
        ("raids.take_keys", {"guild_id": GUILD, "gone_ids": list(town.raiders)}),
        ("raids.snapshot", {"run_id": town.open_run, "of_pop": 1, "now": NOW}),
        ("raids.snapped", {"run_id": town.ended_run, "of_pop": 1}),
        ("raids.ended_run", {"guild": GUILD, "run_id": town.ended_run}),
        (
            "raids.ended_runs",
            {"guild": GUILD, "since": NOW - timedelta(days=7), "opened_since": NOW - timedelta(days=8, hours=2)},
        ),
        ("raids.key_offers", {"run_id": town.ended_run}),
    ]


def _promising(town: Town) -> list[Case]:
    holder = {"of_run": town.open_run, "member": HOLDER}
    return [
        ("raids.hold", {"guild": GUILD, "run_id": town.open_run}),
        ("raids.confirm_key", {"of_run": town.open_run, "which": "KEY_1", "member": HOLDER + 1, "now": NOW}),
        ("raids.back_out", {**holder, "guild": GUILD, "which": "KEY_1", "now": NOW}),
        ("raids.back_out", {**holder, "guild": GUILD, "which": None, "now": NOW}),
        ("raids.key_holders", {"of_run": town.open_run}),
        ("raids.show_place", {**holder, "now": NOW}),
        ("raids.hide_place", {"of_run": town.open_run, "member": HOLDER + 2}),
    ]


def _requesting(town: Town) -> list[Case]:
    one, whole = {"request_id": REQUESTS}, {"of_run": town.open_run, "now": NOW}
    asked = {"run_id": town.open_run, "click": INTERACTION, "now": NOW}
    answering = MEMBER + 1 + REQUESTS * 7
    return [
        ("raids.ask_request", {**asked, "what": "CURSE"}),
        ("raids.ask_request", {**asked, "what": "mystic"}),
        ("raids.request", one),
        ("raids.requests", {"run_id": town.open_run}),
        ("raids.close_request", {**one, **whole}),
        ("raids.close_requests", whole),
        ("raids.answer_requests", {"clicks": _answers(1), "now": NOW}),
        ("raids.answer_requests", {"clicks": _answers(STORM), "now": NOW}),
        ("raids.take_answers", {"guild_id": GUILD, "gone_ids": [answering]}),
        ("raids.take_answers", {"guild_id": GUILD, "gone_ids": [answering + n for n in range(100)]}),
    ]


def _answers(number: int) -> list[dict[str, Any]]:
    return [
        {
            "ord": n,
            "click_id": INTERACTION + 2 * A_YEAR + n,
            "request_id": REQUESTS - n % 3,
            "guild_id": GUILD,
            "user_id": MEMBER + 1 + n,
            "standing": "fine",
        }
        for n in range(number)
    ]


def _seats(town: Town) -> list[Case]:
    limited, some = {"guild": GUILD, "run_id": town.limited_run}, {"run_ids": [town.open_run, town.limited_run]}

    def taken(users: Sequence[int], *, joined: bool) -> dict[str, Any]:
        seat = {"run_id": town.open_run, "guild_id": GUILD, "joined": joined, "class": "CLASS_1", "click_id": 1}
        seats = [
            {**seat, "user_id": user, "reserve": None if joined else 1_000 + n, "role_id": ROLE + town.open_run}
            for n, user in enumerate(users)
        ]
        return {"seats": seats, "now": NOW}

    return [
        ("raids.set_limits", {**limited, "new_cap": 20, "of_classes": {}, "of_keys": {}}),
        ("raids.last_call", {**limited, "run_id": town.open_run, "ends": NOW}),
        ("raids.take_back_last_call", limited),
        ("raids.close_last_call", {"run_id": town.limited_run, "now": NOW}),
        ("raids.hold_runs", some),
        ("raids.hold_guild", {"guild": GUILD}),
        ("raids.seats", some),
        ("raids.offers", some),
        ("raids.roster", {"run_id": town.open_run}),
        ("raids.take_seats", taken(town.raiders[:1], joined=False)),
        ("raids.take_seats", taken([MEMBER + MEMBERS - n for n in range(STORM)], joined=True)),
        ("raids.take_seats", taken([MEMBER + MEMBERS - n for n in range(STORM)], joined=False)),
    ]
