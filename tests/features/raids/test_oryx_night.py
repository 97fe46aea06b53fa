"""An Oryx 3 evening as its members see it, and kills between its steps."""

from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from limits import RateLimitItemPerSecond

from raidbot.features.dungeons.api import ORYX_3
from raidbot.features.raid_log.service import LogService
from raidbot.features.raids import models as m
from raidbot.features.raids.panels import screenshots
from raidbot.features.raids.queries import oryx, pings
from raidbot.features.raids.service import OryxService
from raidbot.features.raids.service.oryx import LOOKED_FOR_AFTER
from raidbot.kernel.discord import downloads, failures, limiter
from raidbot.kernel.discord.answers import Bucket
from raidbot.kernel.discord.easel import lanes
from raidbot.kernel.events import Events
from raidbot.kernel.guilds import ChannelKey, GuildStore
from raidbot.kernel.owed import Owed
from raidbot.playground.driver import Channel, File, Message, Permission, Reply
from tests.kills import cut_off, once
from tests.stage import Stage
from tests.tables import rows

PICTURE = File("me.png", b"\x89PNG whatever a screen shows", "image/png")
MESSAGES = "/channels/{channel_id}/messages"


@pytest.fixture(autouse=True)
def _brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give a channel's panels a turn each tenth of a second, and an organizer an evening's presses in a moment."""
    monkeypatch.setattr(lanes, "TURN_S", 0.1)
    monkeypatch.setitem(limiter._ITEMS, Bucket.ORGANIZER, RateLimitItemPerSecond(100, 1, "organizer"))


@pytest.fixture
async def log(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Channel:
    """Lend the raid log, mapped; no run has its thread there, so that what stands in it are screenshots."""

    async def nothing(*_: Any) -> list[Any]:
        return []

    monkeypatch.setattr(LogService, "waiting", nothing)
    channel = await stage.guild.add_channel("raid-log")
    store = GuildStore(stage.database, stage.clock)
    await store.load()
    await store.map_channels(stage.guild.id, {ChannelKey.RAID_LOG: channel.id}, stage.guild.owner.id)
    return channel


async def taken(stage: Stage, screenshot: File = PICTURE, **how: Any) -> Reply:
    return await stage.organizer.command(stage.raids, "taken", screenshot=screenshot, **how)


async def pass_time(stage: Stage, by: timedelta) -> None:
    """Let time pass for the bot and for Discord."""
    await stage.discord.shift_clock(by.total_seconds())
    stage.clock.shift(by)


async def uploads(stage: Stage, log: Channel) -> int:
    """Count the messages that were sent to the raid log, the refused ones too."""
    path = f"/channels/{log.id}/messages"
    return sum((one.method, one.path) == ("POST", path) for one in await stage.discord.requests())


def labels(message: Message) -> list[str]:
    return [button.label for button in message.buttons]


async def ping(stage: Stage, text: str) -> Message:
    """Wait until a ping says something and is the only one that stands."""
    found = await stage.raids.wait_for(lambda message: text in message.content)
    await stage.effects_settle()
    assert len(await stage.raids.messages()) == 2
    return found


async def test_oryx_3_goes_from_screenshot_to_third_room_with_a_ping_for_each_step(night: Stage) -> None:
    raider, organizer = (await night.add_raiders(1))[0], night.organizer
    panel, orga = await night.open_run(ORYX_3)
    assert {"Inc", "Shield Rune", "Sword Rune", "Helm Rune"} <= set(labels(panel))
    await raider.press(panel, "Join")
    await organizer.submit(await organizer.press(orga, "Set Party/Location"), Party="3", Location="USW bazaar")
    refused = await organizer.press(orga, "Start")
    await refused.wait_for(lambda message: "Oryx 3 needs a screenshot" in message.text)
    for answer in (await organizer.press(orga, "Submit Screenshot"), await taken(night)):
        assert "no raid log yet" in answer.text

    log = await night.guild.add_channel("raid-log", overwrites=[(night.guild.bot, 0, Permission.ATTACH_FILES)])
    await night.guild.owner.command(night.bot_log, "setchannels", raid_log=log)
    assert "`/taken`" in (await organizer.press(orga, "Submit Screenshot")).text
    assert "give me there: Attach Files" in (await taken(night)).text
    await log.set_overwrites([])
    assert "isn't a picture" in (await taken(night, File("me.txt", b"me", "text/plain"))).text
    assert await uploads(night, log) == 0
    told = await taken(night)
    (entry,) = await log.messages()
    assert f"{night.guild.id}/{log.id}/{entry.id}" in told.text
    for named in ("Oryx 3", organizer.mention, str(panel.id)):
        assert named in entry.text
    assert await fetched(entry) == PICTURE.content
    ready = await orga.wait_for(lambda message: f"by {organizer.mention}" in message.text)
    assert ready.button("Submit Screenshot").disabled
    assert ready.button("Submit Screenshot").emoji == "✅"

    await organizer.press(orga, "Start")
    live = await orga.wait_for(lambda message: "End Run" in labels(message))
    assert not {"Key popped", "Chain Amount", "Submit Screenshot"} & set(labels(live))
    await ping(night, "is starting now")
    wrong = await organizer.submit(await organizer.press(orga, "Realm Score %"), {"score": "all"})
    again = await wrong.wait_for(lambda message: "a number from 1 to 99" in message.text)
    assert (await organizer.press(again, "Open it again")).modal is not None
    for number in ("40", "85%"):
        await organizer.submit(await organizer.press(orga, "Realm Score %"), {"score": number})
        await ping(night, f"the realm is at {number.removesuffix('%')} %")
        await night.panel_shows(f"Realm score:** {number.removesuffix('%')} %")
    assert "Realm score:** 85 %" in (await raider.command(night.raids, "runs")).text
    await organizer.press(orga, "Realm Closed")
    await ping(night, "the realm is closed")
    await orga.wait_for(lambda message: "Miniboss" in labels(message) and "Realm Score %" not in labels(message))
    asked = await organizer.press(orga, "Miniboss")
    assert asked.message is not None
    assert asked.message.selects[0].labels == ("Dammah", "Gemsbok", "Leucoryx", "Beisa")
    await organizer.select(asked, ["Leucoryx"])
    await asked.wait_for(lambda message: "Miniboss: **Leucoryx**" in message.text and not message.selects)
    called = await ping(night, "the miniboss is **Leucoryx**")
    assert called.pinged.roles or raider.id in called.pinged.users
    await orga.wait_for(lambda message: "Third Room" in labels(message))
    await organizer.press(orga, "Third Room")
    await ping(night, "third room! Join the sanctuary now")
    await orga.wait_for(lambda message: labels(message)[:3] == ["End Run", "Lock Join", "Ping Raiders"])
    await organizer.press(orga, "End Run")
    await night.panel_shows("✅ Ended: Oryx 3")
    completed = await rows(night.database, "SELECT user_id, pop FROM ledger WHERE kind = 'completion' ORDER BY user_id")
    assert completed == sorted([(organizer.id, 0), (raider.id, 0)])
    await night.roles_settle()
    assert sum("Screenshot: Oryx 3" in message.text for message in await log.messages()) == 1


async def fetched(entry: Message) -> bytes:
    """Fetch the picture of a message in the raid log."""
    (picture,) = entry.attachments
    async with aiohttp.ClientSession() as session, session.get(picture["url"]) as answer:
        return await answer.read()


async def test_only_the_organizer_hands_in_a_screenshot_and_only_organizers_move_the_run(night: Stage) -> None:
    _, orga = await night.open_run(ORYX_3)
    (raider,) = await night.add_raiders(1)
    assert "needs" in (await raider.command(night.raids, "taken", screenshot=PICTURE)).text
    other = await night.guild.add_member("Helper", roles=[night.organizer_role])
    assert "no run going" in (await other.command(night.raids, "taken", screenshot=PICTURE)).text
    panel = await night.raids.wait_for(lambda message: "Organizer Panel" in labels(message))
    asked = await other.press(panel, "Organizer Panel")
    await other.press(asked, "Open it")
    await asked.wait_for(lambda message: "Submit Screenshot" in labels(message))
    assert (
        f"comes from its organizer, {night.organizer.mention}" in (await other.press(asked, "Submit Screenshot")).text
    )
    await night.guild.set_roles(night.organizer, [])
    assert "needs" in (await night.organizer.press(orga, "Submit Screenshot")).text


async def test_a_picture_that_discord_does_not_hand_out_or_take_changes_nothing(
    stage: Stage, log: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stage.start_bot()
    await stage.open_run(ORYX_3)
    with monkeypatch.context() as patched:
        patched.setattr(downloads, "DOWNLOAD_S", 0.0001)
        assert "didn't hand me your file" in (await taken(stage)).text
    assert await uploads(stage, log) == 0
    monkeypatch.setattr(failures, "_INSISTENCE_S", (0.05, 0.05))
    await stage.discord.fault("status", method="POST", route=MESSAGES)
    assert "didn't take your screenshot" in (await taken(stage)).text
    await stage.discord.clear_faults()
    await stage.discord.fault("drop_after", method="POST", route=MESSAGES, times=1)
    assert "is in the raid log" in (await taken(stage)).text
    assert len(await log.messages()) == 1


# --- kills


async def test_a_screenshot_parted_from_its_run_by_a_kill_is_noted_all_the_same(
    stage: Stage, log: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stage.start_bot()
    await stage.open_run(ORYX_3)
    with monkeypatch.context() as patched:
        patched.setattr(oryx, "note_screenshot", cut_off)
        await taken(stage, wait=False)
        entry = await log.wait_for(lambda message: "Screenshot" in message.text)
        await stage.stop_bot()
    assert await rows(stage.database, "SELECT screenshot_message_id FROM run") == [(None,)]
    await stage.start_bot()
    await pass_time(stage, LOOKED_FOR_AFTER)
    await stage.effects_settle()
    noted = await rows(stage.database, "SELECT screenshot_channel_id, screenshot_message_id, screenshot_by FROM run")
    assert noted == [(log.id, entry.id, stage.organizer.id)]
    assert await rows(stage.database, "SELECT actor_id FROM audit WHERE action = 'run.screenshot'") == [
        (stage.organizer.id,)
    ]
    assert len(await log.messages()) == 1


async def test_a_kill_before_the_upload_leaves_nothing_and_the_next_try_counts(
    stage: Stage, log: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stage.start_bot()
    await stage.open_run(ORYX_3)

    async def owed() -> bool:
        return await rows(stage.database, "SELECT kind FROM owed_effect") == [("raids.find_screenshot",)]

    with monkeypatch.context() as patched:
        patched.setattr(screenshots, "insist", cut_off)
        await taken(stage, wait=False)
        await once(owed)
        await stage.stop_bot()
    await stage.start_bot()
    await pass_time(stage, LOOKED_FOR_AFTER)
    await stage.effects_settle()
    assert await rows(stage.database, "SELECT screenshot_message_id FROM run") == [(None,)]
    await taken(stage)
    (entry,) = await log.messages()
    assert await rows(stage.database, "SELECT screenshot_message_id FROM run") == [(entry.id,)]


async def test_a_stage_that_was_committed_before_a_kill_is_pinged_once_and_shown_after_it(
    stage: Stage, log: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stage.start_bot()
    _, orga = await stage.open_run(ORYX_3)
    await taken(stage)
    await stage.go_live(orga)
    await stage.effects_settle()
    await stage.stop_bot()
    service = OryxService(stage.database, Owed(stage.clock), Events(), stage.clock)
    by = (stage.guild.id, 1, stage.organizer.id)
    await service.move(*by, m.Stage.CLOSED, click_id=1)
    with monkeypatch.context() as patched:
        patched.setattr(pings, "sent", cut_off)
        await stage.start_bot()
        await stage.raids.wait_for(lambda message: "the realm is closed" in message.content)
        await stage.stop_bot()
    await service.move(*by, m.Stage.MINIBOSS, click_id=2, miniboss=m.Miniboss.GEMSBOK)
    await stage.start_bot()
    await stage.panel_shows("Miniboss:** Gemsbok")
    await orga.wait_for(lambda message: "Third Room" in labels(message))
    await pass_time(stage, timedelta(seconds=10))
    await stage.effects_settle()
    shown = [message.content for message in await stage.raids.messages()]
    assert ["the miniboss is **Gemsbok**" in text for text in shown] == [False, True]
    assert not any("the realm is closed" in text for text in shown)
