"""A kill between any two steps of a planned run loses nothing and says nothing twice."""

from datetime import timedelta

import hikari
import pytest

from raidbot.features.raids.service import RunOpenings
from raidbot.features.schedule import models as m
from raidbot.features.schedule.queries import messages
from raidbot.features.schedule.service import CALL, REMIND, ScheduleService
from raidbot.kernel.events import Events
from raidbot.kernel.owed import Owed
from tests.features.schedule.conftest import Hall
from tests.kills import cut_off, once
from tests.tables import rows


async def owed(hall: Hall) -> list[str]:
    """List the kinds of what is owed now, not later."""
    found = await rows(hall.stage.database, "SELECT kind FROM owed_effect WHERE kind LIKE 'schedule.%' ORDER BY id")
    return [kind for (kind,) in found]


@pytest.mark.parametrize("away", [0, 90], ids=["at once", "after a minute and a half"])
async def test_a_kill_between_the_reminder_and_its_row_reminds_once(
    hall: Hall, monkeypatch: pytest.MonkeyPatch, away: int
) -> None:
    await hall.plan("in 20m")
    with monkeypatch.context() as patched:
        patched.setattr(messages, "sent", cut_off)
        await hall.pass_time(timedelta(minutes=6))
        await hall.shows("⏰")
        await hall.stage.stop_bot()
    assert await rows(hall.stage.database, "SELECT message_id FROM planned_run_message") == [(None,)]
    await hall.pass_time(timedelta(seconds=away))
    await hall.stage.start_bot()
    await hall.stage.effects_settle()
    (reminder,) = await hall.said("⏰")
    assert await rows(hall.stage.database, "SELECT message_id FROM planned_run_message") == [(reminder.id,)]


async def test_a_reminder_that_nobody_heard_of_goes_when_the_run_is_cancelled(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = await hall.plan("in 20m")
    with monkeypatch.context() as patched:
        patched.setattr(messages, "sent", cut_off)
        await hall.pass_time(timedelta(minutes=6))
        reminder = await hall.shows("⏰")
        await hall.organizer.press(await hall.organizer.press(panel, "Cancel"), "Cancel the run")
        await hall.stage.stop_bot()
    assert await owed(hall) == [REMIND]
    await hall.stage.start_bot()
    await hall.stage.raids.wait_without(reminder)
    await hall.stage.effects_settle()
    assert await hall.said("⏰") == []


async def test_a_kill_right_after_the_opening_opens_one_run_and_calls_once(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = hall.stage
    panel = await hall.plan()
    await hall.ann.press(panel, "Remind me")
    await stage.stop_bot()
    owing = Owed(stage.clock)
    openings = RunOpenings(stage.database, owing, Events(), stage.clock)
    schedule = ScheduleService(stage.database, owing, stage.clock, openings)
    ((plan_id,),) = await rows(stage.database, "SELECT id FROM planned_run")
    press = m.Press(77, stage.guild.id, plan_id, hall.organizer.id, hall.organizer.name)
    first = await schedule.open_run(press, channel_id=stage.raids.id, run_roles=False)
    assert await schedule.open_run(press, channel_id=stage.raids.id, run_roles=False) == first
    assert await owed(hall) == [CALL]
    with monkeypatch.context() as patched:
        patched.setattr(hikari.impl.RESTClientImpl, "create_message", cut_off)
        await stage.start_bot()
        await once(
            lambda: rows(stage.database, "SELECT 1 FROM owed_effect WHERE kind = 'schedule.call' AND attempts > 0")
        )
        await stage.stop_bot()
    await hall.pass_time(timedelta(seconds=10))
    await stage.start_bot()
    run = await hall.shows("Starting Soon: Snake Pit")
    await hall.shows("is open!", str(run.id), within=10)
    await hall.shows("✅ Opened", str(run.id))
    assert len(await hall.said("is open!")) == len(await hall.said("Starting Soon")) == 1


async def test_what_came_due_while_the_bot_was_away_is_done_at_the_start(hall: Hall) -> None:
    panel = await hall.plan("in 20m", description="first")
    await hall.plan("in 3h", by=hall.second, dungeon="THE_VOID")
    await hall.stage.stop_bot()
    await hall.pass_time(timedelta(minutes=51))
    await hall.stage.start_bot()
    missed = await hall.shows("⌛ Missed: Snake Pit")
    assert missed.id == panel.id
    assert missed.buttons == []
    await hall.stage.stop_bot()
    await hall.pass_time(timedelta(minutes=115))
    await hall.stage.start_bot()
    await hall.shows("⏰ **Void**", hall.second.mention)
    await hall.stage.effects_settle()
    assert len(await hall.said("⏰")) == 1
