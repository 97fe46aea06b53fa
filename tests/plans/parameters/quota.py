"""The statements of quota."""

from dataclasses import asdict
from datetime import UTC, datetime
from decimal import Decimal

from raidbot.features.quota.models import ALL_TIME, Category, Kind, NewEntry
from tests.plans.fill import A_YEAR, GUILD, MEMBER, NOW, ORGANIZER, QUOTA_ROLE, Town
from tests.plans.parameters.case import HOUR, Case


def cases(town: Town) -> list[Case]:
    """List the cases."""
    return [*_ledger(town), *_rates(), *_history(), *_boards()]


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


def _boards() -> list[Case]:
    """Each category from its top, and what is read most from every side; the ten-thousandth member is in the crowd."""
    top = {"guild": GUILD, "of_dungeon": "", "quota_role": 0, "mine": False, "spot": 10**11, "at_user": 0, "up": 0}
    raider, organizer = {**top, "me": MEMBER + 10_000}, {**top, "me": ORGANIZER + 50}
    asker = {Category.ORGANISED: organizer, Category.QUOTA_POINTS: organizer}
    week = {"since": NOW - 7 * 24 * HOUR, "until": NOW}
    below = {"spot": 3, "at_user": MEMBER + 10_000}
    return [
        *((f"quota.board_of_{one}", {**asker.get(one, raider), "of_month": ALL_TIME}) for one in Category),
        *((f"quota.board_of_days_of_{one}", {**asker.get(one, raider), **week}) for one in Category),
        ("quota.board_of_points", {**raider, **below, "of_month": ALL_TIME}),
        (
            "quota.board_of_points",
            {**raider, "of_month": NOW.date().replace(month=5, day=1), "mine": True, "up": 12},
        ),
        ("quota.board_of_completions", {**raider, "of_month": ALL_TIME, "of_dungeon": "DUNGEON_0"}),
        ("quota.board_of_quota_points", {**organizer, "of_month": ALL_TIME, "quota_role": QUOTA_ROLE + 1}),
        *(("quota.figures", {"guild": GUILD, "member": who}) for who in (MEMBER + 1, ORGANIZER + 1)),
        (
            "quota.weeks",
            {"guild": GUILD, "member": MEMBER + 1, "since": NOW - 26 * 7 * 24 * HOUR, "zone": "Europe/Paris"},
        ),
    ]
