"""A kill between any two steps of the raid log loses nothing and says nothing twice."""

from datetime import timedelta

import pytest

from raidbot.features.raid_log import queries
from raidbot.features.raid_log.panels import LogWriter
from tests.features.raid_log.conftest import Archive
from tests.kills import lost
from tests.tables import rows


async def restart(archive: Archive, away: int) -> None:
    await archive.stage.stop_bot()
    await archive.pass_time(timedelta(seconds=away))
    await archive.stage.start_bot()


@pytest.mark.parametrize("away", [0, 90], ids=["at once", "after a minute and a half"])
async def test_a_kill_after_each_step_makes_one_starter_one_thread_and_each_line_once(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, away: int
) -> None:
    stage = archive.stage
    with monkeypatch.context() as patched:
        patched.setattr(queries, "starter_posted", lost)
        await stage.open_run()
        await archive.until("SELECT posts FROM raid_log_thread", 1)
        await archive.channel.wait_for(lambda message: "Run: Snake Pit" in message.text)
        await restart(archive, away)
        assert await rows(stage.database, "SELECT starter_id FROM raid_log_thread") == [(None,)]
    with monkeypatch.context() as patched:
        patched.setattr(queries, "thread_made", lost)
        await archive.until("SELECT starter_id IS NULL FROM raid_log_thread", False)
        await archive.threads_are(1)
        await restart(archive, away)
        assert await rows(stage.database, "SELECT thread_id FROM raid_log_thread") == [(None,)]
    with monkeypatch.context() as patched:
        patched.setattr(queries, "page_showed", lost)
        (thread,) = await archive.threads()
        archive.ring()
        await thread.wait_for(lambda message: "opened the run" in message.text)
        await restart(archive, away)
        assert await rows(stage.database, "SELECT page_shown FROM raid_log_thread") == [(False,)]
    await archive.written()
    assert len(await archive.channel.messages()) == 1
    assert [thread.name for thread in await archive.threads()] == ["Snake Pit: Organizer - Orga"]
    assert len(await archive.lines()) == 2


async def test_a_kill_before_a_page_an_edit_or_the_end_is_sent_is_made_up_for(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = archive.stage
    (raider,) = await stage.add_raiders(1)
    panel, organizers = await stage.open_run()
    await archive.written()
    for presser, message, label in ((raider, panel, "Join"), (stage.organizer, organizers, "Cancel")):
        await presser.press(message, label)
        with monkeypatch.context() as patched:
            patched.setattr(LogWriter, "_show", lost)
            await archive.until("SELECT page_shown FROM raid_log_thread", False)
            await restart(archive, 0)
        await archive.until("SELECT page_shown FROM raid_log_thread", True)
    with monkeypatch.context() as patched:
        patched.setattr(queries, "settle", lost)
        await archive.starter_shows("Cancelled")
        await restart(archive, 0)
    await archive.written()
    assert [line.split()[1] for line in await archive.lines()] == ["🆕", "👥", "❌"]
    assert "**2** joined" in (await archive.lines())[1]
