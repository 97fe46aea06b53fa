"""The raid log on the local Discord."""

import asyncio
from datetime import timedelta

import hikari

from raidbot.features.raid_log.models import FORBIDDEN_PAUSE
from raidbot.kernel.guilds import ChannelKey
from raidbot.playground.driver import Permission, Pinged
from tests.features.raid_log.conftest import Archive


def said(lines: list[str]) -> list[str]:
    """Leave the times out."""
    return [line.partition("> ")[2] for line in lines]


async def test_a_run_from_the_command_to_the_end(archive: Archive) -> None:
    stage, orga = archive.stage, archive.stage.organizer.mention
    raiders = await stage.add_raiders(8)
    panel, organizers = await stage.open_run("LOST_HALLS", description=f"{raiders[0].mention} @everyone")
    await archive.written()
    (thread,) = await archive.threads()
    assert thread.name == "Lost Halls: Organizer - Orga"
    requests = await archive.requests(thread)
    await asyncio.gather(*(raider.press(panel, "Join") for raider in raiders))
    await raiders[0].press(panel, "Cult")
    await archive.written()
    assert await archive.requests(thread) - requests <= 3
    await stage.go_live(organizers)
    await raiders[0].press(panel, "Leave")
    await stage.organizer.press(organizers, "Key popped")
    await stage.organizer.press(organizers, "End Run")
    await archive.written()
    told = said(await archive.lines())
    assert told[0].startswith(f"🆕 {orga} opened the run · note: \\<@\N{ZERO WIDTH SPACE}")
    assert told[1].startswith("👥 **9** joined (last: ")
    assert told[1].endswith(f" · keys: Cult Key {raiders[0].mention} · now **9** in")
    assert told[2:] == [
        f"📍 {orga} set party and location · party: 3, location: USW left bazaar",
        f"🟢 {orga} started the run",
        f"👥 **1** left ({raiders[0].mention}) · now **8** in",
        f"🗝️ {orga} popped a key · pop: 1",
        f"🏁 {orga} ended the run",
    ]
    (starter,) = await archive.channel.messages()
    shown = starter.text.splitlines()
    assert (shown[0], shown[2], shown[5], shown[-1]) == ("Run: Lost Halls", orga, "Ended", "Run 1")
    for message in (starter, *await thread.messages()):
        assert message.pinged == Pinged(frozenset(), frozenset(), everyone=False)
    found = await archive.rest.fetch_channel(thread.id)
    assert isinstance(found, hikari.GuildThreadChannel)
    assert (found.auto_archive_duration, found.is_archived) == (timedelta(days=1), False)


async def test_a_party_from_the_command_to_the_end(archive: Archive) -> None:
    stage = archive.stage
    finder = await stage.guild.add_channel("party-finder")
    assert stage.app is not None
    await stage.app.guilds.map_channels(stage.guild.id, {ChannelKey.PARTY_FINDER: finder.id}, stage.guild.owner.id)
    owner, raider = await stage.add_raiders(2)
    await owner.command(finder, "party", dungeon_1="SNAKE_PIT", dungeon_2="THE_VOID")
    panel = await finder.wait_for(lambda message: bool(message.buttons))
    await archive.written()
    await raider.press(panel, "Join")
    await archive.written()
    await owner.press(panel, "Close")
    await archive.written()
    (thread,) = await archive.threads()
    assert thread.name == "Snake Pit, Void: Organizer - raider1"
    assert said(await archive.lines()) == [
        f"🆕 {owner.mention} opened the party",
        f"👥 **2** joined ({raider.mention}, {owner.mention}) · now **2** in",
        f"🏁 {owner.mention} closed the party",
    ]
    (starter,) = await archive.channel.messages()
    assert starter.text.splitlines()[0] == "Party: Snake Pit, Void"
    assert "Closed" in starter.text


async def test_a_thread_that_staff_delete_is_begun_anew_once_and_one_they_archive_is_opened(archive: Archive) -> None:
    stage = archive.stage
    (raider,) = await stage.add_raiders(1)
    panel, organizers = await stage.open_run()
    await archive.written()
    (thread,) = await archive.threads()
    await thread.set_archived(archived=True)
    await raider.press(panel, "Join")
    await archive.written()
    assert "**2** joined" in (await archive.lines())[-1]
    await stage.guild.delete_channel(thread)
    await stage.organizer.press(organizers, "Lock Join")
    await archive.written()
    (anew,) = await archive.threads()
    assert anew.id != thread.id
    assert [line.split()[1] for line in said(await archive.lines())] == [stage.organizer.mention]
    await stage.guild.delete_channel(anew)
    await stage.organizer.press(organizers, "Cancel")
    await archive.until("SELECT given_up FROM raid_log_thread", True)
    assert await archive.threads() == []


async def test_without_the_right_to_write_staff_are_told_once_and_the_log_follows_later(archive: Archive) -> None:
    stage = archive.stage
    await archive.channel.set_overwrites([(stage.guild.bot, 0, Permission.CREATE_PUBLIC_THREADS)])
    _, organizers = await stage.open_run()
    await archive.until("SELECT attempts FROM raid_log_thread", 1)
    told = await stage.bot_log.wait_for(lambda message: "raid log" in message.text)
    assert "Create Public Threads" in told.text
    await stage.organizer.press(organizers, "Lock Join")
    await archive.until("SELECT noted FROM raid_log_thread", 2)
    await archive.channel.set_overwrites([])
    await archive.pass_time(FORBIDDEN_PAUSE)
    await archive.written()
    assert [line.split()[0] for line in said(await archive.lines())] == ["🆕", "👥", "🔒"]
    assert len(await archive.channel.messages()) == 1
    assert len([one for one in await stage.bot_log.messages() if "raid log" in one.text]) == 1


async def test_a_guild_without_a_raid_log_costs_no_request(archive: Archive) -> None:
    stage = archive.stage
    assert stage.app is not None
    await stage.app.guilds.map_channels(stage.guild.id, {ChannelKey.RAID_LOG: None}, stage.guild.owner.id)
    await stage.open_run()
    archive.ring()
    await archive.until("SELECT count(*) FROM raid_log_thread", 0)
    assert await archive.channel.messages() == []
