"""What raids and staff earn, and by which roles."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from decimal import Decimal

import pytest

from raidbot.features.quota import models as m
from tests.features.quota.conftest import GUILD, HIGH, LOW, ORGANIZER, A, B, Bank, deed
from tests.tables import rows

HELPER = ORGANIZER + 1
ONE = Decimal(1)


async def completions(bank: Bank) -> list[tuple[int, int, Decimal]]:
    return await rows(
        bank.database, "SELECT pop, user_id, points FROM ledger WHERE kind = 'completion' ORDER BY pop, user_id"
    )


# --- the organizer


async def test_each_pop_is_awarded_once_by_the_organizers_own_roles_whoever_presses(bank: Bank) -> None:
    await bank.set_quota(LOW)
    run_id = await bank.make_live(LOW)
    for seen in range(3):
        await bank.house.organizers.pop_key(GUILD, run_id, HELPER, seen=seen)
    await bank.house.organizers.end(GUILD, run_id, HELPER)
    assert await bank.organised() == [(pop, ORGANIZER, ONE, LOW) for pop in (1, 2, 3)]


async def test_a_run_without_pops_is_awarded_once_at_its_end(bank: Bank) -> None:
    await bank.set_quota(LOW)
    run_id = await bank.make_live(LOW)
    assert await bank.organised() == []
    await bank.house.organizers.end(GUILD, run_id, HELPER)
    assert await bank.organised() == [(0, ORGANIZER, ONE, LOW)]


async def test_a_live_run_that_ends_by_itself_is_awarded(bank: Bank) -> None:
    await bank.set_quota(LOW)
    run_id = await bank.make_live(LOW)
    await bank.house.join(run_id, [A])
    bank.house.clock.shift(timedelta(hours=3))
    (run,) = await bank.house.upkeep.due([])
    await bank.house.upkeep.expire(run)
    assert await bank.organised() == [(0, ORGANIZER, ONE, LOW)]
    assert [user_id for _, user_id, _ in await completions(bank)] == [ORGANIZER, A]


async def cancel_open(bank: Bank) -> None:
    run = await bank.house.make_run(organizer_role_ids=[LOW])
    await bank.house.organizers.cancel(GUILD, run.run_id, ORGANIZER)


async def cancel_live(bank: Bank) -> None:
    await bank.house.organizers.cancel(GUILD, await bank.make_live(LOW), ORGANIZER)


async def never_start(bank: Bank) -> None:
    await bank.house.make_run(organizer_role_ids=[LOW])
    bank.house.clock.shift(timedelta(hours=3))
    (run,) = await bank.house.upkeep.due([])
    await bank.house.upkeep.expire(run)


@pytest.mark.parametrize("end", [cancel_open, cancel_live, never_start])
async def test_a_run_that_was_cancelled_or_never_started_gives_nothing(
    bank: Bank, end: Callable[[Bank], Awaitable[None]]
) -> None:
    await bank.set_quota(LOW)
    await end(bank)
    assert await rows(bank.database, "SELECT kind FROM ledger") == []


async def test_a_pop_that_was_awarded_stays_when_the_run_is_cancelled(bank: Bank) -> None:
    run_id = await bank.make_live()
    await bank.house.organizers.pop_key(GUILD, run_id, ORGANIZER, seen=0)
    await bank.house.organizers.cancel(GUILD, run_id, ORGANIZER)
    assert [pop for pop, *_ in await bank.organised()] == [1]
    assert await completions(bank) == []


async def test_an_organizer_without_a_quota_role_is_counted_and_gets_no_points(bank: Bank) -> None:
    await bank.set_quota(LOW)
    run_id = await bank.make_live(HIGH)
    await bank.house.organizers.end(GUILD, run_id, ORGANIZER)
    assert await bank.organised() == [(0, ORGANIZER, Decimal(0), None)]


@pytest.mark.parametrize(
    ("low", "high", "override", "dungeon", "awarded"),
    [
        ({}, {}, None, "SNAKE_PIT", (ONE, HIGH)),
        ({}, {"base_non_exalt_points": "0"}, None, "SNAKE_PIT", (ONE, LOW)),
        ({}, {"base_non_exalt_points": "1.10", "base_exalt_points": "2.20"}, None, "SNAKE_PIT", ("1.10", HIGH)),
        ({}, {"base_non_exalt_points": "1.10", "base_exalt_points": "2.20"}, None, "THE_VOID", ("2.20", HIGH)),
        ({}, {"base_exalt_points": "2.20"}, "0.29", "THE_VOID", ("0.29", HIGH)),
        ({"base_exalt_points": "9"}, {}, "0", "THE_VOID", (9, LOW)),
    ],
)
async def test_the_highest_role_whose_quota_gives_points_decides(
    bank: Bank,
    low: dict[str, str],
    high: dict[str, str],
    override: str | None,
    dungeon: str,
    awarded: tuple[str | int, int],
) -> None:
    await bank.set_quota(LOW, **low)
    await bank.set_quota(HIGH, **high)
    if override is not None:
        await bank.set_points("quota_dungeon_points", dungeon, override, role_id=HIGH)
    run_id = await bank.make_live(LOW, HIGH, dungeon=dungeon)
    await bank.house.organizers.end(GUILD, run_id, ORGANIZER)
    assert await bank.organised() == [(0, ORGANIZER, Decimal(awarded[0]), awarded[1])]


async def test_roles_that_change_during_a_run_count_from_then_on(bank: Bank) -> None:
    await bank.set_quota(LOW, base_non_exalt_points="2")
    run_id = await bank.make_live()
    await bank.house.organizers.pop_key(GUILD, run_id, ORGANIZER, seen=0)
    await bank.house.organizers.note_roles(GUILD, {ORGANIZER: {LOW, HIGH}, A: {LOW}})
    await bank.house.organizers.note_roles(GUILD + 1, {ORGANIZER: {}})
    await bank.house.organizers.pop_key(GUILD, run_id, ORGANIZER, seen=1)
    assert [(int(points), role) for *_, points, role in await bank.organised()] == [(0, None), (2, LOW)]


# --- raiders


async def test_raiders_get_what_their_dungeon_is_worth_as_they_complete_it(bank: Bank) -> None:
    await bank.set_points("raider_points", "THE_VOID", "2.20")
    run_id = await bank.make_live(dungeon="THE_VOID")
    await bank.house.click(run_id, A)
    await bank.house.organizers.pop_key(GUILD, run_id, ORGANIZER, seen=0)
    await bank.house.click(run_id, B)
    await bank.house.organizers.pop_key(GUILD, run_id, ORGANIZER, seen=1)
    await bank.set_points("raider_points", "THE_VOID", "0")
    await bank.house.organizers.end(GUILD, run_id, ORGANIZER)
    first = [(1, user_id, Decimal("2.20")) for user_id in (ORGANIZER, A)]
    assert await completions(bank) == [*first, *((2, user_id, Decimal(0)) for user_id in (ORGANIZER, A, B))]
    assert await rows(bank.database, f"SELECT amount FROM ledger_total WHERE user_id = {B} AND amount > 0") == [
        (1,),
        (1,),
    ]


# --- staff


async def test_an_act_counts_once_for_who_did_it_with_the_points_of_their_highest_role(bank: Bank) -> None:
    await bank.set_quota(LOW, warn_points="0.29")
    await bank.set_quota(HIGH, verify_points="1.10")
    warned, verified = deed(HELPER), deed(HELPER)
    for _ in range(2):
        async with bank.database.transaction() as conn:
            await bank.house.ledger.award_act(conn, warned, m.Kind.WARN, {LOW, HIGH})
            await bank.house.ledger.award_act(conn, verified, m.Kind.VERIFY, {LOW, HIGH})
            await bank.house.ledger.award_act(conn, deed(HELPER), m.Kind.ADDNOTE, {LOW, HIGH})
    assert await rows(
        bank.database,
        "SELECT kind, amount, quota_points, quota_role_id FROM ledger_total WHERE month = '0001-01-01' ORDER BY kind",
    ) == [("addnote", 2, 0, 0), ("verify", 1, Decimal("1.10"), HIGH), ("warn", 1, Decimal("0.29"), LOW)]
