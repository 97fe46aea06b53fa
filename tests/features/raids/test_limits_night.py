"""Limits, reserves, the last call and the roster as members see them, also across kills."""

from datetime import timedelta

import aiohttp
import pytest

from raidbot.features.members.api import Standing
from raidbot.features.raids.models import LAST_CALL, MOVED_UP_STAYS, Click, Limits, Wish
from raidbot.features.raids.queries import pings
from raidbot.features.raids.service import LimitService, RaiderService
from raidbot.kernel.discord.easel import lanes
from raidbot.kernel.events import Events
from raidbot.kernel.owed import Owed
from raidbot.kernel.owed.queries import effects
from raidbot.playground.driver import Message, Reply
from tests.kills import cut_off, lost
from tests.stage import Stage
from tests.tables import rows

MOVED_UP = "a place came free"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give a channel a turn each tenth of a second."""
    monkeypatch.setattr(lanes, "TURN_S", 0.1)


async def pass_time(stage: Stage, by: timedelta) -> None:
    """Let time pass for the bot and for Discord."""
    await stage.discord.shift_clock(by.total_seconds())
    stage.clock.shift(by)


async def limit(stage: Stage, orga: Reply, **typed: str) -> Reply:
    """Send the form of the limits off."""
    return await stage.organizer.submit(await stage.organizer.press(orga, "Limits"), typed)


async def words_to_who_moved_up(stage: Stage) -> list[Message]:
    return [message for message in await stage.raids.messages() if MOVED_UP in message.text]


async def test_an_organizer_limits_a_run_and_reserves_move_up(night: Stage) -> None:
    first, second, third, fourth = await night.add_raiders(4)
    panel, orga = await night.open_run("THE_VOID")
    refused = await limit(night, orga, cap="2", classes="druid 3", keys="vial 1")
    (wrong,) = refused.followups
    assert "Nothing was changed.\nI don't know a class “druid”. There are Rogue" in wrong.text
    again = await night.organizer.press(refused, "Open it again")
    assert again.modal is not None
    assert [field.value for field in again.modal.fields] == ["2", "druid 3", "vial 1"]
    accepted = await night.organizer.submit(again, classes="")
    await accepted.wait_for(lambda message: "The limits are set.*\n**1 / 2 raiders joined**" in message.text)
    await orga.wait_for(lambda message: "1 / 2 raiders joined" in message.text)
    await night.panel_shows("Vial: 0 / 1")

    assert "You're in for **Void**!" in (await first.press(panel, "Join")).text
    for place, raider in enumerate((second, third, fourth), 1):
        reply = await raider.press(panel, "Join")
        assert f"on the reserve list, at place {place}." in reply.text
    assert "at place 3" in (await fourth.press(panel, "Join")).text
    await fourth.select(reply, ["bard"])
    await night.panel_shows("2 / 2 raiders joined · 3 in reserve")
    await first.press(panel, "Vial")
    assert "has all the **Vial of Pure Darkness** offers it needs" in (await second.press(panel, "Vial")).text
    assert "off the reserve list" in (await third.press(panel, "Leave")).text

    assert "You left the run" in (await first.press(panel, "Leave")).text
    word = await night.raids.wait_for(lambda message: MOVED_UP in message.text)
    assert word.text.splitlines()[0] == f"{second.mention} a place came free: you're in for **Void** now!"
    assert (set(word.pinged.users), word.pinged.everyone, set(word.pinged.roles)) == ({second.id}, False, set())
    await night.roles_settle()
    role = (await rows(night.database, "SELECT role_id FROM run"))[0][0]
    assert [role in await raider.roles() for raider in (first, second, fourth)] == [False, True, False]
    listed = await night.organizer.press(orga, "Roster")
    assert listed.ephemeral
    assert listed.text.splitlines()[1:] == [
        "**2 / 2 raiders joined · 1 in reserve**",
        "",
        f"**No class yet** (2): {night.organizer.mention} {second.mention}",
        "🌑 Vial (1 / 1)",
        first.mention,
        "Reserve list (1)",
        f"1. {fourth.mention} Bard",
    ]
    await pass_time(night, MOVED_UP_STAYS)
    await night.raids.wait_without(word)


async def test_with_class_limits_join_asks_for_the_class_first(night: Stage) -> None:
    first, second = await night.add_raiders(2)
    panel, orga = await night.open_run()
    await limit(night, orga, classes="knight 1")
    await night.panel_shows("Places by class\n🤺 Knight 0 / 1")
    asked = [await raider.press(panel, "Join") for raider in (first, second)]
    assert all("Choose yours below" in reply.text for reply in asked)
    await first.select(asked[0], ["knight"])
    assert "You're in for **Snake Pit** as 🤺 **Knight**!" in asked[0].text
    await second.select(asked[1], ["knight"])
    assert "🤺 **Knight** is full, so you're on the reserve list for it, at place 1" in asked[1].text
    await second.select(asked[1], ["bard"])
    assert "You're in for **Snake Pit** as 🎵 **Bard**!" in asked[1].text
    full = await second.select(asked[1], ["knight"])
    assert "🤺 **Knight** is full. You stay in as 🎵 **Bard**" in full.text
    assert "You're in for **Snake Pit** as 🎵 **Bard**!" in asked[1].text
    shown = await orga.wait_for(lambda message: "Bard: 1" in message.text)
    assert "🤺 Knight: 1 / 1 · 🎵 Bard: 1 · no class: 1" in shown.text


async def test_many_raiders_come_with_a_picture_of_their_classes(night: Stage) -> None:
    raiders = await night.add_raiders(10)
    panel, orga = await night.open_run()
    await night.go_live(orga)
    for raider, value in zip(raiders, ["knight", "knight", "bard"], strict=False):
        await raider.select(await raider.press(panel, "Join"), [value])
    few = await night.organizer.press(orga, "Roster")
    assert few.message is not None
    assert "image" not in few.message.embeds[0]
    for raider in raiders[3:]:
        await raider.press(panel, "Join")
    many = await night.organizer.press(orga, "Roster")
    assert many.message is not None
    (embed,) = many.message.embeds
    async with aiohttp.ClientSession() as session, session.get(embed["image"]["url"]) as answer:
        assert (await answer.read()).startswith(b"\x89PNG")
    assert "**11 raiders joined**" in many.text
    assert f"🤺 **Knight** (2): {raiders[0].mention} {raiders[1].mention}" in many.text
    assert "Joined after Start (10)" in many.text


async def test_a_last_call_counts_down_and_locks_joining(night: Stage) -> None:
    first, second = await night.add_raiders(2)
    panel, orga = await night.open_run(party="3", location="USW hidden bazaar")
    await night.organizer.press(orga, "Last Call")
    called = await night.raids.wait_for(lambda message: "last call!" in message.text)
    assert called.pinged.everyone
    assert "bazaar" not in called.text
    shown = await night.panel_shows("📣 **Last call:** joining closes <t:")
    assert not shown.button("Join").disabled
    assert "You're in" in (await first.press(panel, "Join")).text
    await pass_time(night, LAST_CALL)
    locked = await night.panel_shows("🔒 Joining is locked.")
    assert locked.button("Join").disabled
    assert "Last call" not in locked.text
    assert "🔒 joining locked" in (await second.command(night.raids, "runs")).text
    shown = await orga.wait_for(lambda message: "🔒 joining locked" in message.text)
    assert "Last Call" not in [button.label for button in shown.buttons]
    await night.raids.wait_without(called)


# --- kills


async def _freed(stage: Stage) -> Message:
    """Open a run for its organizer and one raider, with another on the reserve list; return its panel."""
    first, second = await stage.add_raiders(2)
    panel, orga = await stage.open_run()
    await limit(stage, orga, cap="2")
    await orga.wait_for(lambda message: "1 / 2" in message.text)
    await first.press(panel, "Join")
    await second.press(panel, "Join")
    await stage.panel_shows("1 in reserve")
    await stage.roles_settle()
    return panel


@pytest.mark.parametrize("away", [0, 90], ids=["at once", "after a minute and a half"])
async def test_a_kill_between_the_word_to_who_moved_up_and_its_row_says_it_once_and_takes_it_away(
    night: Stage, monkeypatch: pytest.MonkeyPatch, away: int
) -> None:
    panel = await _freed(night)
    with monkeypatch.context() as patched:
        patched.setattr(pings, "sent", cut_off)
        await night.raiders[0].press(panel, "Leave")
        await night.raids.wait_for(lambda message: MOVED_UP in message.text)
        await night.stop_bot()
    assert await rows(night.database, "SELECT message_id FROM run_ping_message") == [(None,)]
    await pass_time(night, timedelta(seconds=away))
    await night.start_bot()
    await night.effects_settle()
    (word,) = await words_to_who_moved_up(night)
    await pass_time(night, MOVED_UP_STAYS)
    await night.raids.wait_without(word)


async def test_who_moved_up_while_the_bot_was_dead_is_told_after_it_until_the_run_is_over(night: Stage) -> None:
    panel = await _freed(night)
    ((run_id, role_id),) = await rows(night.database, "SELECT id, role_id FROM run")
    await night.stop_bot()
    raiders = RaiderService(night.database, Owed(night.clock), Events(), night.clock)
    await raiders.click(Click(7, run_id, night.guild.id, night.raiders[0].id, Wish.LEAVE, Standing.FINE))
    await night.start_bot()
    word = await night.raids.wait_for(lambda message: MOVED_UP in message.text)
    assert set(word.pinged.users) == {night.raiders[1].id}
    await night.panel_shows("2 / 2 raiders joined")
    await night.roles_settle()
    assert [role_id in await raider.roles() for raider in night.raiders] == [False, True]
    await night.organizer.press(await night.organizer.press(panel, "Organizer Panel"), "Cancel")
    await night.raids.wait_without(word)


async def test_a_last_call_that_ends_while_the_bot_is_dead_locks_joining_after_it(night: Stage) -> None:
    await night.open_run()
    ((run_id,),) = await rows(night.database, "SELECT id FROM run")
    await night.stop_bot()
    limits = LimitService(night.database, Owed(night.clock), Events(), night.clock)
    await limits.last_call(night.guild.id, run_id, night.organizer.id)
    await limits.set_limits(night.guild.id, run_id, night.organizer.id, Limits(cap=5))
    await pass_time(night, LAST_CALL)
    await night.start_bot()
    locked = await night.panel_shows("🔒 Joining is locked.")
    assert locked.button("Join").disabled
    await night.panel_shows("1 / 5 raiders joined")


async def test_a_kill_between_the_lock_and_the_end_of_its_effect_locks_once(
    night: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, orga = await night.open_run()
    await night.effects_settle()
    with monkeypatch.context() as patched:
        patched.setattr(effects, "effect_done", lost)
        await night.organizer.press(orga, "Last Call")
        await pass_time(night, LAST_CALL)
        await night.panel_shows("🔒 Joining is locked.")
        await night.stop_bot()
    assert ("raids.lock_join",) in await rows(night.database, "SELECT kind FROM owed_effect")
    await night.start_bot()
    await night.effects_settle()
    assert await rows(night.database, "SELECT count(*) FROM audit WHERE action = 'run.lock'") == [(1,)]
