"""The statements of quota."""

from dataclasses import asdict
from datetime import UTC, datetime
from decimal import Decimal

from raidbot.features.quota.models import Kind, NewEntry
from tests.plans.fill import A_YEAR, GUILD, MEMBER, NOW, ORGANIZER, QUOTA_ROLE, Town
from tests.plans.parameters.case import HOUR, Case


def cases(town: Town) -> list[Case]:
    """List the cases."""
    return [*_ledger(town), *_rates(), *_history()]


def _ledger(town: Town) -> list[Case]:
    given = NewEntry(
        guild_id=GUILD,
        user_id=MEMBER + 1,
        kind=Kind.ADJUSTMENT,
        counts_as=Kind.ADJUSTMENT,
        amount=0,
        points=Decimal(1),
        source="addpoints:0",
        actor_id=ORGANIZER + 1,
    )
    raider = {"guild": GUILD, "member": MEMBER + 1, "quota_role": None}
    organizer = {"guild": GUILD, "member": ORGANIZER + 1, "quota_role": QUOTA_ROLE + 1}
    return [
        (
            "quota.add_completions",
            {
                "guild": GUILD,
                "run": town.live_run,
                "of_pop": 1,
                "of_dungeon": "DUNGEON_0",
                "user_ids": list(town.raiders),
                "now": NOW,
            },
        ),
        ("quota.add_entry", {**asdict(given), "at": NOW}),
        ("quota.entry", {"guild": GUILD, "entry_id": 2}),
        ("quota.entry_of_source", {"guild": GUILD, "of_source": "addpoints:100"}),
        ("quota.lock_member", {"guild": GUILD, "member": MEMBER + 1}),
        ("quota.held", {**raider, "of_kind": "key_pop", "of_dungeon": "DUNGEON_0", "of_key": "KEY_0"}),
        ("quota.held", {**organizer, "of_kind": "organised", "of_dungeon": "DUNGEON_0", "of_key": None}),
        ("quota.wrong_totals", {}),
    ]


def _rates() -> list[Case]:
    mine = {"guild": GUILD, "role_ids": [QUOTA_ROLE + 1, QUOTA_ROLE + 2, 1, 2, 3]}
    return [
        ("quota.run_rates", {**mine, "of_dungeon": "DUNGEON_5", "exalt": False}),
        ("quota.act_rates", {**mine, "act": "verify"}),
        ("quota.roles_among", mine),
        ("quota.key_points", {"guild": GUILD, "of_dungeon": "DUNGEON_0"}),
    ]


def _history() -> list[Case]:
    """The hundredth member is one of many.

    The first is the busiest, with thousands of completions in a whole year.
    """
    busiest, one = ({"guild": GUILD, "member": MEMBER + n} for n in (1, 100))
    middle = {"at": NOW - 100 * HOUR, "run": A_YEAR}
    end = {"at": datetime.max.replace(tzinfo=UTC), "run": 0}
    return [
        *(("quota.older_runs", {**member, **place}) for member in (busiest, one) for place in (end, middle)),
        *(("quota.newer_runs", {**member, **middle}) for member in (busiest, one)),
        *(("quota.completions_by_dungeon", {**member, "week": NOW - 100 * HOUR}) for member in (busiest, one)),
    ]
