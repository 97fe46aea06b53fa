"""A kill between any two steps of a party leaves nothing half done and nothing doubled."""

from datetime import timedelta

import hikari
import pytest

from raidbot.features.parties import queries
from raidbot.features.parties.models import LIVES, Click, NewParty, Opened
from raidbot.features.parties.service import PartyService
from raidbot.kernel.discord.easel import easel
from raidbot.kernel.events import Events
from raidbot.kernel.owed import Owed
from raidbot.kernel.owed.queries import effects, panels
from tests.features.parties.conftest import Finder
from tests.kills import cut_off, lost, once
from tests.tables import rows

THREAD = "/channels/{channel_id}/messages/{message_id}/threads"


async def threads_started(finder: Finder) -> list[int]:
    """List the answers to requests that start a thread."""
    return [one.status for one in await finder.stage.discord.requests() if (one.method, one.route) == ("POST", THREAD)]


async def test_a_kill_between_the_thread_and_its_row_makes_no_second_thread(
    finder: Finder, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def started() -> bool:
        return await threads_started(finder) != []

    with monkeypatch.context() as patched:
        patched.setattr(queries, "set_thread", cut_off)
        panel = await finder.open()
        await once(started)
        await finder.stage.stop_bot()
    assert await rows(finder.stage.database, "SELECT thread_id FROM party") == [(None,)]
    await finder.stage.start_bot()
    thread = await finder.thread(panel)
    assert await finder.talkers(thread) == {finder.owner.id}
    first, *again = await threads_started(finder)
    assert (first, set(again)) == (201, {400})


async def test_a_party_closed_after_a_kill_between_the_thread_and_its_row_leaves_no_thread_open(
    finder: Finder, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def started() -> bool:
        return await threads_started(finder) != []

    with monkeypatch.context() as patched:
        patched.setattr(queries, "set_thread", cut_off)
        panel = await finder.open()
        await once(started)
        await finder.owner.press(panel, "Close")
        await finder.stage.stop_bot()
    await finder.stage.start_bot()
    await finder.wait_closed(panel)
    (thread,) = [one for one in await finder.stage.guild.channels() if one.id == panel.id]
    assert await finder.archived(thread)


@pytest.mark.parametrize("away", [0, 90], ids=["at once", "after a minute and a half"])
async def test_a_kill_between_a_warning_and_its_row_says_it_once(
    finder: Finder, monkeypatch: pytest.MonkeyPatch, away: int
) -> None:
    await finder.open()
    thread = await finder.thread()
    with monkeypatch.context() as patched:
        patched.setattr(effects, "effect_done", lost)
        await finder.pass_time(LIVES - timedelta(minutes=9))
        await thread.wait_for(lambda message: "This party ends" in message.text)
        await finder.stage.stop_bot()
    assert await rows(finder.stage.database, "SELECT kind FROM owed_effect") == [("parties.warn",)]
    await finder.pass_time(timedelta(seconds=away))
    await finder.stage.start_bot()
    await finder.stage.effects_settle()
    assert [message.text.count("This party ends") for message in await thread.messages()].count(1) == 1


@pytest.mark.parametrize("away", [0, 90], ids=["at once", "after a minute and a half"])
async def test_a_kill_after_the_goodbye_leaves_nothing_half_done_and_nothing_twice(
    finder: Finder, monkeypatch: pytest.MonkeyPatch, away: int
) -> None:
    panel = await finder.open()
    thread = await finder.thread()
    with monkeypatch.context() as patched:
        patched.setattr(hikari.impl.RESTClientImpl, "edit_channel", lost)
        patched.setattr(hikari.impl.RESTClientImpl, "delete_message", lost)
        await finder.owner.press(panel, "Close")
        await thread.wait_for(lambda message: "closed it" in message.text)
        await finder.stage.stop_bot()
    assert await panel.refresh() is not None
    await finder.pass_time(timedelta(seconds=away))
    await finder.stage.start_bot()
    await finder.wait_closed(panel)
    assert await finder.archived(thread)
    assert sum("closed it" in message.text for message in await thread.messages()) == 1


async def test_a_party_closed_while_its_panel_is_posted_leaves_no_panel(
    finder: Finder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(panels, "panel_posted", lost)
        patched.setattr(easel, "POSTED_WITHIN_S", 0.5)
        reply = await finder.owner.command(finder.channel, "party", dungeon_1="SNAKE_PIT", wait=False)
        panel = await finder.panel("Party Open")
        busy = await finder.type()
        await finder.owner.press(busy, "Close")
        await finder.stage.stop_bot()
    assert await rows(finder.stage.database, "SELECT message_id FROM panel") == [(None,)]
    await finder.stage.start_bot()
    await finder.wait_closed(panel)
    assert await finder.channel.messages() == []
    assert "will be up in a moment" in (await reply.wait()).text


async def test_what_was_committed_before_a_kill_is_carried_out_after_it(finder: Finder) -> None:
    stage, owner = finder.stage, finder.owner
    await stage.stop_bot()
    parties = PartyService(stage.database, Owed(stage.clock), Events(), stage.clock)
    new = NewParty(stage.guild.id, owner.id, owner.name, 77, finder.channel.id, ("SNAKE_PIT",), None, None, None, None)
    opened = await parties.open_party(new)
    assert isinstance(opened, Opened)
    await stage.start_bot()
    panel = await finder.panel("Party Open: Snake Pit")
    thread = await finder.thread(panel)
    await stage.stop_bot()
    await parties.join(Click(78, stage.guild.id, opened.party.id, finder.raider.id))
    await stage.start_bot()
    await finder.panel("Players (2)")
    await stage.effects_settle()
    assert await finder.talkers(thread) == {owner.id, finder.raider.id}
    await stage.stop_bot()
    await parties.close(stage.guild.id, opened.party.id, owner.id, any_party=False)
    await stage.start_bot()
    await finder.wait_closed(panel)
    assert await finder.archived(thread)


async def test_buttons_of_a_party_work_after_a_restart_and_its_time_goes_on(finder: Finder) -> None:
    panel = await finder.open()
    thread = await finder.thread()
    await finder.restart()
    await finder.raider.press(panel, "Join")
    await finder.panel("Players (2)")
    await finder.stage.stop_bot()
    await finder.pass_time(LIVES)
    await finder.stage.start_bot()
    await finder.wait_closed(panel)
    assert await finder.archived(thread)
    assert [message.text for message in await thread.messages() if "ends" in message.text] == []
