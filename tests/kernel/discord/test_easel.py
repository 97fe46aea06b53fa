"""Panels equal the database, at Discord's pace, through whatever happens to their messages."""

import asyncio
from time import monotonic

import pytest
from loguru import logger

from raidbot.kernel.discord.easel import easel, lanes
from tests.kernel.discord.workshop import EDIT, MESSAGES, Workshop, requests
from tests.stage import Stage
from tests.tables import rows, until

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
        hurried.setattr(lanes, "TURN_S", 0.1)
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
    assert worst < 3 * lanes.TURN_S + 0.7
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
    assert monotonic() - begun < 3.5 * lanes.TURN_S


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
