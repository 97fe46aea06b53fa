"""The statements of quota."""

from dataclasses import asdict
from datetime import UTC, datetime
from decimal import Decimal

from raidbot.features.quota.models import ALL_TIME, TOP, Category, Figure, Kind, NewEntry
from tests.plans.fill import A_YEAR, GUILD, MEMBER, NOW, ORGANIZER, QUOTA_ROLE, Town
from tests.plans.parameters.case import HOUR, STORM, Case


def cases(town: Town) -> list[Case]:
    """List the cases."""
    return [*_ledger(town), *_rates(), *_history(), *_config(), *_periods(), *_holders(), *_boards()]


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


_ROLE = {"guild": GUILD, "role": QUOTA_ROLE + 1}
_NEW_ROLE = {"guild": GUILD, "role": QUOTA_ROLE + 99}
_WORTH = {"guild": GUILD, "of_dungeon": "DUNGEON_3"}


def _config() -> list[Case]:
    override = {**_ROLE, "of_dungeon": "DUNGEON_5"}
    return [
        ("quota.quota", _ROLE),
        ("quota.hold_quota", _ROLE),
        ("quota.quotas", {"guild": GUILD}),
        ("quota.quota_of_posting", {"post": 1}),
        ("quota.add_quota", {**_NEW_ROLE, "now": NOW}),
        ("quota.set_figures", {**_ROLE, **{figure.value: Decimal(2) for figure in Figure}}),
        ("quota.set_calendar", {**_ROLE, "of_calendar": "monthly", "of_anchor": NOW.replace(tzinfo=None)}),
        ("quota.set_posting", {**_ROLE, "post": 99}),
        ("quota.delete_quota", _ROLE),
        ("quota.overrides", _ROLE),
        ("quota.set_override", {**override, "worth": Decimal(3)}),
        ("quota.drop_override", override),
        ("quota.touch_boards", {"guild": GUILD, "role_ids": [QUOTA_ROLE + 1, QUOTA_ROLE + 2]}),
        *(
            case
            for name in ("completion_worths", "key_worths")
            for case in (
                (f"quota.{name}", {"guild": GUILD}),
                (f"quota.hold_{name}", _WORTH),
                (f"quota.set_{name}", {**_WORTH, "worth": Decimal(3)}),
                (f"quota.drop_{name}", _WORTH),
            )
        ),
    ]


def _periods() -> list[Case]:
    """Period 1 runs, in the largest guild; period 25 is over and was not reported."""
    window = {**_ROLE, "begin": NOW - 72 * HOUR, "end": NOW + 96 * HOUR}
    top = {"points": TOP.points, "runs": TOP.runs, "after_id": TOP.user_id, "at_most": 25}
    middle = {"points": Decimal(0), "runs": 0, "after_id": ORGANIZER + 300, "at_most": 25}
    excused = {**_ROLE, "member": ORGANIZER + 16}
    excuse = {"now": NOW, "end": NOW + 96 * HOUR, "why": "exams", "actor": ORGANIZER + 1}
    return [
        ("quota.open_period", {**_NEW_ROLE, "begin": NOW, "end": NOW + HOUR}),
        ("quota.running_period", _ROLE),
        ("quota.period", {"period_id": 1}),
        ("quota.last_period_over", _ROLE),
        ("quota.move_period_end", {**_ROLE, "end": NOW + HOUR, "now": NOW}),
        ("quota.periods_due", {"now": NOW + 200 * HOUR, "skip": [1]}),
        ("quota.close_period", {"period_id": 1, "now": NOW + 200 * HOUR}),
        ("quota.drop_running_period", _ROLE),
        ("quota.reported", {"period_id": 25, "report_id": 1}),
        ("quota.past_periods", _ROLE),
        ("quota.standings", {**window, **top}),
        ("quota.standings", {**window, **middle}),
        ("quota.tally", {**window, "required": Decimal(5)}),
        ("quota.standing", {**window, "holder": ORGANIZER + 8}),
        ("quota.write_results", {**window, "period_id": 1}),
        ("quota.results", {"period_id": 25}),
        ("quota.corrections", {**window, "exalts": ["DUNGEON_1", "DUNGEON_2"]}),
        ("quota.excuse", {**excused, **excuse}),
        ("quota.end_excuse", {**excused, "now": NOW}),
        ("quota.excuses", {"guild": GUILD, "now": NOW, "at_most": 50}),
    ]


def _holders() -> list[Case]:
    some = [{"role": QUOTA_ROLE + 1, "member": MEMBER + n} for n in range(STORM)]
    gone = [{"role": QUOTA_ROLE + 1, "member": ORGANIZER + 8 * n} for n in range(1, 60)]
    return [
        ("quota.holdings", {"guild": GUILD}),
        ("quota.add_holders", {"guild": GUILD, "some": some, "now": NOW}),
        ("quota.drop_holders", {"guild": GUILD, "some": gone}),
        ("quota.owe_look", {"guild": GUILD, "now": NOW}),
        ("quota.looks_due", {"now": NOW, "skip": []}),
        ("quota.begin_look", {"guild": GUILD, "now": NOW, "again": NOW + HOUR}),
        ("quota.looked", {"guild": GUILD, "again": NOW - HOUR / 60}),
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
            {"guild": GUILD, "member": MEMBER + 100, "since": NOW - 26 * 7 * 24 * HOUR, "zone": "Europe/Paris"},
        ),
    ]
