"""Limits, the reserve list and the last call, held by the database however many press at once."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from itertools import count
from random import Random

import pytest

from raidbot.features.members.api import Standing
from raidbot.features.raids import models as m
from raidbot.features.raids.service import LOCK_JOIN, SEND_PING
from raidbot.kernel.database import Conflict, Database, Unavailable
from raidbot.kernel.owed.queries import effects
from tests.factories import GUILD, ORGANIZER, House
from tests.tables import rows

A, B, C, D = (500_000_000_000_000_001 + n for n in range(4))
SAY = m.Outcome
_clicks = count(1)


@pytest.fixture
def house(database: Database) -> House:
    return House.build(database)


async def limit(
    house: House,
    run_id: int,
    cap: int | None = None,
    classes: Mapping[str, int] | None = None,
    keys: Mapping[str, int] | None = None,
) -> None:
    """Set a run's limits."""
    await house.limits.set_limits(GUILD, run_id, ORGANIZER, m.Limits(cap, classes or {}, keys or {}))


async def limited(house: House, cap: int | None = None, classes: Mapping[str, int] | None = None) -> int:
    """Open a run with limits; its organizer is in."""
    run = await house.make_run()
    await limit(house, run.run_id, cap, classes)
    return run.run_id


async def joined(house: House, run_id: int) -> list[int]:
    found = await rows(house.database, f"SELECT user_id FROM run_raider WHERE run_id = {run_id} AND joined ORDER BY 1")
    return [user_id for (user_id,) in found if user_id != ORGANIZER]


async def waiting(house: House, run_id: int) -> list[int]:
    query = f"SELECT user_id FROM run_raider WHERE run_id = {run_id} AND reserve IS NOT NULL ORDER BY reserve"
    return [user_id for (user_id,) in await rows(house.database, query)]


async def told_moved_up(house: House) -> list[list[int]]:
    told = "SELECT payload -> 'user_ids' FROM owed_effect WHERE payload ? 'user_ids' ORDER BY id"
    return [user_ids for (user_ids,) in await rows(house.database, told)]


async def audited(house: House, action: str) -> list[tuple[int | None, dict[str, object]]]:
    return await rows(house.database, f"SELECT actor_id, detail FROM audit WHERE action = '{action}' ORDER BY id")


# --- joining and the reserve list


async def test_a_thousand_joins_of_a_capped_run_are_a_handful_of_statements_in_the_order_of_the_clicks(
    house: House,
) -> None:
    run_id = await limited(house, 50)
    before = house.database.statements
    results = await asyncio.gather(*(house.click(run_id, A + number) for number in range(1000)))
    assert house.database.statements - before <= 16
    assert [result.outcome for result in results] == [SAY.JOINED] * 49 + [SAY.RESERVED] * 951
    assert [result.place for result in results[49:]] == list(range(1, 952))
    assert await joined(house, run_id) == [A + number for number in range(49)]
    assert await waiting(house, run_id) == [A + number for number in range(49, 1000)]


async def test_the_place_of_whoever_leaves_goes_to_the_first_reserve_with_the_role_and_a_word(house: House) -> None:
    run_id = await limited(house, 2)
    await house.upkeep.role_created(run_id, 4711)
    await house.join(run_id, [A, B, C])
    assert (await house.click(run_id, B)).place == 1
    assert (await house.click(run_id, A, m.Wish.LEAVE)).outcome is SAY.LEFT
    assert (await joined(house, run_id), await waiting(house, run_id)) == ([B], [C])
    wanted = "SELECT user_id, wanted FROM member_role ORDER BY user_id"
    assert await rows(house.database, wanted) == [(ORGANIZER, True), (A, False), (B, True)]
    assert await told_moved_up(house) == [[B]]
    assert await rows(house.database, f"SELECT count(*) FROM owed_effect WHERE kind = '{SEND_PING}'") == [(1,)]


async def test_who_steps_off_the_reserve_list_is_off_and_comes_back_at_its_end(house: House) -> None:
    run_id = await limited(house, 1)
    await house.join(run_id, [A, B])
    assert (await house.click(run_id, A, m.Wish.LEAVE)).outcome is SAY.OFF_RESERVE
    assert (await house.click(run_id, A, m.Wish.LEAVE)).outcome is SAY.NOT_JOINED
    assert (await house.click(run_id, A)).place == 2
    assert await waiting(house, run_id) == [B, A]


async def test_a_lock_keeps_newcomers_out_but_reserves_still_move_up(house: House) -> None:
    run_id = await limited(house, 2)
    await house.join(run_id, [A, B])
    await house.organizers.set_lock(GUILD, run_id, ORGANIZER, locked=True)
    assert (await house.click(run_id, C)).outcome is SAY.LOCKED
    assert (await house.click(run_id, B)).outcome is SAY.RESERVED
    await house.click(run_id, A, m.Wish.LEAVE)
    assert await joined(house, run_id) == [B]


async def test_reserves_who_leave_the_server_are_off_the_list_and_those_inside_make_room(house: House) -> None:
    run_id = await limited(house, 3)
    await house.join(run_id, [A, B, C, D])
    assert set(await house.raiders.active_raiders(GUILD)) == {ORGANIZER, A, B, C, D}
    await house.raiders.take_off(GUILD, [A, C])
    assert (await joined(house, run_id), await waiting(house, run_id)) == ([B, D], [])
    assert await told_moved_up(house) == [[D]]


async def test_a_higher_cap_or_none_lets_reserves_in_together(house: House) -> None:
    run_id = await limited(house, 1)
    await house.join(run_id, [A, B, C, D])
    await limit(house, run_id, 3)
    assert (await joined(house, run_id), await waiting(house, run_id)) == ([A, B], [C, D])
    await limit(house, run_id)
    assert (await joined(house, run_id), await waiting(house, run_id)) == ([A, B, C, D], [])
    assert await told_moved_up(house) == [[A, B], [C, D]]
    assert (await house.click(run_id, D + 1)).outcome is SAY.JOINED


async def test_limits_that_are_set_again_as_they_are_change_nothing(house: House) -> None:
    run_id = await limited(house, 5, {"knight": 2})
    await limit(house, run_id, 5, {"knight": 2})
    assert await audited(house, "run.limits") == [
        (ORGANIZER, {"organizer": ORGANIZER, "cap": 5, "classes": ["Knight 2"], "keys": []})
    ]
    await house.organizers.cancel(GUILD, run_id, ORGANIZER)
    with pytest.raises(m.RunOverError):
        await limit(house, run_id, 6)


async def test_the_database_holds_what_a_limit_may_be_and_that_nobody_is_in_and_waits(house: House) -> None:
    run_id = await limited(house, 1)
    for limits in (m.Limits(0), m.Limits(None, {"knight": 0}), m.Limits(None, {}, {"K": 1001})):
        with pytest.raises(Conflict):
            await house.limits.set_limits(GUILD, run_id, ORGANIZER, limits)
    await house.join(run_id, [A])
    with pytest.raises(Exception, match="run_raider_in_or_reserve"):
        await rows(house.database, f"UPDATE run_raider SET joined = true WHERE user_id = {A} RETURNING 1")


async def test_a_click_on_a_limited_run_that_is_done_again_comes_to_the_same(house: House) -> None:
    run_id = await limited(house, 2, {"knight": 1})
    plain, knight = (m.Wish.JOIN, None), (m.Wish.CLASS, "knight")
    for user_id, (wish, value), outcomes in (
        (A, plain, (SAY.CLASS_NEEDED, SAY.CLASS_NEEDED)),
        (A, knight, (SAY.JOINED, SAY.CLASS_SET)),
        (B, knight, (SAY.RESERVED, SAY.RESERVED)),
        (A, (m.Wish.LEAVE, None), (SAY.LEFT, SAY.LEFT)),
    ):
        click = m.Click(next(_clicks), run_id, GUILD, user_id, wish, Standing.FINE, value)
        assert tuple([(await house.raiders.click(click)).outcome for _ in range(2)]) == outcomes
    assert (await joined(house, run_id), await told_moved_up(house)) == ([B], [[B]])


async def test_a_click_whose_run_was_limited_meanwhile_is_still_one(house: House) -> None:
    run = await house.make_run()
    click = m.Click(next(_clicks), run.run_id, GUILD, A, m.Wish.JOIN, Standing.FINE)
    assert (await house.raiders.click(click)).outcome is SAY.JOINED
    await limit(house, run.run_id, 1)
    assert (await house.raiders.click(click)).outcome is SAY.JOINED


@pytest.mark.parametrize("wish", [m.Wish.JOIN, m.Wish.CLASS])
async def test_who_is_suspended_or_unverified_gets_no_reserve_place(house: House, wish: m.Wish) -> None:
    run_id = await limited(house, 1, {"bard": 1})
    for standing in (Standing.SUSPENDED, Standing.UNVERIFIED):
        assert (await house.click(run_id, A, wish, "bard", standing=standing)).outcome.value == standing.value
    assert await waiting(house, run_id) == []


# --- classes


async def test_a_run_with_class_limits_asks_for_the_class_and_choosing_joins(house: House) -> None:
    run_id = await limited(house, None, {"knight": 1})
    assert (await house.click(run_id, A)).outcome is SAY.CLASS_NEEDED
    assert (await house.click(run_id, A, m.Wish.CLASS, "knight")).outcome is SAY.JOINED
    told = await house.click(run_id, B, m.Wish.CLASS, "knight")
    assert (told.outcome, told.place, told.raider_class) == (SAY.RESERVED_FOR_CLASS, 1, "knight")
    assert (await house.click(run_id, C, m.Wish.CLASS, "bard")).outcome is SAY.JOINED
    assert (await house.click(run_id, C, m.Wish.CLASS, "knight")).outcome is SAY.CLASS_FULL
    assert (await house.click(run_id, B, m.Wish.CLASS, "wizard")).outcome is SAY.JOINED
    assert await told_moved_up(house) == []
    view = await house.organizers.view(run_id)
    assert view is not None
    assert (view.classes, view.reserves) == ({"knight": 1, "bard": 1, "wizard": 1}, 0)


async def test_who_changes_class_makes_room_for_who_waits_for_the_old_one(house: House) -> None:
    run_id = await limited(house, None, {"knight": 1})
    for user_id in (A, B):
        await house.click(run_id, user_id, m.Wish.CLASS, "knight")
    assert (await house.click(run_id, A, m.Wish.CLASS, "bard")).outcome is SAY.CLASS_SET
    assert (await joined(house, run_id), await told_moved_up(house)) == ([A, B], [[B]])


# --- keys


async def test_of_a_limited_key_only_so_many_are_taken_until_one_is_taken_back(house: House) -> None:
    run = await house.make_run()
    await limit(house, run.run_id, keys={"K": 2})

    async def press(user_id: int, key: str = "K") -> m.Outcome:
        return (await house.click(run.run_id, user_id, m.Wish.KEY, key)).outcome

    assert [await press(user_id) for user_id in (A, B, C)] == [SAY.KEY_ADDED, SAY.KEY_ADDED, SAY.KEY_FULL]
    assert await press(C, "other") is SAY.KEY_ADDED
    assert [await press(A), await press(C), await press(A)] == [SAY.KEY_REMOVED, SAY.KEY_ADDED, SAY.KEY_FULL]
    click = m.Click(next(_clicks), run.run_id, GUILD, B, m.Wish.KEY, Standing.FINE, "K")
    assert [(await house.raiders.click(click)).outcome for _ in range(2)] == [SAY.KEY_REMOVED] * 2
    assert (await house.click(run.run_id, D, m.Wish.KEY, "K", standing=Standing.SUSPENDED)).outcome is SAY.SUSPENDED


async def test_of_many_who_offer_a_limited_key_at_once_so_many_are_told_that_they_are_taken(house: House) -> None:
    run = await house.make_run()
    await limit(house, run.run_id, keys={"K": 3})
    houses = [House.build(house.database) for _ in range(3)]
    results = await asyncio.gather(
        *(houses[number % 3].click(run.run_id, A + number, m.Wish.KEY, "K") for number in range(60))
    )
    assert sorted(result.outcome for result in results) == [SAY.KEY_ADDED] * 3 + [SAY.KEY_FULL] * 57
    assert await rows(house.database, "SELECT count(*) FROM run_key WHERE offered") == [(3,)]


# --- at once


@pytest.mark.parametrize("seed", range(4))
async def test_however_clicks_limits_and_departures_meet_the_limits_hold_and_no_place_stays_empty(
    house: House, seed: int
) -> None:
    chance = Random(seed)
    run_id = await limited(house, 6, {"knight": 2, "bard": 2})
    houses = [House.build(house.database) for _ in range(3)]
    classes = ["knight", "bard", "wizard"]

    def press(user_id: int) -> object:
        wish = chance.choice([m.Wish.JOIN, m.Wish.CLASS, m.Wish.CLASS, m.Wish.CLASS, m.Wish.LEAVE])
        value = chance.choice(classes) if wish is m.Wish.CLASS else None
        return chance.choice(houses).click(run_id, user_id, wish, value)

    calls = [press(A + chance.randrange(30)) for _ in range(150)]
    calls += [chance.choice(houses).raiders.take_off(GUILD, [A + chance.randrange(30)]) for _ in range(6)]
    calls += [limit(chance.choice(houses), run_id, cap, {"knight": 2, "bard": 2}) for cap in (7, 8, 9)]
    chance.shuffle(calls)
    await asyncio.gather(*calls)  # type: ignore[call-overload]
    taken = await rows(
        house.database,
        "SELECT run.cap, count(*) FILTER (WHERE joined), count(*) FILTER (WHERE joined AND class = 'knight'),"
        " count(*) FILTER (WHERE joined AND class = 'bard'), count(*) FILTER (WHERE reserve IS NOT NULL),"
        " count(*) FILTER (WHERE reserve IS NOT NULL AND class = 'wizard')"
        " FROM run JOIN run_raider ON run_id = id GROUP BY run.cap",
    )
    (cap, inside, knights, bards, waits, wizards_waiting) = taken[0]
    assert cap in {7, 8, 9}
    assert inside <= 9
    assert (knights <= 2, bards <= 2) == (True, True)
    assert inside >= cap or (wizards_waiting, waits == 0 or knights == 2 or bards == 2) == (0, True)


async def test_a_cap_set_while_a_storm_joins_is_never_passed_afterwards(house: House) -> None:
    run = await house.make_run()
    houses = [House.build(house.database) for _ in range(3)]
    calls: list[object] = [houses[number % 3].click(run.run_id, A + number) for number in range(300)]
    calls.insert(30, limit(house, run.run_id, 20))
    results = await asyncio.gather(*calls)  # type: ignore[call-overload]
    told = [result.outcome for result in results if result is not None]
    inside, waits = await joined(house, run.run_id), await waiting(house, run.run_id)
    assert (told.count(SAY.JOINED), told.count(SAY.RESERVED)) == (len(inside), len(waits))
    assert len(inside) + len(waits) == 300
    assert len(inside) >= 19


# --- the last call


async def test_the_last_call_locks_joining_when_it_is_over(house: House) -> None:
    run = await house.make_run()
    calls = [house.limits.last_call(GUILD, run.run_id, ORGANIZER) for _ in range(2)]
    results = await asyncio.gather(*calls, return_exceptions=True)
    assert sorted(type(result).__name__ for result in results) == ["AlreadyDoneError", "NoneType"]
    assert (await house.click(run.run_id, A)).outcome is SAY.JOINED
    await house.upkeep.close_last_call(run.run_id)
    assert (await house.click(run.run_id, B)).outcome is SAY.JOINED
    house.clock.shift(m.LAST_CALL)
    await asyncio.gather(*(house.upkeep.close_last_call(run.run_id) for _ in range(2)))
    assert (await house.click(run.run_id, C)).outcome is SAY.LOCKED
    assert [actor for actor, _ in await audited(house, "run.last_call")] == [ORGANIZER]
    assert [actor for actor, _ in await audited(house, "run.lock")] == [None]
    assert await rows(house.database, "SELECT kind FROM run_ping") == []


async def test_a_last_call_that_is_taken_back_or_called_anew_locks_nothing_early(house: House) -> None:
    run = await house.make_run()
    await house.limits.last_call(GUILD, run.run_id, ORGANIZER)
    house.clock.shift(m.LAST_CALL)
    await house.limits.take_back_last_call(GUILD, run.run_id, ORGANIZER)
    with pytest.raises(m.AlreadyDoneError):
        await house.limits.take_back_last_call(GUILD, run.run_id, ORGANIZER)
    await house.upkeep.close_last_call(run.run_id)
    await house.limits.last_call(GUILD, run.run_id, ORGANIZER)
    await house.upkeep.close_last_call(run.run_id)
    assert (await house.click(run.run_id, A)).outcome is SAY.JOINED
    due = await rows(house.database, f"SELECT due_at FROM owed_effect WHERE kind = '{LOCK_JOIN}'")
    assert due[0][0] > house.clock.now() + m.LAST_CALL - timedelta(seconds=2)
    assert [actor for actor, _ in await audited(house, "run.last_call_off")] == [ORGANIZER]


async def test_a_lock_or_an_end_is_the_end_of_a_last_call(house: House) -> None:
    run_id = await house.make_live()
    await house.limits.last_call(GUILD, run_id, ORGANIZER)
    await house.organizers.set_lock(GUILD, run_id, ORGANIZER, locked=True)
    with pytest.raises(m.AlreadyDoneError):
        await house.limits.last_call(GUILD, run_id, ORGANIZER)
    await house.organizers.set_lock(GUILD, run_id, ORGANIZER, locked=False)
    await house.limits.last_call(GUILD, run_id, ORGANIZER)
    await house.organizers.end(GUILD, run_id, ORGANIZER)
    house.clock.shift(m.LAST_CALL)
    await house.upkeep.close_last_call(run_id)
    assert await rows(house.database, "SELECT join_locked, last_call_ends_at FROM run") == [(False, None)]
    with pytest.raises(m.RunOverError):
        await house.limits.last_call(GUILD, run_id, ORGANIZER)


# --- what follows


async def test_reserves_complete_nothing_and_a_later_ping_does_not_swallow_the_word_to_who_moved_up(
    house: House,
) -> None:
    run_id = await house.make_live()
    await limit(house, run_id, 2)
    await house.join(run_id, [A, B, C])
    await house.click(run_id, A, m.Wish.LEAVE)
    await house.organizers.pop_key(GUILD, run_id, ORGANIZER, seen=0)
    assert sorted(await rows(house.database, "SELECT kind FROM run_ping")) == [("key_popped",), ("moved_up",)]
    await house.organizers.end(GUILD, run_id, ORGANIZER)
    completed = await rows(house.database, "SELECT user_id FROM ledger WHERE kind = 'completion' ORDER BY user_id")
    assert completed == [(ORGANIZER,), (B,)]
    assert await rows(house.database, "SELECT kind FROM run_ping") == []


async def test_the_roster_names_reserves_in_order_and_since_when_each_is_in(house: House) -> None:
    run = await house.make_run()
    run_id = run.run_id
    await house.click(run_id, A)
    house.clock.shift(timedelta(minutes=1))
    await house.organizers.start(GUILD, run_id, ORGANIZER, live_hours=2)
    house.clock.shift(timedelta(minutes=1))
    await house.click(run_id, A, m.Wish.CLASS, "bard")
    await house.click(run_id, B)
    await limit(house, run_id, 3)
    await house.join(run_id, [C, D])
    view, who = await house.limits.roster(GUILD, run_id)
    assert [one.user_id for one in who] == [C, D, ORGANIZER, A, B]
    started_at = view.run.started_at
    assert started_at is not None
    assert [one.joined_at is not None and one.joined_at > started_at for one in who] == [False] * 4 + [True]
    await house.click(run_id, A, m.Wish.LEAVE)
    _, who = await house.limits.roster(GUILD, run_id)
    assert [one.user_id for one in who if one.joined_at and one.joined_at > started_at] == [B, C]


async def test_an_answer_that_is_lost_with_the_database_seats_nobody_twice(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = await limited(house, 2)
    await house.join(run_id, [A, B])
    lost = iter([True])
    owe = effects.owe

    async def once(*args: object, **kwargs: object) -> int:
        if next(lost, False):
            raise Unavailable("gone")
        return await owe(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(effects, "owe", once)
    assert (await house.click(run_id, A, m.Wish.LEAVE)).outcome is SAY.LEFT
    assert (await joined(house, run_id), await told_moved_up(house)) == ([B], [[B]])
