"""The rules of planned runs, held by the database."""

import asyncio
from datetime import timedelta

import pytest

from raidbot.features.members.api import Standing
from raidbot.features.raids.api import BusyError
from raidbot.features.schedule import models as m
from raidbot.features.schedule.service import CALL, DELETE_MESSAGE, REMIND
from tests.factories import GUILD, ORGANIZER
from tests.features.schedule.conftest import Board
from tests.tables import rows

A, B = 500_000_000_000_000_001, 500_000_000_000_000_002
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


async def outcomes(*calls: object) -> list[str]:
    """Run calls at once and name what each came to."""
    results = await asyncio.gather(*calls, return_exceptions=True)  # type: ignore[call-overload]
    return sorted(type(result).__name__ for result in results)


async def work(due: object, do: object) -> None:
    """Do what a job does in one turn."""
    for plan in await due([]):  # type: ignore[operator]
        await do(plan)  # type: ignore[operator]


# --- planning


async def test_a_planned_run_owes_its_panel_and_is_audited_once(board: Board) -> None:
    plan = await board.plan(interaction_id=77)
    assert await board.plan(interaction_id=77) == plan
    assert await rows(board.database, "SELECT kind, topic FROM panel") == [("schedule.public", plan.topic)]
    assert await rows(board.database, "SELECT action, actor_id FROM audit") == [("plan.add", ORGANIZER)]


async def test_an_organizer_has_five_planned_runs_however_many_are_asked_for_at_once(board: Board) -> None:
    assert await outcomes(*(board.plan() for _ in range(8))) == ["Plan"] * 5 + ["TooManyPlansError"] * 3
    await board.plan(organizer_id=A)
    await board.plan(guild_id=GUILD + 1)
    (first, *_) = await board.schedule.upcoming(GUILD)
    view = await board.schedule.planned(GUILD, first.id)
    await board.schedule.cancel(board.press(view.plan))
    await board.plan()


async def test_a_time_that_is_over_by_the_time_it_is_written_is_refused(board: Board) -> None:
    with pytest.raises(m.NotAheadError):
        await board.plan(ahead=timedelta(seconds=-1))


async def test_what_is_planned_is_listed_the_next_first(board: Board) -> None:
    late, soon = await board.plan(ahead=3 * HOUR), await board.plan(ahead=HOUR)
    cancelled, other = await board.plan(), await board.plan(guild_id=GUILD + 1)
    await board.schedule.cancel(board.press(cancelled))
    await board.remind(soon, A)
    found = await board.schedule.upcoming(GUILD)
    assert [(plan.id, plan.interested) for plan in found] == [(soon.id, 1), (late.id, 0)]
    with pytest.raises(m.PlanGoneError):
        await board.schedule.planned(GUILD, other.id)


# --- being reminded


async def test_remind_me_toggles_and_a_press_that_is_done_twice_is_one(board: Board) -> None:
    plan = await board.plan()
    assert await board.remind(plan, A, click=1) is m.Outcome.REMINDED
    assert await board.remind(plan, A, click=1) is m.Outcome.REMINDED
    assert await board.remind(plan, A, click=2) is m.Outcome.NOT_REMINDED
    assert await board.remind(plan, A, click=2) is m.Outcome.NOT_REMINDED
    assert await board.remind(plan, A) is m.Outcome.REMINDED


async def test_a_storm_of_presses_is_a_handful_of_statements(board: Board) -> None:
    plan = await board.plan()
    before = board.database.statements
    storm = await asyncio.gather(*(board.remind(plan, A + number) for number in range(300)))
    assert set(storm) == {m.Outcome.REMINDED}
    assert board.database.statements - before <= 4
    assert [one.interested for one in await board.schedule.upcoming(GUILD)] == [300]


async def test_who_may_not_raid_is_not_reminded(board: Board) -> None:
    plan = await board.plan()
    assert await board.remind(plan, A, standing=Standing.UNVERIFIED) is m.Outcome.UNVERIFIED
    assert await board.remind(plan, A, standing=Standing.SUSPENDED) is m.Outcome.SUSPENDED
    await board.remind(plan, A)
    await board.remind(plan, B)
    until = (board.house.clock.now() + HOUR).isoformat()
    await rows(board.database, f"INSERT INTO member_standing VALUES ({GUILD}, {B}, '{until}') RETURNING 1")
    assert await board.remind(plan, B) is m.Outcome.SUSPENDED
    saying = await board.schedule.saying(plan.id, m.MessageKind.REMINDER)
    assert saying is not None
    assert saying.interested == (A,)


async def test_nobody_is_reminded_of_what_is_not_planned_here(board: Board) -> None:
    plan = await board.plan()
    foreign = m.Click(1, GUILD + 1, plan.id, A, Standing.FINE)
    assert (await board.schedule.remind(foreign)).outcome is m.Outcome.OVER
    await board.schedule.cancel(board.press(plan))
    assert await board.remind(plan, A) is m.Outcome.OVER


# --- opening and cancelling


async def test_of_an_opening_another_and_a_cancellation_at_once_one_wins(board: Board) -> None:
    plan = await board.plan()
    calls = (
        board.open(board.press(plan)),
        board.open(board.press(plan, A)),
        board.schedule.cancel(board.press(plan, B)),
    )
    assert sum(name == "PlanOverError" for name in await outcomes(*calls)) == 2
    runs = await rows(board.database, "SELECT count(*) FROM run")
    assert runs == [(1 if await board.state(plan) == "opened" else 0,)]


async def test_an_opened_run_is_the_pressers_with_what_was_planned(board: Board) -> None:
    plan = await board.plan(description="bring friends")
    press = board.press(plan, A)
    opened = await board.open(press)
    assert await board.open(press) == opened
    run = "SELECT id, organizer_id, dungeon, party, location, description FROM run"
    assert await rows(board.database, run) == [(opened.run.run_id, A, "SNAKE_PIT", "3", "USW", "bring friends")]
    assert opened.plan.run_id == opened.run.run_id
    assert await board.owed() == [(CALL, str(plan.id))]


async def test_an_organizer_who_is_busy_leaves_the_run_planned(board: Board) -> None:
    plan = await board.plan()
    await board.house.make_run()
    with pytest.raises(BusyError):
        await board.open(board.press(plan))
    assert await board.state(plan) == "planned"
    assert await board.owed() == []


async def test_what_is_over_stays_over_whoever_asks_the_database(board: Board) -> None:
    plan = await board.plan()
    press = board.press(plan)
    await board.schedule.cancel(press)
    await board.schedule.cancel(press)
    with pytest.raises(m.PlanOverError):
        await board.open(board.press(plan))
    with pytest.raises(Exception, match="cannot go from cancelled"):
        await rows(board.database, "UPDATE planned_run SET state = 'planned', closed_at = NULL RETURNING 1")


# --- time


async def test_the_reminder_is_owed_once_a_quarter_of_an_hour_before(board: Board) -> None:
    schedule, clock = board.schedule, board.house.clock
    plan = await board.plan(ahead=HOUR)
    await board.plan(ahead=10 * MINUTE, organizer_id=A)  # too soon for one
    clock.shift(44 * MINUTE)
    await work(schedule.to_remind, schedule.owe_reminder)
    assert await board.owed() == []
    clock.shift(MINUTE)
    due = await schedule.to_remind([])
    await asyncio.gather(*(schedule.owe_reminder(one) for one in (*due, *due)))
    assert await board.owed() == [(REMIND, str(plan.id))]
    assert await schedule.to_remind([]) == []


async def test_a_run_that_nobody_opens_is_missed_half_an_hour_after_its_time(board: Board) -> None:
    schedule, clock = board.schedule, board.house.clock
    plan = await board.plan(ahead=HOUR)
    clock.shift(89 * MINUTE)
    assert await schedule.missed([]) == []
    clock.shift(MINUTE)
    due = await schedule.missed([])
    opened = await outcomes(board.open(board.press(plan)), *(schedule.miss(one) for one in due))
    assert opened in (["NoneType", "Opened"], ["NoneType", "PlanOverError"])
    await work(schedule.missed, schedule.miss)
    assert await board.state(plan) in {"opened", "missed"}
    assert await schedule.missed([]) == []


# --- what is said


async def test_a_reminder_goes_with_the_plan_whether_it_was_noted_before_or_after(board: Board) -> None:
    early, late = await board.plan(), await board.plan()
    for plan in (early, late):
        await board.schedule.write(plan, m.MessageKind.REMINDER, [("text", [ORGANIZER]), ("more", [A])])
    await board.schedule.said(early.id, m.MessageKind.REMINDER, 0, 1)
    await board.schedule.said(early.id, m.MessageKind.REMINDER, 1, 2)
    assert await board.owed() == [(DELETE_MESSAGE, "2")]  # what only mentions
    for plan in (early, late):
        await board.schedule.cancel(board.press(plan))
    await board.schedule.said(late.id, m.MessageKind.REMINDER, 0, 3)
    assert await board.owed() == [(DELETE_MESSAGE, "2"), (DELETE_MESSAGE, "1"), (DELETE_MESSAGE, "3")]


async def test_the_call_stands_for_half_an_hour_and_is_not_made_late(board: Board) -> None:
    plan = await board.plan()
    opened = (await board.open(board.press(plan))).plan
    await board.schedule.write(opened, m.MessageKind.CALL, [("text", [A])])
    await board.schedule.said(plan.id, m.MessageKind.CALL, 0, 5)
    ((due_at,),) = await rows(board.database, f"SELECT due_at FROM owed_effect WHERE kind = '{DELETE_MESSAGE}'")
    assert due_at > board.house.clock.now() + 29 * MINUTE
    board.house.clock.shift(10 * MINUTE)
    saying = await board.schedule.saying(plan.id, m.MessageKind.CALL)
    assert saying is not None
    assert not saying.wanted
