"""A kill between any two steps of a conversion leaves nothing half done and nothing doubled."""

import asyncio

import hikari
import pytest

from raidbot.features.dungeons.api import catalogue
from raidbot.features.headcounts.models import Draft, Press
from raidbot.features.headcounts.service import HeadcountService
from raidbot.features.raids.api import RunOpenings
from raidbot.kernel.discord.easel import easel
from raidbot.kernel.events import Events
from raidbot.kernel.owed import Owed
from raidbot.kernel.owed.queries import effects, panels
from raidbot.playground.driver import Member, Message, Reply
from tests.features.headcounts.conftest import Evening
from tests.kills import lost
from tests.tables import rows

MESSAGES, MESSAGE = "/channels/{channel_id}/messages", "/channels/{channel_id}/messages/{message_id}"
RETIRING = "SELECT attempts FROM owed_effect WHERE kind = 'headcounts.retire'"


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait but a moment for a message that will not be posted."""
    monkeypatch.setattr(easel, "POSTED_WITHIN_S", 0.3)


async def ready(evening: Evening) -> tuple[Message, Reply]:
    """Open a headcount that can become a run."""
    panel, reply = await evening.open("Snake Pit")
    await evening.raiders[0].press(panel, "Snake Pit")
    await reply.wait_for(lambda message: "Snake Pit (1)" in message.text)
    return panel, reply


async def one_run_stands(evening: Evening, headcount: Message) -> None:
    """Wait until the run's panel is all that stands, and see that the headcount went once, after it."""
    stage = evening.stage
    run = await stage.panel_shows("Starting Soon: Snake Pit")
    await stage.raids.wait_without(headcount)
    await stage.roles_settle()
    await stage.panels_settle()
    assert [message.id for message in await stage.raids.messages()] == [run.id]
    public = "SELECT kind, message_id FROM panel WHERE token IS NULL"
    assert await rows(stage.database, public) == [("raids.public", run.id)]
    assert await rows(stage.database, "SELECT count(*) FROM run") == [(1,)]
    steps = [
        "remove" if one.method == "DELETE" else one.body["embeds"][0]["title"]
        for one in await stage.discord.requests()
        if (one.method, one.route) in {("POST", MESSAGES), ("DELETE", MESSAGE)} and one.status in {200, 204}
    ]
    assert steps.index("⏳ Starting Soon: Snake Pit") < steps.index("remove")
    assert steps.count("remove") == 1


async def test_what_was_committed_before_a_kill_is_posted_after_it_and_what_was_over_never(evening: Evening) -> None:
    stage = evening.stage
    await stage.stop_bot()
    parts = (stage.database, Owed(stage.clock), Events(), stage.clock)
    service = HeadcountService(*parts, openings=RunOpenings(*parts), catalogue=catalogue())

    async def open_for(member: Member, menu: int, dungeon: str) -> int:
        draft = Draft(member.id, stage.guild.id, member.id, stage.raids.id, ())
        press = Press(member.id, stage.guild.id, member.id)
        await service.begin(draft)
        await service.choose(press, member.id, menu, [dungeon])
        return (await service.open_headcount(press, member.id, member.name)).headcount.id

    await open_for(evening.organizer, 2, "SNAKE_PIT")
    converted = await open_for(evening.other, 2, "WOODLAND_LABYRINTH")
    press = Press(1, stage.guild.id, evening.other.id)
    await service.convert(press, converted, "WOODLAND_LABYRINTH", run_roles=False)
    await stage.start_bot()
    await stage.panel_shows("🎯 Headcount: Snake Pit")
    await stage.panel_shows("Starting Soon: Woodland Labyrinth")
    await stage.effects_settle()
    await stage.panels_settle()
    assert len(await stage.raids.messages()) == 2
    assert await rows(stage.database, "SELECT count(*) FROM panel") == [(2,)]


async def test_a_kill_before_the_runs_panel_keeps_the_headcount_until_that_stands(
    evening: Evening, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = evening.stage
    panel, reply = await ready(evening)
    with monkeypatch.context() as patched:
        patched.setattr(panels, "panel_posting", lost)
        await evening.organizer.press(reply, "Convert to Run")
        async with asyncio.timeout(5):
            while (await rows(stage.database, RETIRING))[0][0] == 0:  # noqa: ASYNC110 - nothing announces it
                await asyncio.sleep(0.03)
        await stage.panel_shows("✅ Headcount converted: Snake Pit")
        await stage.stop_bot()
    assert [message.id for message in await stage.raids.messages()] == [panel.id]
    await stage.start_bot()
    await one_run_stands(evening, panel)


async def test_a_kill_between_the_runs_panel_and_the_removal_removes_after_the_restart(
    evening: Evening, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = evening.stage
    panel, reply = await ready(evening)
    with monkeypatch.context() as patched:
        patched.setattr(hikari.impl.RESTClientImpl, "delete_message", lost)
        await evening.organizer.press(reply, "Convert to Run")
        await stage.panel_shows("Starting Soon: Snake Pit")
        await stage.stop_bot()
    assert len(await stage.raids.messages()) == 2
    await stage.start_bot()
    await one_run_stands(evening, panel)


async def test_a_kill_between_the_removal_and_its_row_is_no_second_removal(
    evening: Evening, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = evening.stage
    panel, reply = await ready(evening)
    with monkeypatch.context() as patched:
        patched.setattr(effects, "effect_done", lost)
        await evening.organizer.press(reply, "Convert to Run")
        await stage.raids.wait_without(panel)
        await stage.stop_bot()
    assert await rows(stage.database, RETIRING) == [(0,)]
    await stage.start_bot()
    await one_run_stands(evening, panel)


async def test_a_kill_while_both_panels_are_posted_leaves_the_runs(
    evening: Evening, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = evening.stage
    with monkeypatch.context() as patched:
        patched.setattr(panels, "panel_posted", lost)
        panel, reply = await ready(evening)
        await evening.organizer.press(reply, "Convert to Run")
        await stage.panel_shows("Starting Soon: Snake Pit")
        await stage.stop_bot()
    assert await rows(stage.database, "SELECT message_id FROM panel WHERE token IS NULL") == [(None,), (None,)]
    await stage.start_bot()
    await one_run_stands(evening, panel)
