"""A kill at any moment: what was pressed is carried out after the restart, once."""

import asyncio

import pytest

from raidbot.kernel.discord import role_queue
from raidbot.kernel.owed.queries import effects as effect_queries
from raidbot.kernel.owed.queries import roles as role_queries
from tests.features.role_pings.conftest import Board
from tests.kills import lost
from tests.tables import rows


@pytest.fixture
async def killable(board: Board, monkeypatch: pytest.MonkeyPatch) -> Board:
    """Lend the running bot with a mapped role."""
    monkeypatch.setattr(role_queue, "LOOK_EVERY_S", 0.2)
    await board.map("THE_VOID", "SHATTERS")
    await board.stage.start_bot()
    return board


async def test_a_kill_after_the_answer_and_before_the_role_gives_it_after_the_restart(killable: Board) -> None:
    stage = killable.stage
    panel = await killable.post()
    (kate,) = await stage.add_raiders(1)
    await stage.discord.fault("drop_before", method="PUT")
    reply = await kate.press(panel, "Void")
    assert "From now on" in reply.text
    await stage.stop_bot()
    assert killable.roles["THE_VOID"].id not in await kate.roles()
    await stage.discord.clear_faults()
    await stage.start_bot()
    assert await killable.holds(kate, [killable.roles["THE_VOID"]])
    reply = await kate.press(panel, "Void")
    assert "No more pings" in reply.text
    assert await killable.holds(kate, [])


async def test_a_kill_between_the_role_and_its_row_ends_in_the_same_choice(
    killable: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = killable.stage
    void = killable.roles["THE_VOID"]
    panel = await killable.post()
    (kate,) = await stage.add_raiders(1)
    with monkeypatch.context() as patched:
        patched.setattr(role_queries, "role_given", lost)
        await kate.press(panel, "Void")
        async with asyncio.timeout(5):
            while void.id not in await kate.roles():  # noqa: ASYNC110 - nothing announces it
                await asyncio.sleep(0.02)
        await stage.stop_bot()
    assert await killable.owed() == [(void.id, True, None)]
    await stage.start_bot()
    reply = await kate.press(panel, "None")
    assert "No more pings for **Void**." in reply.text
    assert await killable.holds(kate, [])


async def test_a_kill_before_the_old_panel_went_leaves_one_panel_after_the_restart(
    killable: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = killable.stage
    first = await killable.post()
    with monkeypatch.context() as patched:
        patched.setattr(effect_queries, "effects_due", lost)
        second = await killable.post()
        await stage.stop_bot()
    assert {message.id for message in await killable.channel.messages()} == {first.id, second.id}
    await stage.start_bot()
    await killable.channel.wait_without(first)
    assert [message.id for message in await killable.channel.messages()] == [second.id]
    await stage.effects_settle()
    assert await rows(stage.database, "SELECT message_id FROM panel") == [(second.id,)]
    (kate,) = await stage.add_raiders(1)
    assert "From now on" in (await kate.press(second, "Shatters")).text
