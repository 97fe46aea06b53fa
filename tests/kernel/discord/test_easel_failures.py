"""Panels that Discord refuses or nobody can draw, and panels that a kill cut short."""

import asyncio
from datetime import timedelta
from time import monotonic
from typing import Any

import hikari
import pytest

from raidbot.kernel.database import Retry, Unavailable
from raidbot.kernel.discord.easel import Drawing
from raidbot.kernel.owed import Panel
from raidbot.kernel.owed.queries import panels as queries
from raidbot.playground.driver import Permission
from tests.kernel.discord.workshop import EDIT, MESSAGES, Workshop, requests
from tests.stage import Stage
from tests.tables import rows, until

# --- refusals ---------------------------------------------------------------------------------------------------------


async def test_a_panel_that_may_not_be_edited_waits_and_staff_hear_of_it_once(
    stage: Stage, workshop: Workshop, quick_turns: None
) -> None:
    for topic in ("t1", "t2"):
        await workshop.open_board(topic, stage.raids)
    await stage.panels_settle()
    bot = stage.guild.bot
    await stage.raids.set_overwrites([(bot, 0, Permission.VIEW_CHANNEL | Permission.SEND_MESSAGES)])
    before = len(await requests(stage, "PATCH", EDIT))
    for _ in range(3):
        await workshop.touch("t1", "t2")
        await asyncio.sleep(0.3)
    await until(stage.database, "SELECT count(*) FROM panel WHERE blocked_reason IS NOT NULL", 2)
    assert len(await requests(stage, "PATCH", EDIT)) - before == 2, (
        "a panel that is forbidden is not tried again at once"
    )
    (told,) = await stage.bot_log.messages()
    assert stage.raids.mention in told.text


async def test_a_refused_form_is_an_incident_and_not_repeated(
    stage: Stage, workshop: Workshop, quick_turns: None
) -> None:
    async def too_long(_: Panel) -> Drawing:
        return Drawing(None, hikari.Embed(title="x" * 300))

    await workshop.open_board("t", stage.raids)
    await stage.panels_settle()
    before = len(await requests(stage, "PATCH", EDIT))
    draw, workshop.draw = workshop.draw, too_long
    await workshop.touch("t")
    await asyncio.sleep(0.8)
    assert len(await requests(stage, "PATCH", EDIT)) - before == 1
    workshop.draw = draw
    await workshop.touch("t")
    await stage.panel_shows("t at 4")
    await stage.discord.forgive()


@pytest.mark.parametrize("error", [LookupError("bug"), Retry("deadlock"), Unavailable("away")])
async def test_a_drawing_that_fails_does_not_stop_the_easel(
    stage: Stage, workshop: Workshop, quick_turns: None, error: Exception
) -> None:
    async def fail(panel: Panel) -> Drawing | None:
        if panel.topic == "bad":
            workshop.draw = draw
            raise error
        return await draw(panel)

    await workshop.open_board("bad", stage.raids)
    await workshop.open_board("good", stage.raids)
    await stage.panels_settle()
    draw, workshop.draw = workshop.draw, fail
    await workshop.touch("bad", "good")
    await stage.panel_shows("good at 3")
    if not isinstance(error, LookupError):
        await stage.panel_shows("bad at 3")
    await workshop.touch("bad")
    await stage.panel_shows("bad at 4")


async def test_a_panel_that_waits_does_not_hold_up_its_channel(
    stage: Stage, workshop: Workshop, quick_turns: None
) -> None:
    async def fail(panel: Panel) -> Drawing | None:
        if panel.topic == "bad":
            raise Unavailable("away")
        return await workshop.draw_version(panel)

    await workshop.open_board("bad", stage.raids)
    await workshop.open_board("good", stage.raids)
    await stage.panels_settle()
    workshop.draw = fail
    await workshop.touch("bad")
    await asyncio.sleep(1.5)  # its second try is over, the third is two seconds away
    await workshop.touch("good")
    await stage.panel_shows("good at 3", within=0.8)


@pytest.mark.parametrize("fault", [{"kind": "status", "status": 503}, {"kind": "drop_after"}])
async def test_a_bad_moment_of_discord_is_tried_again(
    stage: Stage, workshop: Workshop, quick_turns: None, fault: dict[str, Any]
) -> None:
    await stage.discord.fault(method="POST", route=MESSAGES, times=1, **fault)
    await stage.discord.fault(method="PATCH", route=EDIT, times=1, **fault)
    await workshop.open_board("t", stage.raids)
    await stage.panel_shows("t at 2")
    await workshop.touch("t")
    await stage.panel_shows("t at 3")
    await stage.panels_settle(within=4)
    assert len(await stage.raids.messages()) == 1


async def test_nothing_left_to_show_ends_the_panel(stage: Stage, workshop: Workshop, quick_turns: None) -> None:
    async def nothing(_: Panel) -> None:
        return None

    await workshop.open_board("t", stage.raids)
    await stage.panels_settle()
    workshop.draw = nothing
    await workshop.touch("t")
    await until(stage.database, "SELECT count(*) FROM panel", 0)


# --- kills ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("away", [0, 600], ids=["at once", "after ten minutes"])
async def test_a_kill_between_post_and_row_makes_no_second_message(
    stage: Stage, workshop: Workshop, monkeypatch: pytest.MonkeyPatch, quick_turns: None, away: int
) -> None:
    async def lost(*_: Any) -> None:
        raise Unavailable("killed")

    with monkeypatch.context() as patched:
        patched.setattr(queries, "panel_posted", lost)
        await workshop.open_board("t", stage.raids)
        posted = await stage.panel_shows("t at")
        await stage.stop_bot()
    assert await rows(stage.database, "SELECT message_id FROM panel") == [(None,)]
    await stage.discord.shift_clock(away)
    stage.clock.shift(timedelta(seconds=away))
    await rows(stage.database, "UPDATE panel_topic SET version = version + 1 RETURNING 1")
    again = Workshop(stage)
    stage.app = again
    await again.start()
    shown = await stage.panel_shows("t at 3")
    assert shown.id == posted.id
    await stage.panels_settle()
    assert await rows(stage.database, "SELECT message_id, posts FROM panel") == [(posted.id, 1)]
    assert [message.id for message in await stage.raids.messages()] == [posted.id]


async def test_a_kill_before_the_post_posts_with_its_ping(stage: Stage, workshop: Workshop) -> None:
    await stage.discord.fault("drop_before", method="POST", route=MESSAGES)
    await workshop.open_board("t", stage.raids)
    await until(stage.database, "SELECT count(*) FROM panel WHERE posting_since IS NOT NULL", 1)
    await stage.stop_bot()
    await stage.discord.clear_faults()
    again = Workshop(stage)
    stage.app = again
    await again.start()
    await stage.panel_shows("t at")
    await stage.panels_settle()
    assert len(await stage.raids.messages()) == 1
    arrived = [one for one in await requests(stage, "POST", MESSAGES) if one.status == 200]
    assert [one.body["allowed_mentions"]["parse"] for one in arrived] == [["everyone"]]


async def test_what_was_not_drawn_before_the_end_is_drawn_at_the_start(stage: Stage, workshop: Workshop) -> None:
    await workshop.open_board("t", stage.raids)
    await stage.panels_settle()
    await stage.stop_bot()
    await rows(stage.database, "UPDATE panel_topic SET version = version + 1 RETURNING 1")
    again = Workshop(stage)
    stage.app = again
    await again.start()
    await stage.panel_shows("t at 3")


async def test_a_start_draws_nothing_that_is_up_to_date(stage: Stage, workshop: Workshop) -> None:
    await workshop.open_board("t", stage.raids)
    await stage.panels_settle()
    await stage.stop_bot()
    before = await requests(stage, "PATCH", EDIT)
    again = Workshop(stage)
    stage.app = again
    await again.start()
    await again.open_board("other", stage.bot_log)
    await stage.panels_settle()
    assert await requests(stage, "PATCH", EDIT) == before


async def test_stopping_does_not_wait_for_a_panel_that_waits(
    stage: Stage, workshop: Workshop, quick_turns: None
) -> None:
    await workshop.open_board("t", stage.raids)
    await stage.panels_settle()
    await stage.raids.set_overwrites([(stage.guild.bot, 0, Permission.VIEW_CHANNEL)])
    await workshop.touch("t")
    await until(stage.database, "SELECT count(*) FROM panel WHERE blocked_reason IS NOT NULL", 1)
    begun = monotonic()
    await stage.stop_bot()
    assert monotonic() - begun < 3.0


@pytest.mark.parametrize("error", [Unavailable("away"), Retry("deadlock")])
@pytest.mark.parametrize("name", ["panels_of", "panels_showed"])
async def test_the_easel_survives_a_statement_that_fails(
    stage: Stage,
    workshop: Workshop,
    monkeypatch: pytest.MonkeyPatch,
    quick_turns: None,
    name: str,
    error: Exception,
) -> None:
    statement = getattr(queries, name)
    failed: list[int] = []

    async def fail_once(*args: Any) -> Any:
        if not failed:
            failed.append(1)
            raise error
        return await statement(*args)

    monkeypatch.setattr(queries, name, fail_once)
    await workshop.open_board("t", stage.raids)
    await stage.panel_shows("t at 2", within=3)
    await stage.panels_settle(within=4)
    assert failed
