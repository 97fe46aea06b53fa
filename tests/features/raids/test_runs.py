"""The rules of runs, held by the database."""

import asyncio
from datetime import timedelta
from itertools import count

import pytest

from raidbot.features.members.api import Standing
from raidbot.features.raids import jobs as recurring
from raidbot.features.raids import models as m
from raidbot.features.raids.service import DELETE_ROLE, SEND_PING
from raidbot.kernel.database import Database
from tests.factories import GUILD, ORGANIZER, House
from tests.tables import rows

A, B, C = 500_000_000_000_000_001, 500_000_000_000_000_002, 500_000_000_000_000_003


@pytest.fixture
def house(database: Database) -> House:
    return House.build(database)


async def outcomes(house: House, *calls: object) -> list[str]:
    """Run calls at once and name what each came to."""
    results = await asyncio.gather(*calls, return_exceptions=True)  # type: ignore[call-overload]
    return sorted("done" if not isinstance(result, BaseException) else type(result).__name__ for result in results)


async def completions(house: House) -> list[tuple[int, int]]:
    return await rows(house.database, "SELECT pop, user_id FROM ledger WHERE kind = 'completion' ORDER BY pop, user_id")


# --- opening


async def test_of_two_runs_opened_at_once_one_stands(house: House) -> None:
    assert await outcomes(house, house.make_run(), house.make_run()) == ["BusyError", "done"]
    assert len(await rows(house.database, "SELECT 1 FROM run")) == 1
    assert len(await rows(house.database, "SELECT 1 FROM panel")) == 1


async def test_an_organizer_may_run_in_two_guilds(house: House) -> None:
    await house.make_run()
    await house.make_run(guild_id=GUILD + 1)


async def test_a_retry_of_the_same_interaction_opens_nothing_new(house: House) -> None:
    first = await house.make_run(interaction_id=77)
    assert await house.make_run(interaction_id=77) == first


async def test_the_organizer_is_joined_and_the_role_is_owed(house: House) -> None:
    run = await house.make_run()
    assert await rows(house.database, "SELECT user_id, joined FROM run_raider") == [(ORGANIZER, True)]
    owed = await rows(house.database, "SELECT kind, subject FROM owed_effect")
    assert owed == [("raids.create_role", str(run.run_id))]


async def test_from_200_roles_in_48_hours_on_runs_go_without(house: House) -> None:
    await _roles_created(house, 199)
    run = await house.make_run()
    assert not run.role_budget_spent
    await house.organizers.cancel(GUILD, run.run_id, ORGANIZER)
    await _roles_created(house, 1)
    run = await house.make_run()
    assert run.role_budget_spent
    assert await rows(house.database, f"SELECT role_wanted FROM run WHERE id = {run.run_id}") == [(False,)]
    await house.organizers.cancel(GUILD, run.run_id, ORGANIZER)
    house.clock.shift(timedelta(hours=48, seconds=1))
    assert not (await house.make_run()).role_budget_spent


async def test_a_guild_that_turned_run_roles_off_gets_none(house: House) -> None:
    run = await house.make_run(run_roles=False)
    assert not run.role_budget_spent
    assert await rows(house.database, "SELECT 1 FROM owed_effect") == []


async def _roles_created(house: House, number: int) -> None:
    now = house.clock.now().isoformat()
    await rows(
        house.database,
        "INSERT INTO run (guild_id, organizer_id, organizer_name, interaction_id, dungeon, status, channel_id,"
        " role_wanted, role_id, role_created_at, opened_at, ended_at, end_reason, expires_at)"
        f" SELECT {GUILD}, 1, 'x', (SELECT least(min(interaction_id), 0) FROM run) - n, 'X', 'cancelled', 1, true,"
        f" n, '{now}', '{now}', '{now}', 'cancelled', '{now}' FROM generate_series(1, {number}) n RETURNING 1",
    )


# --- transitions


async def test_of_two_starts_at_once_one_wins(house: House) -> None:
    run = await house.make_run()
    start = house.organizers.start
    calls = [start(GUILD, run.run_id, ORGANIZER, live_hours=2) for _ in range(2)]
    assert await outcomes(house, *calls) == ["AlreadyLiveError", "done"]
    assert len(await rows(house.database, "SELECT 1 FROM run_ping")) == 1


async def test_a_start_without_party_or_location_says_what_is_missing(house: House) -> None:
    run = await house.make_run(party=None)
    with pytest.raises(m.MissingTextsError) as missing:
        await house.organizers.start(GUILD, run.run_id, ORGANIZER, live_hours=2)
    assert (missing.value.party, missing.value.location) == (True, False)


async def test_an_end_and_a_cancel_at_once_give_one_end(house: House) -> None:
    run_id = await house.make_live()
    end, cancel = house.organizers.end(GUILD, run_id, A), house.organizers.cancel(GUILD, run_id, A)
    assert await outcomes(house, end, cancel) == ["RunOverError", "done"]
    assert await rows(house.database, "SELECT 1 FROM activity") == []


@pytest.mark.parametrize("status", ["open", "live"])
async def test_what_is_over_stays_over_whoever_asks_the_database(house: House, status: str) -> None:
    run = await house.make_run()
    await house.organizers.cancel(GUILD, run.run_id, ORGANIZER)
    with pytest.raises(Exception, match="cannot go from cancelled"):
        await rows(house.database, f"UPDATE run SET status = '{status}' RETURNING 1")


async def test_another_guild_cannot_touch_a_run(house: House) -> None:
    run_id = await house.make_live()
    for call in (house.organizers.end(GUILD + 1, run_id, A), house.organizers.ping(GUILD + 1, run_id, A)):
        with pytest.raises(m.RunGoneError):
            await call
    assert (await house.click(run_id, A, guild_id=GUILD + 1)).outcome is m.Outcome.OVER


async def test_an_open_run_cannot_be_ended_or_popped(house: House) -> None:
    run = await house.make_run()
    with pytest.raises(m.NotYetError):
        await house.organizers.end(GUILD, run.run_id, A)
    with pytest.raises(m.NotYetError):
        await house.organizers.pop_key(GUILD, run.run_id, A, seen=0)


# --- pops and completions


async def test_a_raider_completes_what_they_were_joined_for(house: House) -> None:
    run_id = await house.make_live()
    await house.join(run_id, [A])
    await house.organizers.pop_key(GUILD, run_id, ORGANIZER, seen=0)
    assert await completions(house) == []
    await house.join(run_id, [B])
    await house.organizers.pop_key(GUILD, run_id, ORGANIZER, seen=1)
    assert await completions(house) == [(1, ORGANIZER), (1, A)]
    await house.click(run_id, A, m.Wish.LEAVE)
    await house.join(run_id, [C])
    await house.organizers.end(GUILD, run_id, ORGANIZER)
    assert await completions(house) == [(1, ORGANIZER), (1, A), (2, ORGANIZER), (2, A), (2, B)]


async def test_a_run_without_pops_completes_once_for_who_is_there_at_the_end(house: House) -> None:
    run_id = await house.make_live()
    await house.join(run_id, [A, B])
    await house.click(run_id, B, m.Wish.LEAVE)
    await house.organizers.end(GUILD, run_id, ORGANIZER)
    assert await completions(house) == [(0, ORGANIZER), (0, A)]


async def test_two_presses_of_key_popped_are_one_pop(house: House) -> None:
    run_id = await house.make_live()
    pop = house.organizers.pop_key
    calls = [pop(GUILD, run_id, ORGANIZER, seen=0) for _ in range(3)]
    assert await outcomes(house, *calls) == ["AlreadyDoneError", "AlreadyDoneError", "done"]
    assert await rows(house.database, "SELECT DISTINCT pop FROM pop_snapshot") == [(1,)]


async def test_joins_and_an_end_at_once_award_exactly_who_was_told_joined(house: House) -> None:
    run_id = await house.make_live()
    joins = [house.click(run_id, A + number) for number in range(40)]
    results = await asyncio.gather(*joins[:20], house.organizers.end(GUILD, run_id, ORGANIZER), *joins[20:])
    told = {A + n for n, r in enumerate([*results[:20], *results[21:]]) if r.outcome is m.Outcome.JOINED}  # type: ignore[union-attr]
    assert {user for _, user in await completions(house)} == {ORGANIZER, *told}


# --- raiders


async def test_clicks_say_what_came_of_them(house: House) -> None:
    run = await house.make_run()
    say = m.Outcome
    assert (await house.click(run.run_id, A, m.Wish.LEAVE)).outcome is say.NOT_JOINED
    assert (await house.click(run.run_id, A, m.Wish.CLASS, "bard")).outcome is say.NOT_JOINED
    assert (await house.click(run.run_id, A)).outcome is say.JOINED
    assert (await house.click(run.run_id, A)).outcome is say.ALREADY_JOINED
    assert (await house.click(run.run_id, A, m.Wish.CLASS, "bard")).outcome is say.CLASS_SET
    assert (await house.click(run.run_id, A, m.Wish.LEAVE)).outcome is say.LEFT
    assert (await house.click(run.run_id, A)).outcome is say.JOINED
    view = await house.organizers.view(run.run_id)
    assert view is not None
    assert view.classes == {"bard": 1}
    assert (await house.click(999, A)).outcome is say.OVER


async def test_a_lock_keeps_newcomers_out_but_not_those_inside(house: House) -> None:
    run = await house.make_run()
    await house.join(run.run_id, [A])
    await house.organizers.set_lock(GUILD, run.run_id, ORGANIZER, locked=True)
    assert (await house.click(run.run_id, B)).outcome is m.Outcome.LOCKED
    assert (await house.click(run.run_id, A, m.Wish.CLASS, "bard")).outcome is m.Outcome.CLASS_SET
    assert (await house.click(run.run_id, A, m.Wish.LEAVE)).outcome is m.Outcome.LEFT
    with pytest.raises(m.AlreadyDoneError):
        await house.organizers.set_lock(GUILD, run.run_id, ORGANIZER, locked=True)


@pytest.mark.parametrize("wish", [m.Wish.JOIN, m.Wish.CLASS, m.Wish.KEY])
async def test_who_is_suspended_or_unverified_cannot_take_part(house: House, wish: m.Wish) -> None:
    run = await house.make_run()
    for standing in (Standing.SUSPENDED, Standing.UNVERIFIED):
        result = await house.click(run.run_id, A, wish, "bard", standing=standing)
        assert result.outcome.value == standing.value


async def test_a_suspension_in_the_rows_counts_until_its_time_is_over(house: House) -> None:
    run = await house.make_run()
    until = (house.clock.now() + timedelta(hours=1)).isoformat()
    await rows(house.database, f"INSERT INTO member_standing VALUES ({GUILD}, {A}, '{until}') RETURNING 1")
    for wish in (m.Wish.JOIN, m.Wish.KEY):
        assert (await house.click(run.run_id, A, wish, "X")).outcome is m.Outcome.SUSPENDED
    house.clock.shift(timedelta(hours=1, seconds=1))
    assert (await house.click(run.run_id, A)).outcome is m.Outcome.JOINED


async def test_keys_are_offered_and_taken_back_and_stay_after_leaving(house: House) -> None:
    run = await house.make_run()
    assert (await house.click(run.run_id, A, m.Wish.KEY, "K")).outcome is m.Outcome.KEY_ADDED
    assert (await house.click(run.run_id, B, m.Wish.KEY, "K")).outcome is m.Outcome.KEY_ADDED
    assert (await house.click(run.run_id, A, m.Wish.KEY, "K")).outcome is m.Outcome.KEY_REMOVED
    await house.join(run.run_id, [B])
    await house.click(run.run_id, B, m.Wish.LEAVE)
    view = await house.organizers.view(run.run_id)
    assert view is not None
    assert view.keys == {"K": m.Holders(1, (B,))}


async def test_a_storm_of_clicks_is_a_handful_of_statements(house: House) -> None:
    run = await house.make_run()
    before = house.database.statements
    results = await asyncio.gather(*(house.click(run.run_id, A + number) for number in range(1000)))
    assert {result.outcome for result in results} == {m.Outcome.JOINED}
    assert house.database.statements - before <= 10
    assert await rows(house.database, "SELECT count(*) FROM run_raider WHERE joined") == [(1001,)]


async def test_a_lone_click_is_one_statement(house: House) -> None:
    run = await house.make_run()
    before = house.database.statements
    await house.click(run.run_id, A)
    assert house.database.statements - before == 1


async def test_who_is_taken_off_loses_place_key_and_role(house: House) -> None:
    run = await house.make_run()
    await house.join(run.run_id, [A, B])
    await house.click(run.run_id, A, m.Wish.KEY, "K")
    await house.upkeep.role_created(run.run_id, 4711)
    await house.raiders.take_off(GUILD, [A])
    view = await house.organizers.view(run.run_id)
    assert view is not None
    assert (view.raiders, view.keys) == (2, {})
    wanted = await rows(house.database, "SELECT user_id, wanted FROM member_role ORDER BY user_id")
    assert wanted == [(ORGANIZER, True), (A, False), (B, True)]


# --- roles


async def test_a_role_that_came_after_the_end_is_owed_its_removal(house: House) -> None:
    run_id = await house.make_live()
    await house.organizers.end(GUILD, run_id, ORGANIZER)
    await house.upkeep.role_created(run_id, 4711)
    owed = await rows(house.database, f"SELECT subject FROM owed_effect WHERE kind = '{DELETE_ROLE}'")
    assert owed == [("4711",)]


async def test_join_and_leave_change_one_wish_for_the_role(house: House) -> None:
    run = await house.make_run()
    await house.upkeep.role_created(run.run_id, 4711)
    await house.click(run.run_id, A)
    await house.click(run.run_id, A, m.Wish.LEAVE)
    assert await rows(house.database, f"SELECT wanted, given FROM member_role WHERE user_id = {A}") == [(False, False)]


# --- time


async def test_a_live_run_ends_two_hours_after_its_start_and_counts(house: House) -> None:
    run = await house.make_run()
    house.clock.shift(timedelta(hours=1, minutes=50))
    await house.organizers.start(GUILD, run.run_id, ORGANIZER, live_hours=2)
    house.clock.shift(timedelta(hours=1, minutes=59))
    assert await house.upkeep.due([]) == []
    house.clock.shift(timedelta(minutes=1))
    (due,) = await house.upkeep.due([])
    await house.upkeep.expire(due)
    ended = await rows(house.database, "SELECT status, end_reason, ended_by FROM run")
    assert ended == [("ended", "expired", None)]
    assert await completions(house) == [(0, ORGANIZER)]


async def test_a_run_never_started_is_cancelled_without_awards(house: House) -> None:
    run = await house.make_run()
    await house.join(run.run_id, [A])
    house.clock.shift(timedelta(hours=2))
    (due,) = await house.upkeep.due([])
    await house.upkeep.expire(due)
    assert await rows(house.database, "SELECT status, end_reason FROM run") == [("cancelled", "never_started")]
    assert await completions(house) == []
    await house.make_run()


async def test_a_run_extended_meanwhile_is_not_expired(house: House) -> None:
    run_id = await house.make_live()
    house.clock.shift(timedelta(hours=2))
    (due,) = await house.upkeep.due([])
    await house.organizers.extend(GUILD, run_id, ORGANIZER, seen=due.expires_at)
    await house.upkeep.expire(due)
    assert await rows(house.database, "SELECT status FROM run") == [("live",)]


async def test_a_run_is_extended_hour_by_hour_to_a_day_at_most(house: House) -> None:
    run_id = await house.make_live(hours=22)
    run = await house.organizers.run(GUILD, run_id)
    twice = [house.organizers.extend(GUILD, run_id, ORGANIZER, seen=run.expires_at) for _ in range(2)]
    assert await outcomes(house, *twice) == ["AlreadyDoneError", "done"]
    run = await house.organizers.run(GUILD, run_id)
    run = await house.organizers.extend(GUILD, run_id, ORGANIZER, seen=run.expires_at)
    assert run.started_at is not None
    assert timedelta(hours=23, minutes=59, seconds=59) <= run.expires_at - run.started_at <= m.LONGEST
    with pytest.raises(m.LongestError):
        await house.organizers.extend(GUILD, run_id, ORGANIZER, seen=run.expires_at)


async def test_the_organizer_is_warned_once_ten_minutes_before(house: House) -> None:
    await house.make_live()
    house.clock.shift(timedelta(hours=1, minutes=49))
    assert await house.upkeep.to_warn([]) == []
    house.clock.shift(timedelta(minutes=1))
    (run,) = await house.upkeep.to_warn([])
    await asyncio.gather(house.upkeep.warn(run), house.upkeep.warn(run))
    assert await rows(house.database, "SELECT kind FROM run_ping") == [("expiring",)]
    owed = await rows(house.database, f"SELECT count(*) FROM owed_effect WHERE kind = '{SEND_PING}'")
    assert await house.upkeep.to_warn([]) == []
    assert owed[0][0] >= 1


async def test_due_runs_come_in_tens_and_failed_ones_are_skipped(house: House) -> None:
    for number in range(12):
        await house.make_run(organizer_id=A + number)
    house.clock.shift(timedelta(hours=3))
    first = await house.upkeep.due([])
    assert len(first) == 10
    assert len(await house.upkeep.due(first)) == 2


async def test_runs_of_a_guild_that_has_not_arrived_wait_for_it_a_minute_and_keep_no_other_waiting(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(12):
        await house.make_run(organizer_id=A + number)
    there = await house.make_run(guild_id=GUILD + 1)
    house.clock.shift(timedelta(hours=3))
    here = {GUILD + 1}
    expiry, _ = recurring.jobs(house.upkeep, here.__contains__)
    (run,) = await expiry.due([])
    assert run.id == there.run_id
    assert await expiry.due([run]) == ()
    here.add(GUILD)
    assert len(await expiry.due([run])) == 10
    here.clear()
    assert await expiry.due([run]) == ()
    monkeypatch.setattr(recurring, "ARRIVES_WITHIN_S", 0.0)
    a_minute_later, _ = recurring.jobs(house.upkeep, here.__contains__)
    assert len(await a_minute_later.due([])) == 10


async def test_a_click_that_is_done_twice_is_one_click(house: House) -> None:
    run = await house.make_run()
    for wish, first, state in (
        (m.Wish.JOIN, m.Outcome.JOINED, (True,)),
        (m.Wish.LEAVE, m.Outcome.LEFT, (False,)),
        (m.Wish.KEY, m.Outcome.KEY_ADDED, (True,)),
        (m.Wish.KEY, m.Outcome.KEY_REMOVED, (False,)),
    ):
        click = m.Click(next(ids), run.run_id, GUILD, A, wish, Standing.FINE, "K" if wish is m.Wish.KEY else None)
        for _ in range(2):
            assert (await house.raiders.click(click)).outcome is first
        column, table = ("offered", "run_key") if wish is m.Wish.KEY else ("joined", "run_raider")
        assert await rows(house.database, f"SELECT {column} FROM {table} WHERE user_id = {A}") == [state]


ids = count(1)
