"""Panels equal the database, at Discord's pace, through whatever happens to their messages."""

import asyncio
from datetime import timedelta
from time import monotonic
from typing import Any

import hikari
import pytest
from loguru import logger

from raidbot.kernel.database import Retry, Unavailable
from raidbot.kernel.discord.easel import Drawing, easel
from raidbot.kernel.owed import Panel
from raidbot.kernel.owed.queries import panels as queries
from raidbot.playground.driver import Permission, RecordedRequest
from tests.kernel.discord.workshop import Workshop
from tests.stage import Stage
from tests.tables import rows, until

MESSAGES = "/channels/{channel_id}/messages"
EDIT = f"{MESSAGES}/{{message_id}}"


async def requests(stage: Stage, method: str, route: str) -> list[RecordedRequest]:
    """List the requests to a route, and check that Discord never had to slow the bot down."""
    every = await stage.discord.requests()
    assert [one for one in every if one.status == 429] == []
    return [one for one in every if (one.method, one.route) == (method, route)]


@pytest.fixture
def quick_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a channel have a turn each tenth of a second: for tests of a few requests."""
    monkeypatch.setattr(easel, "TURN_S", 0.1)


# --- pace -----------------------------------------------------------------------------------------------------------


async def test_a_storm_of_joins_is_a_handful_of_edits_and_the_last_equals_the_database(night: Stage) -> None:
    raiders = await night.add_raiders(100)
    panel, _ = await night.open_run()
    await night.panels_settle()
    before = len(await requests(night, "PATCH", EDIT))
    replies = await night.discord.storm([(raider, panel, "Join") for raider in raiders], over=3.0)
    assert all(reply.acknowledged_after is not None for reply in replies)
    await night.panel_shows("101 raiders joined", within=1.5)
    assert await rows(night.database, "SELECT count(*) FROM run_raider WHERE joined") == [(101,)]
    assert 3 <= len(await requests(night, "PATCH", EDIT)) - before <= 5
    await night.panels_settle(within=3)


async def test_panels_of_a_channel_take_turns_the_longest_waiting_first(
    stage: Stage, workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    topics = [f"t{number}" for number in range(3)]
    with monkeypatch.context() as hurried:
        hurried.setattr(easel, "TURN_S", 0.1)
        for topic in topics:
            await workshop.open_board(topic, stage.raids)
        await stage.panels_settle()
    behind = dict.fromkeys(topics, monotonic())
    worst = 0.0
    order: list[str] = []
    begun = monotonic()
    while monotonic() - begun < 4.3:
        await workshop.touch(*topics)
        edits = [one.body["embeds"][0]["title"] for one in await requests(stage, "PATCH", EDIT)]
        for title in edits[len(order) :]:
            topic = title.split()[0]
            order.append(topic)
            worst = max(worst, monotonic() - behind[topic])
            behind[topic] = monotonic()
        await asyncio.sleep(0.05)
    assert len(order) >= 4
    assert all(len(set(order[at : at + 3])) == 3 for at in range(len(order) - 2)), order
    assert worst < 3 * easel.TURN_S + 0.7
    await stage.panels_settle(within=5)
    shown = {message.text.split("\n")[-1] for message in await stage.raids.messages()}
    versions = dict(await rows(stage.database, "SELECT topic, version FROM panel_topic"))
    assert shown == {f"{topic} at {version}" for topic, version in versions.items()}


async def test_panels_of_two_channels_do_not_wait_for_each_other(stage: Stage, workshop: Workshop) -> None:
    await workshop.open_board("one", stage.raids)
    await workshop.open_board("other", stage.bot_log)
    await stage.panels_settle()
    begun = monotonic()
    for _ in range(2):
        await workshop.touch("one", "other")
        await stage.panels_settle()
    assert monotonic() - begun < 3.5 * easel.TURN_S


async def test_a_change_during_a_draw_is_drawn_too(stage: Stage, workshop: Workshop, quick_turns: None) -> None:
    await workshop.open_board("t", stage.raids)
    await stage.panels_settle()
    await stage.discord.fault("latency", method="PATCH", route=EDIT, seconds=0.4, times=1)
    await workshop.touch("t")
    await asyncio.sleep(0.2)
    await workshop.touch("t")
    await stage.panel_shows("t at 4")
    await stage.panels_settle(within=3)


async def test_a_change_while_the_panel_is_posted_is_drawn_too(
    stage: Stage, workshop: Workshop, quick_turns: None
) -> None:
    await stage.discord.fault("latency", method="POST", route=MESSAGES, seconds=0.5, times=1)
    await workshop.open_board("t", stage.raids)
    await asyncio.sleep(0.25)
    await workshop.touch("t")
    await stage.panel_shows("t at 3", within=3)


# --- gone messages ----------------------------------------------------------------------------------------------------


async def test_a_deleted_panel_comes_back_once_and_only_the_first_post_pings(
    stage: Stage, workshop: Workshop, quick_turns: None
) -> None:
    await workshop.open_board("t", stage.raids)
    first = await stage.panel_shows("t at")
    assert first.pinged.everyone
    await stage.panels_settle()
    await first.delete()
    second = await stage.raids.wait_for(lambda message: message.id != first.id)
    assert not second.pinged.everyone
    await stage.panels_settle()
    await second.delete()
    await until(stage.database, "SELECT count(*) FROM panel", 0)
    await workshop.touch("t")
    await asyncio.sleep(0.3)
    assert await stage.raids.messages() == []
    assert len(await requests(stage, "POST", MESSAGES)) == 2


async def test_a_panel_that_stood_for_an_hour_comes_back_as_often_as_it_is_deleted(
    stage: Stage, workshop: Workshop, quick_turns: None
) -> None:
    await workshop.open_board("t", stage.raids)
    standing = await stage.panel_shows("t at")
    for _ in range(4):
        await stage.panels_settle()
        stage.clock.shift(easel.LIVED)
        gone = standing.id
        await standing.delete()
        standing = await stage.raids.wait_for(lambda message, gone=gone: message.id != gone)  # type: ignore[misc]
    assert len(await stage.raids.messages()) == 1
    assert len(await requests(stage, "POST", MESSAGES)) == 5


async def test_a_panel_that_was_deleted_with_others_comes_back(night: Stage) -> None:
    panel, _ = await night.open_run()
    await night.panels_settle()
    (raider,) = await night.add_raiders(1)
    chat = await night.raids.send(raider, "hello")
    assert night.app is not None
    await night.app.bot.rest.delete_messages(night.raids.id, panel.id, chat.id)
    again = await night.raids.wait_for(lambda message: bool(message.buttons) and message.id != panel.id)
    assert again.embeds == panel.embeds


async def test_a_panel_deleted_while_the_bot_was_away_comes_back_with_the_next_change(stage: Stage) -> None:
    await stage.start_bot()
    panel, _ = await stage.open_run()
    await stage.panels_settle()
    await stage.stop_bot()
    await panel.delete()
    await stage.start_bot()
    (raider,) = await stage.add_raiders(1)
    again = await stage.organizer.command(stage.raids, "run", dungeon="THE_VOID")
    assert "already have" in again.text
    assert stage.app is not None
    async with stage.database.transaction() as conn:
        await stage.app.owed.touch(conn, "run:1")
    back = await stage.raids.wait_for(lambda message: message.id != panel.id and bool(message.buttons))
    assert not back.pinged.everyone
    await raider.press(back, "Join")
    await stage.panel_shows("2 raiders joined")


async def test_a_quiet_panel_deleted_after_a_restart_comes_back(stage: Stage) -> None:
    await stage.start_bot()
    panel, _ = await stage.open_run()
    await stage.panels_settle()
    await stage.stop_bot()
    await stage.start_bot()
    await panel.delete()
    back = await stage.raids.wait_for(lambda message: message.id != panel.id and bool(message.buttons))
    assert not back.pinged.everyone


async def test_a_panel_that_was_drawn_for_good_stays_deleted(stage: Stage) -> None:
    await stage.start_bot()
    panel, orga = await stage.open_run()
    await stage.organizer.press(orga, "Cancel")
    await stage.panel_shows("Cancelled: Snake Pit")
    await stage.panels_settle()
    lines: list[str] = []
    number = logger.add(lambda message: lines.append(message.record["message"]), level="INFO")
    await panel.delete()
    await until(stage.database, "SELECT count(*) FROM panel WHERE token IS NULL", 0)
    logger.remove(number)
    assert await stage.raids.messages() == []
    assert [line for line in lines if "panel" in line] == []


async def test_a_panel_whose_channel_is_gone_is_given_up(stage: Stage, workshop: Workshop, quick_turns: None) -> None:
    channel = await stage.guild.add_channel("short-lived")
    await workshop.open_board("t", channel)
    await stage.panels_settle()
    await stage.guild.delete_channel(channel)
    await workshop.touch("t")
    await until(stage.database, "SELECT count(*) FROM panel", 0)


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
