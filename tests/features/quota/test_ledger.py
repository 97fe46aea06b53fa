"""What staff write down and take back, and what the database itself sees to."""

import asyncio
from datetime import timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from raidbot.features.quota import models as m
from raidbot.features.quota.service import look_at_totals
from raidbot.features.quota.tables import ledger
from raidbot.kernel.database import Conflict, Statement
from raidbot.kernel.health import Level
from tests.features.quota.conftest import DUNGEONS, GUILD, HIGH, LOW, OFFICER, A, B, Bank, deed
from tests.tables import rows

HELPER = OFFICER + 1
_change = Statement("test.change_ledger", sa.update(ledger).values(points=9))
_remove = Statement("test.empty_ledger", sa.delete(ledger))


async def actions(bank: Bank) -> list[str]:
    return [action for (action,) in await rows(bank.database, "SELECT action FROM audit ORDER BY id")]


# --- points


@pytest.mark.parametrize("points", ["1.10", "2.20", "0.29", "4.40", "-0.01"])
async def test_points_of_two_places_are_kept_exactly(bank: Bank, points: str) -> None:
    await bank.give("10")
    logged = await bank.give(points)
    assert str(logged.entry.points) == points
    assert logged.held.points == 10 + Decimal(points)


async def test_points_are_taken_as_far_as_there_are_any(bank: Bank) -> None:
    await bank.give("2.5")
    await bank.give("7", B)
    taken = await bank.give("-4")
    assert (taken.entry.points, taken.held.points) == (Decimal("-2.50"), Decimal(0))
    with pytest.raises(m.NothingToTakeError):
        await bank.give("-1")
    assert await actions(bank) == ["ledger.points.adjust"] * 3


async def test_a_deed_done_twice_is_one_and_answers_the_same(bank: Bank) -> None:
    await bank.give("5")
    given = deed(source="addpoints:1", reason="a gift")
    first, second = [await bank.staff.add_points(given, Decimal(-2)) for _ in range(2)]
    assert first == second
    assert (first.entry.actor_id, first.entry.reason, first.held.points) == (OFFICER, "a gift", Decimal(3))
    assert await actions(bank) == ["ledger.points.adjust"] * 2


async def test_of_two_who_take_the_last_points_at_once_one_gets_them(bank: Bank) -> None:
    await bank.give("3")
    took = await asyncio.gather(*(bank.give("-2") for _ in range(4)), return_exceptions=True)
    taken = [one.entry.points for one in took if isinstance(one, m.Logged)]
    assert sorted(taken) == [-2, -1]
    assert sum(isinstance(one, m.NothingToTakeError) for one in took) == 2


# --- quota points


async def test_quota_points_go_to_the_highest_quota_role_of_the_member_or_to_the_named_one(bank: Bank) -> None:
    await bank.set_quota(LOW)
    await bank.set_quota(HIGH)
    for given, role, roles in ((None, HIGH, {LOW, HIGH, 1}), (None, LOW, {LOW, 1}), (LOW, LOW, {HIGH})):
        assert (await bank.give_quota("1.5", given, roles=roles)).entry.quota_role_id == role
    with pytest.raises(m.NoQuotaRoleError):
        await bank.give_quota("1", roles={1})
    with pytest.raises(m.NotAQuotaRoleError):
        await bank.give_quota("1", 1, roles={LOW})


async def test_quota_points_of_one_role_do_not_pay_for_those_of_another(bank: Bank) -> None:
    await bank.set_quota(LOW)
    await bank.set_quota(HIGH)
    await bank.give_quota("5", HIGH)
    await bank.give_quota("1", LOW)
    await bank.give("9")
    taken = await bank.give_quota("-4", LOW)
    assert (taken.entry.quota_points, taken.held) == (Decimal(-1), m.Held(Decimal(9), Decimal(0), 0))


# --- runs and keys


async def test_runs_are_logged_at_what_the_members_own_roles_get_for_the_dungeon(bank: Bank) -> None:
    await bank.set_quota(LOW, base_exalt_points="2.20")
    logged = await bank.log_runs(3, LOW, dungeon="THE_VOID")
    assert (logged.entry.amount, logged.entry.quota_points, logged.entry.quota_role_id) == (3, Decimal("6.60"), LOW)
    assert (logged.entry.points, logged.held.amount) == (Decimal(0), 3)
    without = await bank.log_runs(2, 1, dungeon="THE_VOID")
    assert (without.entry.quota_points, without.entry.quota_role_id, without.held.amount) == (Decimal(0), None, 5)


async def test_runs_are_taken_back_as_whole_runs_that_the_points_are_there_for(bank: Bank) -> None:
    await bank.set_quota(LOW, base_non_exalt_points="2")
    await bank.log_runs(5, LOW)
    await bank.give_quota("-5", LOW)
    taken = await bank.log_runs(-4, LOW)
    assert (taken.entry.amount, taken.held.amount, taken.held.quota_points) == (-2, 3, Decimal(1))
    with pytest.raises(m.NothingToTakeError):
        await bank.log_runs(-1, LOW)
    with pytest.raises(m.NothingToTakeError):
        await bank.log_runs(-1, LOW, dungeon="THE_VOID")


async def test_keys_bring_points_and_are_taken_back_as_far_as_there_are_any(bank: Bank) -> None:
    await bank.set_points("key_pop_points", "THE_VOID", "1.10")
    logged = await bank.log_keys(3)
    assert (logged.entry.points, logged.held) == (Decimal("3.30"), m.Held(Decimal("3.30"), Decimal(0), 3))
    assert (await bank.log_keys(1, dungeon="LOST_HALLS")).entry.points == m.KEY_POP_POINTS
    await bank.give("-6")
    taken = await bank.log_keys(-5)
    assert (taken.entry.amount, taken.entry.points, taken.held.amount) == (-3, Decimal("-2.30"), 0)
    with pytest.raises(m.NothingToTakeError):
        await bank.log_keys(-1)


async def test_keys_of_one_kind_are_not_those_of_another(bank: Bank) -> None:
    oryx = DUNGEONS["ORYX_3"]
    async with bank.database.transaction() as conn:
        for key, amount in zip(oryx.keys, (2, 1), strict=False):
            logged = await bank.house.ledger.log_key_pops(conn, deed(), oryx, key, amount, pop_of=(7, 0))
            assert (logged.entry.run_id, logged.entry.pop, logged.held.amount) == (7, 0, amount)


# --- taking back


async def test_what_was_logged_is_taken_back_once(bank: Bank) -> None:
    await bank.set_quota(LOW)
    logged = await bank.log_runs(3, LOW)
    undone = await bank.undo(logged)
    back = undone.by.entry
    assert (back.kind, back.counts_as, back.amount, back.quota_points) == (
        m.Kind.REVERSAL,
        m.Kind.ORGANISED,
        -3,
        Decimal(-3),
    )
    assert undone.by.held == m.Held(Decimal(0), Decimal(0), 0)
    with pytest.raises(m.AlreadyUndoneError):
        await bank.undo(logged)
    with pytest.raises(m.EntryGoneError):
        await bank.undo(undone.by)
    assert await actions(bank) == ["ledger.runs.log", "ledger.entry.reverse"]


async def test_a_reversal_takes_what_is_still_there_and_gives_back_what_was_taken(bank: Bank) -> None:
    given = await bank.give("5")
    taken = await bank.give("-3")
    assert (await bank.undo(given)).by.entry.points == -2
    assert (await bank.undo(taken)).by.entry.points == 3
    keys = await bank.log_keys(4)
    await bank.log_keys(-3)
    assert (await bank.undo(keys)).by.entry.amount == -1


async def test_an_undo_whose_answer_was_lost_is_one_undo(bank: Bank) -> None:
    logged = await bank.give("5")
    first, second = [await bank.staff.undo(GUILD, logged.entry.id, OFFICER, "undo:1", any_time=True) for _ in range(2)]
    assert first == second
    assert first.by.held.points == 0


async def test_two_undos_at_once_take_back_once(bank: Bank) -> None:
    logged = await bank.give("5")
    await bank.give("5")
    outcomes = await asyncio.gather(*(bank.undo(logged) for _ in range(3)), return_exceptions=True)
    assert sorted(type(one).__name__ for one in outcomes) == ["AlreadyUndoneError", "AlreadyUndoneError", "Undone"]
    assert await rows(bank.database, "SELECT sum(points) FROM ledger") == [(5,)]


async def test_who_logged_may_undo_for_a_quarter_of_an_hour_and_an_officer_at_any_time(bank: Bank) -> None:
    first, second, third = [await bank.log_runs(1, actor_id=HELPER) for _ in range(3)]
    await bank.undo(first, actor_id=HELPER, any_time=False)
    with pytest.raises(m.NotYoursToUndoError) as refused:
        await bank.undo(second, actor_id=HELPER + 1, any_time=False)
    assert (refused.value.actor_id, refused.value.until) == (HELPER, None)
    bank.house.clock.shift(m.UNDO_WITHIN + timedelta(seconds=1))
    with pytest.raises(m.NotYoursToUndoError) as refused:
        await bank.undo(second, actor_id=HELPER, any_time=False)
    assert refused.value.until == second.entry.at + m.UNDO_WITHIN
    await bank.undo(third, actor_id=OFFICER)


async def test_what_a_run_earned_and_another_servers_rows_cannot_be_undone(bank: Bank) -> None:
    logged = await bank.give("5")
    run_id = await bank.make_live()
    await bank.house.organizers.end(GUILD, run_id, OFFICER)
    earned = await rows(bank.database, "SELECT id FROM ledger WHERE run_id IS NOT NULL")
    for guild_id, entry_id in ((GUILD + 1, logged.entry.id), *((GUILD, entry_id) for (entry_id,) in earned)):
        with pytest.raises(m.EntryGoneError):
            await bank.staff.undo(guild_id, entry_id, OFFICER, deed().source, any_time=True)


# --- what the database sees to


@pytest.mark.parametrize("statement", [_change, _remove])
async def test_rows_stand(bank: Bank, statement: Statement[None]) -> None:
    await bank.give("5")
    async with bank.database.connection() as conn:
        with pytest.raises(Conflict, match="rows of the ledger stand"):
            await conn.execute(statement)


@pytest.mark.parametrize(
    ("columns", "rule"),
    [
        ({"kind": "'completion'", "counts_as": "'completion'", "amount": 1, "source": "NULL"}, "ledger_kind_fits"),
        ({"points": 0}, "ledger_kind_fits"),
        ({"quota_points": 2, "quota_role_id": 1}, "ledger_kind_fits"),
        ({"kind": "'warn'", "counts_as": "'warn'", "amount": 2, "points": 0}, "ledger_kind_fits"),
        ({"counts_as": "'warn'"}, "ledger_counts_as_known"),
        ({"source": "NULL"}, "ledger_source_known"),
        ({"kind": "'reversal'", "counts_as": "'adjustment'"}, "ledger_reversal_known"),
        ({"points": 0, "quota_points": 1}, "ledger_quota_points_bound"),
        ({"kind": "'gift'", "counts_as": "'gift'", "amount": 1, "points": 0}, "ledger_kind_known"),
    ],
)
async def test_rows_that_make_no_sense_are_refused(bank: Bank, columns: dict[str, object], rule: str) -> None:
    values: dict[str, object] = {
        "guild_id": GUILD,
        "user_id": A,
        "kind": "'adjustment'",
        "counts_as": "'adjustment'",
        "amount": 0,
        "points": 1,
        "quota_points": 0,
        "source": "'x:1'",
        "at": "now()",
        **columns,
    }
    query = f"INSERT INTO ledger ({', '.join(values)}) VALUES ({', '.join(map(str, values.values()))}) RETURNING 1"
    with pytest.raises(Exception, match=rule):
        await rows(bank.database, query)


async def test_the_doctor_compares_the_totals_with_the_rows(bank: Bank) -> None:
    await bank.give("5")
    await bank.log_runs(2)
    async with bank.database.connection() as conn:
        assert [finding.level for finding in await look_at_totals(conn)] == [Level.OK]
        await rows(bank.database, "UPDATE ledger_total SET points = points + 1 WHERE points > 0 RETURNING 1")
        await rows(bank.database, "DELETE FROM ledger_dungeon_total WHERE month = '0001-01-01' RETURNING 1")
        (found,) = await look_at_totals(conn)
    assert (found.level, found.text) == (Level.PROBLEM, "3 totals are not the sum of their rows")


async def test_totals_are_kept_by_the_month_of_utc(bank: Bank) -> None:
    await rows(
        bank.database,
        "INSERT INTO ledger (guild_id, user_id, kind, counts_as, amount, points, quota_points, source, at)"
        f" SELECT {GUILD}, {A}, 'adjustment', 'adjustment', 0, 1, 0, 'x:' || at, at FROM"
        " unnest(ARRAY['2026-01-31 23:59:59Z', '2026-02-01 00:30+01', '2026-02-01Z']::timestamptz[]) at RETURNING 1",
    )
    assert await rows(bank.database, "SELECT month::text, points FROM ledger_total ORDER BY month") == [
        ("0001-01-01", 3),
        ("2026-01-01", 2),
        ("2026-02-01", 1),
    ]
