"""What the keys of a run go to, held by the database."""

import asyncio
from datetime import timedelta
from decimal import Decimal

import pytest

from raidbot.features.dungeons.api import catalogue
from raidbot.features.keys import models as m
from raidbot.features.quota.api import AlreadyUndoneError, Deed
from raidbot.features.raids.models import Wish
from raidbot.kernel.database import Unavailable
from tests.factories import GUILD, ORGANIZER
from tests.features.keys.conftest import HELPER, A, B, Ring, hand_in, press
from tests.tables import rows


async def outcomes(*calls: object) -> list[str]:
    """Run calls at once and name what each came to."""
    results = await asyncio.gather(*calls, return_exceptions=True)  # type: ignore[call-overload]
    return sorted(type(result).__name__ for result in results)


async def test_a_popped_key_is_a_row_of_the_ledger_audited_and_noted_of_the_run(ring: Ring) -> None:
    run_id = await ring.ended("THE_VOID", pops=2)
    popped = await ring.log(run_id, A, by=press(HELPER), at=3)
    assert (popped.pop, popped.key, popped.points, popped.actor_id) == (2, "VIAL_OF_PURE_DARKNESS", Decimal(5), HELPER)
    assert await rows(ring.database, "SELECT run_id, pop, key, amount FROM ledger WHERE kind = 'key_pop'") == [
        (run_id, 2, "VIAL_OF_PURE_DARKNESS", 1)
    ]
    assert await ring.actions() == ["ledger.keys.log", "keys.log"]
    (noted,) = ring.noted
    assert (noted.run_id, noted.action, noted.actor_id, noted.detail["member"]) == (run_id, "keys.log", HELPER, A)
    sheet = await ring.keys.sheet(GUILD, run_id)
    assert (list(sheet.logged), sheet.newest) == ([popped], popped)


async def test_of_two_organizers_at_once_one_logs_a_key_and_the_other_is_told(ring: Ring) -> None:
    run_id = await ring.ended()
    calls = [ring.log(run_id, user_id, by=press(user_id)) for user_id in (A, B, HELPER)]
    assert await outcomes(*calls) == ["AlreadyLoggedError", "AlreadyLoggedError", "PoppedKey"]
    assert len(await rows(ring.database, "SELECT 1 FROM ledger WHERE kind = 'key_pop'")) == 1
    assert sum([await ring.points(user_id) for user_id in (A, B, HELPER)]) == 5


async def test_two_keys_of_one_raider_at_once_are_both_logged(ring: Ring) -> None:
    run_id = await ring.ended("ORYX_3")
    assert await outcomes(*(ring.log(run_id, A, at=at) for at in range(4))) == ["PoppedKey"] * 4
    assert await ring.points() == 20


async def test_a_press_done_twice_logs_once(ring: Ring) -> None:
    run_id, mine = await ring.ended(pops=2), press()
    first = await ring.log(run_id, by=mine)
    assert await ring.log(run_id, by=mine) == first
    assert (await ring.points(), len(ring.noted)) == (5, 1)


async def test_a_key_taken_back_is_open_and_can_go_to_another(ring: Ring) -> None:
    run_id = await ring.ended()
    wrong = await ring.log(run_id, A)
    assert await ring.keys.undo_last(press(HELPER), run_id, wrong.entry_id) == wrong
    assert (await ring.points(), (await ring.keys.sheet(GUILD, run_id)).newest) == (0, None)
    await ring.log(run_id, B)
    assert await ring.points(B) == 5
    assert (await ring.actions())[2:4] == ["ledger.entry.reverse", "keys.undo"]


async def test_of_two_who_undo_at_once_one_does_and_a_press_done_twice_is_one(ring: Ring) -> None:
    run_id = await ring.ended()
    popped = await ring.log(run_id)
    first = press()
    assert await ring.keys.undo_last(first, run_id, popped.entry_id) == popped
    assert await ring.keys.undo_last(first, run_id, popped.entry_id) == popped
    again = await ring.log(run_id)
    calls = [ring.keys.undo_last(press(), run_id, again.entry_id) for _ in range(2)]
    assert await outcomes(*calls) == ["AlreadyUndoneError", "PoppedKey"]
    with pytest.raises(AlreadyUndoneError):
        await ring.keys.undo_last(press(), run_id, popped.entry_id)
    assert [noted.action for noted in ring.noted] == ["keys.log", "keys.undo"] * 2


async def test_a_press_repeated_after_its_key_was_taken_back_logs_nothing(ring: Ring) -> None:
    run_id, mine = await ring.ended(), press()
    popped = await ring.log(run_id, by=mine)
    await ring.keys.undo_last(press(HELPER), run_id, popped.entry_id)
    assert await ring.log(run_id, by=mine) == popped
    assert (await ring.keys.sheet(GUILD, run_id)).logged == []
    assert await ring.points() == 0


async def test_a_commit_whose_answer_was_lost_is_not_repeated(ring: Ring, monkeypatch: pytest.MonkeyPatch) -> None:
    run_id = await ring.ended()
    lost: list[bool] = []
    transaction = ring.database.transaction

    class Losing:
        """Commits, and says once that it did not."""

        async def __aenter__(self) -> object:
            self.real = transaction()
            return await self.real.__aenter__()

        async def __aexit__(self, *error: object) -> None:
            await self.real.__aexit__(*error)  # type: ignore[arg-type]
            if not lost:
                lost.append(True)
                raise Unavailable("the answer was lost")

    monkeypatch.setattr(ring.database, "transaction", Losing)
    popped = await ring.log(run_id)
    assert (lost, await ring.points(), len(ring.noted)) == ([True], 5, 1)
    lost.clear()
    await ring.keys.undo_last(press(), run_id, popped.entry_id)
    assert (lost, await ring.points(), len(ring.noted)) == ([True], 0, 2)


async def test_only_runs_that_ended_take_keys_for_a_week(ring: Ring) -> None:
    live = await ring.house.make_live()
    await ring.house.organizers.cancel(GUILD, live, ORGANIZER)
    opened = await ring.house.make_run()
    await ring.house.organizers.cancel(GUILD, opened.run_id, ORGANIZER)
    keyless = await ring.ended("WOODLAND_LABYRINTH")
    going = await ring.house.make_live()
    for run_id in (live, opened.run_id, keyless, going, 0):
        with pytest.raises(m.NothingToLogError):
            await ring.keys.sheet(GUILD, run_id)
        with pytest.raises(m.NothingToLogError):
            await ring.keys.log(press(), run_id, m.Slot(0, "SNAKE_PIT_KEY"), A)
    await ring.house.organizers.end(GUILD, going, ORGANIZER)
    popped = await ring.log(going)
    with pytest.raises(m.NothingToLogError):
        await ring.keys.sheet(GUILD + 1, going)
    with pytest.raises(m.NothingToLogError):
        await ring.keys.log(press(), going, m.Slot(1, "SNAKE_PIT_KEY"), A)
    ring.house.clock.shift(m.KEPT + timedelta(seconds=1))
    with pytest.raises(m.TooLateError):
        await ring.keys.log(press(), going, popped.slot, A)
    with pytest.raises(m.TooLateError):
        await ring.keys.undo_last(press(), going, popped.entry_id)


async def test_runs_with_keys_left_are_listed_the_last_to_end_first(ring: Ring) -> None:
    old = await ring.ended()
    ring.house.clock.shift(m.KEPT - timedelta(hours=1))
    first = await ring.ended("THE_VOID", pops=2)
    ring.house.clock.shift(timedelta(minutes=5))
    done, last = await ring.ended(), await ring.ended("ORYX_3")
    await ring.ended("WOODLAND_LABYRINTH")
    await ring.ended(guild_id=GUILD + 1)
    await ring.log(done)
    await ring.log(first)
    await ring.keys.undo_last(press(), last, (await ring.log(last)).entry_id)
    found = await ring.keys.unfinished(GUILD)
    assert [(one.run.id, one.left, one.total) for one in found] == [(last, 4, 4), (first, 3, 4), (old, 1, 1)]
    ring.house.clock.shift(timedelta(hours=1))
    assert [one.run.id for one in await ring.keys.unfinished(GUILD)] == [last, first]


async def test_confirmed_keys_come_first_then_offers_in_the_run_then_in_the_headcount(ring: Ring) -> None:
    opened = await ring.house.make_run(dungeon="ORYX_3")
    run_id = opened.run_id
    await rows(
        ring.database,
        "INSERT INTO run_key (run_id, key, user_id, source, changed_at, click_id)"
        f" VALUES ({run_id}, 'WC_INC', {HELPER}, 'headcount', now() - interval '1 hour', 1) RETURNING 1",
    )
    for user_id, times in ((A, 1), (B, 2), (ORGANIZER, 1)):
        for _ in range(times):
            await ring.house.click(run_id, user_id, Wish.KEY, "WC_INC")
    await hand_in(ring.house, GUILD, run_id)
    await ring.house.organizers.start(GUILD, run_id, ORGANIZER, live_hours=2)
    await rows(
        ring.database,
        f"UPDATE run_key SET confirmed_at = now() WHERE user_id = {ORGANIZER} AND source = 'run' RETURNING 1",
    )
    await ring.house.organizers.end(GUILD, run_id, ORGANIZER)
    sheet = await ring.keys.sheet(GUILD, run_id)
    assert sheet.candidates(m.Slot(0, "WC_INC")) == [ORGANIZER, A, HELPER]
    assert sorted(await ring.keys.people(run_id)) == sorted([A, B, ORGANIZER, HELPER])


async def test_keys_outside_of_runs_are_counted_and_taken_back(ring: Ring) -> None:
    void = catalogue().find("THE_VOID")
    assert void is not None
    deed = Deed(GUILD, A, HELPER, "logkey:1")
    done = await ring.keys.log_keys(deed, void, void.keys[1], 3)
    assert (done.held.amount, done.held.points) == (3, Decimal(15))
    await ring.keys.undo(GUILD, done.entry.id, HELPER, "undo:1", any_time=False)
    assert await ring.points() == 0
