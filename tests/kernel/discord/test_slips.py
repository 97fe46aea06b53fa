"""Ephemeral panels live on the token of their last press: fourteen minutes, then they rest."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from raidbot.kernel.database import Unavailable
from raidbot.kernel.discord.answers import Result, ShowPanel
from raidbot.kernel.discord.easel import Drawing, lanes
from raidbot.kernel.discord.request import Request
from raidbot.kernel.owed import Panel
from raidbot.kernel.owed.queries import panels as queries
from tests.kernel.discord.workshop import SLIP, Workshop
from tests.stage import Stage
from tests.tables import rows

ORIGINAL = "/webhooks/{webhook_id}/{webhook_token}/messages/@original"


async def _age(stage: Stage, *, minutes: float = 0, seconds: float = 0) -> None:
    """Let time pass, for Discord first: the bot looks as soon as its clock has moved."""
    passed = timedelta(minutes=minutes, seconds=seconds)
    await stage.discord.shift_clock(passed.total_seconds())
    stage.clock.shift(passed)


async def _edits(stage: Stage) -> int:
    return sum(one.method == "PATCH" and one.route == ORIGINAL for one in await stage.discord.requests())


async def _slips(stage: Stage, count: int, within: float = 5.0) -> None:
    """Wait until so many ephemeral panels are left."""
    query = "SELECT 1 FROM panel WHERE token IS NOT NULL"
    async with asyncio.timeout(within):
        while len(await rows(stage.database, query)) != count:  # noqa: ASYNC110 - the condition is in the database
            await asyncio.sleep(0.03)


async def _opened(stage: Stage, workshop: Workshop) -> Any:
    """Open a board and a member's slip of the same topic."""
    await workshop.open_board("t", stage.raids)
    board = await workshop.buttons(stage.bot_log, "private")
    return await workshop.open_slip("t", stage.organizer, board)


async def test_an_organizers_panel_lives_on_after_a_restart(stage: Stage) -> None:
    await stage.start_bot()
    (raider,) = await stage.add_raiders(1)
    panel, mine = await stage.open_run()
    await mine.wait_for(lambda message: "1 raider joined" in message.text)
    await stage.panels_settle()
    await stage.stop_bot()
    await stage.start_bot()
    await raider.press(panel, "Join")
    shown = await mine.wait_for(lambda message: "2 raiders joined" in message.text)
    assert "is open" not in shown.text, "the word about what just happened is shown once"
    await stage.organizer.press(mine, "Cancel")
    await mine.wait_for(lambda message: "when it was over" in message.text)


async def test_every_copy_is_drawn_and_each_press_renews_its_own(stage: Stage, workshop: Workshop) -> None:
    first = await _opened(stage, workshop)
    board = await workshop.buttons(stage.bot_log, "private")
    second = await workshop.open_slip("t", stage.organizer, board)
    await workshop.touch("t")
    for slip in (first, second):
        await slip.wait_for(lambda message: "t at 3" in message.text)
    assert await rows(stage.database, "SELECT count(DISTINCT token) FROM panel WHERE token IS NOT NULL") == [(2,)]


async def test_a_panel_rests_fourteen_minutes_after_its_last_press_and_refresh_wakes_it(night: Stage) -> None:
    panel, mine = await night.open_run()
    await _age(night, minutes=10)
    await night.organizer.press(mine, "Lock Join")
    await mine.wait_for(lambda message: "locked" in message.text)
    await _age(night, minutes=13)
    assert mine.message is not None
    assert "Organizer Panel: Snake Pit" in mine.message.text, "the press ten minutes later counts"
    await _age(night, minutes=1, seconds=1)
    resting = await mine.wait_for(lambda message: [button.label for button in message.buttons] == ["Refresh"])
    assert "rests" in resting.text
    await _slips(night, 0)
    await night.organizer.press(mine, "Refresh")
    await mine.wait_for(lambda message: "Organizer Panel: Snake Pit" in message.text)
    await _slips(night, 1)
    (raider,) = await night.add_raiders(1)
    await night.organizer.press(mine, "Unlock Join")
    await night.raids.wait_for(lambda message: bool(message.buttons) and not message.button("Join").disabled)
    await raider.press(panel, "Join")
    await mine.wait_for(lambda message: "2 raiders joined" in message.text)


async def test_only_the_tired_copy_rests(stage: Stage, workshop: Workshop) -> None:
    old = await _opened(stage, workshop)
    await _age(stage, minutes=9)
    board = await workshop.buttons(stage.bot_log, "private")
    new = await workshop.open_slip("t", stage.organizer, board)
    await _age(stage, minutes=5, seconds=1)
    await old.wait_for(lambda message: "t rests" in message.text)
    await _slips(stage, 1)
    await workshop.touch("t")
    await new.wait_for(lambda message: "t at 3" in message.text)
    assert old.message is not None
    assert "t rests" in old.message.text


async def test_a_panel_whose_token_died_while_the_bot_was_away_is_forgotten_without_a_request(
    stage: Stage, workshop: Workshop
) -> None:
    await _opened(stage, workshop)
    await stage.panels_settle()
    await stage.stop_bot()
    await _age(stage, minutes=16)
    before = await _edits(stage)
    again = Workshop(stage)
    stage.app = again
    await again.start()
    await _slips(stage, 0)
    assert await _edits(stage) == before


async def test_a_dead_token_ends_the_panel_with_one_request(stage: Stage, workshop: Workshop) -> None:
    await _opened(stage, workshop)
    await stage.panels_settle()
    await stage.discord.shift_clock(16 * 60)
    before = await _edits(stage)
    await workshop.touch("t")
    await _slips(stage, 0)
    await workshop.touch("t")
    await stage.panel_shows("t at 4")
    assert await _edits(stage) == before + 1
    assert await stage.bot_log.messages() != []


async def test_a_dismissed_panel_is_forgotten(stage: Stage, workshop: Workshop) -> None:
    slip = await _opened(stage, workshop)
    await stage.panels_settle()
    assert slip.message is not None
    await slip.message.delete()
    await workshop.touch("t")
    await _slips(stage, 0)


async def test_panels_that_cannot_rest_now_do_not_stop_the_others_and_are_not_hammered(
    stage: Stage, workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    raiders = await stage.add_raiders(12)
    await workshop.open_board("t", stage.raids)
    board = await workshop.buttons(stage.bot_log, "private")
    slips = [await workshop.open_slip("t", raider, board) for raider in raiders]
    await stage.panels_settle()
    before = await _edits(stage)
    await stage.discord.fault("status", method="PATCH", route=ORIGINAL, status=503, times=11)
    await _age(stage, minutes=14, seconds=1)
    async with asyncio.timeout(3):
        while not any("rests" in slip.text for slip in slips):  # noqa: ASYNC110 - nothing announces it
            await asyncio.sleep(0.03)
    await asyncio.sleep(0.5)
    assert await _edits(stage) - before == 12, "each has one try a turn"
    assert workshop.scheduler.counts["panels.rest"].failed == 11
    workshop.scheduler.ring("panels.rest")
    await _slips(stage, 0)
    assert all("rests" in slip.text for slip in slips)


async def test_a_drawing_under_way_does_not_wake_a_panel_that_rests(stage: Stage, workshop: Workshop) -> None:
    slip = await _opened(stage, workshop)
    await stage.panels_settle()
    under_way, go_on = asyncio.Event(), asyncio.Event()

    async def draw_slowly(panel: Panel) -> Drawing | None:
        if panel.ephemeral:
            under_way.set()
            await go_on.wait()
        return await workshop.draw_version(panel)

    workshop.draw = draw_slowly
    before = await _edits(stage)
    await workshop.touch("t")
    await asyncio.wait_for(under_way.wait(), 5)
    await _age(stage, minutes=14, seconds=1)
    await asyncio.sleep(0.3)  # it is tired, and would rest
    go_on.set()
    async with asyncio.timeout(5):
        while await _edits(stage) < before + 2:  # noqa: ASYNC110 - nothing announces it
            await asyncio.sleep(0.03)
    assert slip.message is not None
    assert "t rests" in slip.message.text
    await _slips(stage, 0)


async def test_a_panel_that_is_pressed_as_it_is_put_to_rest_lives_on(
    night: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, mine = await night.open_run()
    await night.panels_settle()
    assert night.app is not None
    canvas = night.app.easel._canvas
    edit, resting, go_on = canvas.edit, asyncio.Event(), asyncio.Event()

    async def edit_slowly(panel: Panel, drawing: Drawing) -> None:
        if "rests" in str(drawing.embed.description):
            resting.set()
            await go_on.wait()
        await edit(panel, drawing)

    monkeypatch.setattr(canvas, "edit", edit_slowly)
    ((before,),) = await rows(night.database, "SELECT pressed_at FROM panel WHERE token IS NOT NULL")
    pressed = f"SELECT 1 FROM panel WHERE pressed_at > '{before}'"
    await _age(night, minutes=14, seconds=1)
    await asyncio.wait_for(resting.wait(), 5)
    locked = await night.organizer.press(mine, "Lock Join", wait=False)
    async with asyncio.timeout(5):
        while locked.acknowledged_after is None or not await rows(night.database, pressed):  # noqa: ASYNC110 - nothing announces it
            await asyncio.sleep(0.03)
    go_on.set()
    await mine.wait_for(lambda message: "Unlock Join" in {button.label for button in message.buttons})
    await _slips(night, 1)
    await night.organizer.press(mine, "Unlock Join")
    await mine.wait_for(lambda message: "Lock Join" in {button.label for button in message.buttons})


async def test_a_database_that_is_away_for_a_moment_does_not_lose_a_new_panel(
    stage: Stage, workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    press = queries.press_panel
    failed: list[int] = []

    async def fail_twice(*args: Any, **more: Any) -> Any:
        if len(failed) < 2:
            failed.append(1)
            raise Unavailable("away")
        return await press(*args, **more)

    monkeypatch.setattr(queries, "press_panel", fail_twice)
    await _opened(stage, workshop)
    await _slips(stage, 1)


async def test_a_word_about_what_happened_is_shown_once(
    stage: Stage, workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lanes, "TURN_S", 0.1)
    monkeypatch.setattr(workshop.easel._notes, "write", asyncio.Event().wait)

    async def show(_: Request) -> Result:
        return ShowPanel(SLIP, "t", "well done")

    await workshop.open_board("t", stage.raids)
    workshop.answers["private"] = show
    board = await workshop.buttons(stage.bot_log, "private")
    slip = await stage.organizer.press(board, "private", wait=False)
    await slip.wait_for(lambda message: "t at 2, well done" in message.text)
    await asyncio.sleep(0.1)
    workshop.owed.opened.add("t")  # as another panel of the topic would: what the database says of this one is older
    await workshop.touch("t")
    shown = await slip.wait_for(lambda message: "t at 3" in message.text)
    assert "well done" not in shown.text
