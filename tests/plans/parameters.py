"""What each statement is explained with: a line a case, most of them on what exists.

A statement may have several. Each must find, or write, at least one row: a plan that finds nothing proves nothing.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from raidbot.features.raids.models import Click, Standing, Wish
from raidbot.features.raids.queries.clicks import _records
from raidbot.kernel.discord.command_log import Entry
from tests.plans.fill import (
    A_YEAR,
    CHANNEL,
    GUILD,
    INTERACTION,
    MEMBER,
    MEMBERS,
    MESSAGE,
    NOW,
    ORGANIZER,
    PARTIES,
    PING,
    PINGS,
    ROLE,
    Town,
)

Case = tuple[str, dict[str, Any]]
HOUR = timedelta(hours=1)
STORM = 500
"""Clicks, log entries, role changes: the most that go together."""


def cases(town: Town) -> Sequence[Case]:
    """List the statements' parameters, by statement name."""
    return [*_kernel(), *_owed(town), *_organizing(town), *_raiding(town), *_parties(), *_role_pings()]


def _kernel() -> list[Case]:
    guild = {"guild": GUILD}
    mapped = {"guild_id": GUILD, "id": ROLE, "now": NOW, "actor_id": MEMBER}
    entry = Entry(NOW, GUILD, CHANNEL, MEMBER, "component", "raids.join", "ok", None, "c", 20, 25)
    return [
        (
            "audit.write",
            {"guild_id": GUILD, "actor_id": MEMBER, "action": "a", "subject": "s", "detail": {}, "now": NOW},
        ),
        ("command_log.add", {"entries": [entry] * STORM}),
        ("guilds.all_settings", {}),
        ("guilds.settings", guild),
        ("guilds.ensure", {"guild_id": GUILD, "name": "Renamed", "now": NOW}),
        ("guilds.set_role", {**mapped, "key": "muted"}),
        ("guilds.unset_role", {**guild, "key": "officer"}),
        ("guilds.set_channel", {**mapped, "key": "raid"}),
        ("guilds.unset_channel", {**guild, "key": "raid"}),
        ("guilds.set_module", {"guild_id": GUILD, "key": "raids", "enabled": False}),
        ("guilds.set_run_options", {**guild, "roles": False, "hours": 3}),
    ]


def _owed(town: Town) -> list[Case]:
    topic = f"run:{town.open_run}"
    public = {"kind": "raids.public", "topic": topic}
    at = {"guild_id": GUILD, "channel_id": CHANNEL}
    panel = {"panel_id": town.open_run}
    message = MESSAGE + town.open_run
    role = {"role": ROLE + town.open_run}
    member = {**role, "member": town.raiders[0] if town.raiders else 0}
    pressed = {"user_id": MEMBER, "token": "new", "note": None, "now": NOW}
    effect = {"effect_id": 1, "due": NOW - timedelta(minutes=19)}
    return [
        ("owed.open_topic", {"topic": "run:0"}),
        ("owed.touch", {"which": topic}),
        ("owed.add_public_panel", {**public, **at, "kind": "other"}),
        ("owed.press_panel", {**public, **at, **pressed, "message_id": MESSAGE + 500_000_001 + town.open_run * 1_000}),
        ("owed.press_panel", {**public, **at, **pressed, "message_id": MESSAGE + 1_000_000_000}),
        ("owed.public_panel", public),
        ("owed.panel_of_message", {"posted_id": message}),
        ("owed.panels_of_topics", {"topics": [topic]}),
        ("owed.panels_of_topics", {"topics": [f"run:{A_YEAR - n}" for n in range(5)]}),
        ("owed.topic_versions", {"topics": [f"run:{A_YEAR - n}" for n in range(5)]}),
        ("owed.stale_panels", {}),
        ("owed.panels_showed", {"ids": [A_YEAR - n for n in range(5)], "versions": [1_000] * 5}),
        ("owed.panel_posting", {**panel, "now": NOW}),
        ("owed.panel_posted", {**panel, "posted_id": MESSAGE + 1_000_000_000}),
        ("owed.panel_gone", {"gone_id": message}),
        ("owed.panel_blocked", {**panel, "reason": "missing permissions"}),
        ("owed.blocked_panels", {}),
        ("owed.drop_panel", panel),
        ("owed.panels_pressed_before", {"moment": NOW - timedelta(minutes=14), "skip": [1, 2]}),
        (
            "owed.want_role",
            {"guild": GUILD, **role, "users": [MEMBER + n for n in range(STORM)], "is_wanted": True, "now": NOW},
        ),
        ("owed.want_role", {"guild": GUILD, **role, "users": list(town.raiders), "is_wanted": False, "now": NOW}),
        ("owed.roles_due", {"guild_id": GUILD, "now": NOW}),
        ("owed.guilds_with_owed_roles", {"now": NOW}),
        ("owed.role_asking", member),
        ("owed.role_given", {**member, "is_given": True}),
        ("owed.role_later", {**member, "was_wanted": True, "again_at": NOW + HOUR}),
        ("owed.forget_role", role),
        ("owed.members_with_role", role),
        (
            "owed.owe",
            {"kind": "k", "guild_id": GUILD, "subject": "1", "payload": {}, "now": NOW, "due_at": NOW},
        ),
        (
            "owed.owe",
            {
                "kind": "raids.delete_message",
                "guild_id": GUILD,
                "subject": "1",
                "payload": {},
                "now": NOW,
                "due_at": NOW,
            },
        ),
        ("owed.effects_due", {"now": NOW, "running": [1, 2, 3]}),
        ("owed.next_effect_due", {"running": [1, 2, 3]}),
        ("owed.effect_done", effect),
        ("owed.effect_later", {**effect, "again_at": NOW + HOUR, "reason": None}),
        ("owed.blocked_effects", {}),
    ]


def _organizing(town: Town) -> list[Case]:
    opened, live = ({"guild": GUILD, "run_id": run_id} for run_id in (town.open_run, town.live_run))
    over = {"by": MEMBER, "now": NOW}
    expired = {"by": None, "now": NOW + 5 * HOUR}
    # As fill.py has it.
    live_opened_at = NOW - timedelta(minutes=26 * (A_YEAR - town.live_run + 1))
    live_until = live_opened_at + timedelta(minutes=10) + 3 * HOUR
    busy = {"guild_id": GUILD, "organizer_id": ORGANIZER + 1_000}
    ping = {"ping_id": 1}
    new = {
        "guild_id": GUILD,
        "organizer_id": ORGANIZER + 1,
        "organizer_name": "Organizer",
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
        ("raids.set_chain", {**opened, "amount": 5}),
        ("raids.pop", {**live, "seen": 2, "window": NOW + HOUR}),
        (
            "raids.extend",
            {**live, "seen": live_until, "until": live_until + HOUR, "warning": live_until},
        ),
        ("raids.due", {"now": NOW + 5 * HOUR, "skip": [town.open_run]}),
        ("raids.to_warn", {"now": live_until - timedelta(minutes=5), "skip": [town.open_run]}),
        ("raids.warned", {**live, "now": live_until}),
        ("raids.roles_created", {"guild": GUILD, "since": NOW - 48 * HOUR}),
        ("raids.set_role", {"run_id": A_YEAR - 7, "role": ROLE, "now": NOW}),
        ("raids.role_known", {"role": ROLE + town.ended_run}),
        ("raids.recent_dungeons", {"guild": GUILD, "so_many": 30}),
        ("raids.recent_dungeons", {"guild": GUILD + 2, "so_many": 30}),
        ("raids.view", {"run_id": town.open_run}),
        ("raids.view", {"run_id": town.ended_run}),
        ("raids.ask_ping", {"run_id": town.live_run, "kind": "manual", "asked_at": NOW}),
        ("raids.ping", ping),
        ("raids.sent_before", {"run_id": town.live_run, "but": 0}),
        ("raids.unsure_pings", {"run_id": town.live_run, "but": 0}),
        ("raids.forget_pings", {"run_id": town.live_run, "but": 0}),
        ("raids.hold_ping", ping),
        ("raids.ping_messages", ping),
        ("raids.ping_sent", {"which": 1, "which_part": 1, "sent_id": MESSAGE}),
        ("raids.plan_ping", {**ping, "part": 2, "content": "Starting!", "user_ids": list(town.raiders)}),
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
        ("raids.toggle_keys", clicks(strangers[:1], Wish.KEY, "KEY_1")),
        ("raids.toggle_keys", clicks(strangers, Wish.KEY, "KEY_1")),
        ("raids.join_organizer", {"run_id": town.ended_run, "user_id": 1, "click_id": 1, "now": NOW}),
        ("raids.raiders", {"run_id": town.open_run}),
        ("raids.active_raiders", {"guild_id": GUILD}),
        ("raids.active", {"guild": GUILD, "panel_kind": "raids.public"}),
        ("raids.suspended_until", {"guild": GUILD, "member": MEMBER + 24}),
        ("raids.take_off", {"guild_id": GUILD, "gone_ids": list(town.raiders[:1]), "now": NOW}),
        ("raids.take_off", {"guild_id": GUILD, "gone_ids": list(town.raiders), "now": NOW}),
        ("raids.take_keys", {"guild_id": GUILD, "gone_ids": list(town.raiders)}),
        ("raids.snapshot", {"run_id": town.open_run, "of_pop": 1, "now": NOW}),
        ("raids.snapped", {"run_id": town.ended_run, "of_pop": 1}),
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


def _parties() -> list[Case]:
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
        ("parties.recent_dungeons", {"guild": GUILD}),
        ("parties.recent_dungeons", {"guild": GUILD + 2}),
        ("parties.suspended_until", {"guild": GUILD, "member": MEMBER + 24}),
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
        ("parties.place", {"party_id": PARTIES - 1, "member": MEMBER + PARTIES - 1}),
        ("parties.everybody", {"guild": GUILD}),
        ("parties.take_off", {"guild": GUILD, "gone_ids": [MEMBER + PARTIES], "now": NOW}),
        ("parties.take_off", {"guild": GUILD, "gone_ids": [MEMBER + PARTIES - n for n in range(100)], "now": NOW}),
    ]


def _role_pings() -> list[Case]:
    guild, member = {"guild": GUILD}, MEMBER + 1_999
    chosen = {"guild_id": GUILD, "role_id": PING + 1, "now": NOW, "actor_id": MEMBER}

    def wishes(user_id: int) -> dict[str, Any]:
        roles = [PING + 1 + n for n in range(PINGS)]
        return {
            **guild,
            "member": user_id,
            "roles": roles,
            "wishes": [False] * PINGS,
            "held": [True] * PINGS,
            "now": NOW,
        }

    return [
        ("role_pings.mapped", guild),
        ("role_pings.of_dungeons", {**guild, "dungeons": [f"DUNGEON_{n}" for n in range(1, 6)]}),
        ("role_pings.map", {**chosen, "dungeon": "DUNGEON_2"}),
        ("role_pings.map", {**chosen, "dungeon": "DUNGEON_50"}),
        ("role_pings.unmap", {**guild, "of_dungeon": "DUNGEON_1"}),
        ("role_pings.forget_role", {**guild, "role": PING + 1}),
        ("role_pings.choices", {**guild, "member": member}),
        ("role_pings.choices", {**guild, "member": MEMBER + MEMBERS}),
        ("role_pings.choose", wishes(member)),
        ("role_pings.choose", wishes(MEMBER + MEMBERS)),
        ("role_pings.posting", guild),
        ("role_pings.post", {"guild_id": GUILD, "interaction_id": INTERACTION + 1}),
    ]
