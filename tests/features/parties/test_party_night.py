"""Parties from the command to the end, on the local Discord."""

from datetime import timedelta

from raidbot.features.parties.models import LIVES
from raidbot.playground.driver import Permission, Pinged
from tests.features.parties.conftest import Finder
from tests.tables import rows, until

# --- an evening


async def test_a_party_from_the_command_to_the_end(finder: Finder) -> None:
    reply = await finder.type(dungeon_2="THE_VOID", size=3, party_name="Duo plus", description="chill")
    assert reply.ephemeral
    panel = await finder.panel("Party Open: Snake Pit, Void", "Duo plus", "chill", "Players (1/3)")
    assert str(panel.id) in reply.text
    thread = await finder.thread(panel)
    assert thread.name == "raider1's party: Snake Pit, Void"
    assert await finder.talkers(thread) == {finder.owner.id}

    joined = await finder.raider.press(panel, "Join")
    assert thread.mention in joined.text
    await finder.panel("Players (2/3)", finder.raider.mention)
    assert "in already" in (await finder.raider.press(panel, "Join")).text
    await finder.moderator.press(panel, "Join")
    full = await finder.panel("Players (3/3)")
    assert full.button("Full").disabled
    await finder.stage.effects_settle()
    assert await finder.talkers(thread) == {finder.owner.id, finder.raider.id, finder.moderator.id}

    await finder.raider.press(panel, "Leave")
    await finder.panel("Players (2/3)")
    await finder.stage.effects_settle()
    assert await finder.talkers(thread) == {finder.owner.id, finder.moderator.id}

    await finder.owner.press(panel, "Close")
    await finder.wait_closed(panel)
    assert await finder.archived(thread)
    assert f"{finder.owner.mention} closed it" in (await thread.messages())[-1].text
    assert await finder.channel.messages() == []
    await finder.open()


async def test_a_party_costs_a_handful_of_requests(finder: Finder) -> None:
    before = await finder.stage.discord.total_requests()
    panel = await finder.open()
    await finder.thread()
    await finder.owner.press(panel, "Close")
    await finder.wait_closed(panel)
    # Answers (3), the panel (post, edit, delete, a look for it), the thread (start, owner, goodbye, archive).
    assert await finder.stage.discord.total_requests() - before <= 11


async def test_what_a_member_writes_reaches_nobody(finder: Finder) -> None:
    role = await finder.stage.guild.add_role("Everybody else", mentionable=True)
    panel = await finder.open(
        party_name="@everyone", location=role.mention, description=f"{finder.raider.mention} @here"
    )
    thread = await finder.thread()
    await finder.owner.press(panel, "Close")
    await finder.wait_closed(panel)
    for message in (panel, *await thread.messages()):
        assert message.pinged == Pinged(frozenset(), frozenset(), everyone=False)


async def test_dungeons_are_found_as_typed_each_once_and_unknown_ones_refused(finder: Finder) -> None:
    assert "I don't know a dungeon called" in (await finder.type(dungeon_3="atlantis")).text
    panel = await finder.open(dungeon_1="snake pit", dungeon_2="SNAKE_PIT", dungeon_4="void")
    assert "Party Open: Snake Pit, Void" in panel.text
    assert (await finder.raider.autocomplete(finder.channel, "party", "dungeon_1", "snak"))[0] == (
        "Snake Pit",
        "SNAKE_PIT",
    )
    offered = await finder.raider.autocomplete(finder.channel, "party", "dungeon_2", "", dungeon_1="SNAKE_PIT")
    assert [name for name, _ in offered] == ["Snake Pit", "Void"]


# --- who may


async def test_only_verified_members_who_are_neither_suspended_nor_muted_take_part(finder: Finder) -> None:
    guild, verified = finder.stage.guild, finder.stage.verified_role
    (muted,) = [role for role in await guild.roles() if role.name == "Muted"]
    stranger = await guild.add_member("Stranger")
    suspended = await guild.add_member("Susp", roles=[verified, finder.stage.suspended_role])
    silent = await guild.add_member("Silent", roles=[verified, muted])
    panel = await finder.open()
    for member, word in ((stranger, verified.mention), (suspended, "suspended"), (silent, "muted")):
        assert word in (await finder.type(by=member)).text
        assert word in (await member.press(panel, "Join")).text
    assert await rows(finder.stage.database, "SELECT count(*) FROM party_member") == [(1,)]


async def test_owner_and_moderators_close_and_only_the_owner_extends(finder: Finder) -> None:
    panel = await finder.open()
    for member in (finder.raider, finder.moderator):
        assert f"Only {finder.owner.mention}" in (await member.press(panel, "Extend")).text
    assert "or a moderator" in (await finder.raider.press(panel, "Close")).text
    assert "press Close" in (await finder.owner.press(panel, "Leave")).text.replace("*", "")
    assert "goes on until" in (await finder.owner.press(panel, "Extend")).text
    assert "closed" in (await finder.moderator.press(panel, "Close")).text
    await finder.wait_closed(panel)
    assert await rows(finder.stage.database, "SELECT closed_by FROM party") == [(finder.moderator.id,)]


async def test_who_has_a_party_is_led_to_it_and_can_close_it_there(finder: Finder) -> None:
    panel = await finder.open()
    busy = await finder.type()
    assert "have a party open already" in busy.text
    assert str(panel.id) in busy.text
    await finder.owner.press(busy, "Close")
    await finder.wait_closed(panel)
    await finder.open()


async def test_the_fourth_party_is_told_when(finder: Finder) -> None:
    for _ in range(3):
        panel = await finder.open()
        await finder.owner.press(panel, "Close")
        await finder.wait_closed(panel)
        await finder.pass_time(timedelta(seconds=10))
    assert "You can open another" in (await finder.type()).text


async def test_members_who_leave_or_are_suspended_are_taken_off(finder: Finder) -> None:
    panel = await finder.open()
    thread = await finder.thread()
    await finder.raider.press(panel, "Join")
    await finder.moderator.press(panel, "Join")
    await finder.panel("Players (3)")
    await finder.raider.leave()
    await finder.panel("Players (2)")
    stage = finder.stage
    await stage.guild.set_roles(finder.moderator, [*await finder.moderator.roles(), stage.suspended_role])
    await finder.panel("Players (1)")
    await stage.effects_settle()
    assert await finder.talkers(thread) == {finder.owner.id}
    await stage.guild.ban(finder.owner)
    await finder.wait_closed(panel)
    assert "its owner is gone" in (await thread.messages())[-1].text


async def test_who_left_while_the_bot_was_away_is_taken_off(finder: Finder) -> None:
    panel = await finder.open()
    await finder.thread()
    await finder.raider.press(panel, "Join")
    await finder.panel("Players (2)")
    await finder.stage.stop_bot()
    await finder.raider.leave()
    await finder.stage.start_bot()
    await finder.panel("Players (1)")


# --- the place


async def test_without_a_channel_that_it_may_use_nothing_is_opened(finder: Finder) -> None:
    bot = finder.stage.guild.bot
    await finder.channel.set_overwrites([(bot, 0, Permission.SEND_MESSAGES)])
    assert "Send Messages" in (await finder.type()).text
    await finder.stage.guild.delete_channel(finder.channel)
    assert "/setchannels" in (await finder.type()).text
    assert await rows(finder.stage.database, "SELECT count(*) FROM party") == [(0,)]


async def test_without_the_right_to_a_thread_there_is_a_party_and_staff_hear_of_it(finder: Finder) -> None:
    await finder.channel.set_overwrites([(finder.stage.guild.bot, 0, Permission.CREATE_PUBLIC_THREADS)])
    panel = await finder.open()
    await finder.stage.bot_log.wait_for(lambda message: "parties settle" in message.text)
    await finder.raider.press(panel, "Join")
    await finder.panel("Players (2)")
    await finder.owner.press(panel, "Close")
    await finder.wait_closed(panel)


async def test_a_deleted_panel_comes_back_and_one_deleted_twice_is_closed_by_the_command(finder: Finder) -> None:
    first = await finder.open()
    thread = await finder.thread()
    await first.delete()
    second = await finder.panel("Party Open", thread.mention, without=first.id)
    await finder.raider.press(second, "Join")
    await finder.panel("Players (2)")
    await finder.stage.panels_settle()
    await second.delete()
    await until(finder.stage.database, "SELECT count(*) FROM panel", 0)
    busy = await finder.type()
    await finder.owner.press(busy, "Close")
    await finder.stage.effects_settle()
    assert await finder.archived(thread)
    assert await finder.channel.messages() == []
    await finder.open()


async def test_a_party_goes_on_without_a_thread_that_was_deleted(finder: Finder) -> None:
    panel = await finder.open()
    thread = await finder.thread()
    await finder.stage.guild.delete_channel(thread)
    await until(finder.stage.database, "SELECT thread_id FROM party", None)
    await finder.raider.press(panel, "Join")
    shown = await finder.panel("Players (2)")
    assert "Thread" not in shown.text
    await finder.owner.press(panel, "Close")
    await finder.wait_closed(panel)


async def test_a_thread_deleted_while_the_bot_was_away_is_forgotten(finder: Finder) -> None:
    panel = await finder.open()
    thread = await finder.thread()
    await finder.stage.stop_bot()
    await finder.stage.guild.delete_channel(thread)
    await finder.stage.start_bot()
    await finder.raider.press(panel, "Join")
    shown = await finder.panel("Players (2)")
    await until(finder.stage.database, "SELECT thread_id FROM party", None)
    await finder.stage.panels_settle()
    assert "Thread" not in (await shown.refresh() or shown).text


async def test_a_thread_that_staff_archived_stops_nobody(finder: Finder) -> None:
    panel = await finder.open()
    thread = await finder.thread()
    await thread.set_archived(archived=True)
    await finder.raider.press(panel, "Join")
    await finder.panel("Players (2)")
    await finder.stage.effects_settle()
    await finder.owner.press(panel, "Close")
    await finder.wait_closed(panel)
    assert await finder.archived(thread)


# --- time


async def test_the_owner_is_warned_in_the_thread_and_extends_there(finder: Finder) -> None:
    panel = await finder.open()
    thread = await finder.thread()
    await finder.pass_time(LIVES - timedelta(minutes=10))
    warning = await thread.wait_for(lambda message: "This party ends" in message.text)
    assert warning.pinged.users == {finder.owner.id}
    assert "Only" in (await finder.raider.press(warning, "Extend")).text
    assert "goes on until" in (await finder.owner.press(warning, "Extend")).text
    assert "a moment ago" in (await finder.owner.press(warning, "Extend")).text
    await finder.pass_time(timedelta(minutes=11))
    assert (await panel.refresh()) is not None
    await finder.pass_time(timedelta(minutes=54))
    await thread.wait_for(lambda message: "This party ends" in message.text and message.id != warning.id)
    await finder.pass_time(timedelta(minutes=5))
    await finder.wait_closed(panel)
    assert "its time is up" in (await thread.messages())[-1].text
    assert await finder.archived(thread)
