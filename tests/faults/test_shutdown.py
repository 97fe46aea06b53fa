"""The bot is asked to stop, and two bots want one database."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

import pytest

from raidbot.playground.driver import LocalDiscord, Reply
from tests.faults.auditor import Audit
from tests.faults.replay import Scene, audited

CROWD: Final = 60
DRAINED_S: Final = 12.0
"""Ten seconds for the running work, and a moment for the rest."""
STARTED_S: Final = 60.0
_ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("answers", [1, CROWD // 3])
async def test_a_bot_that_is_asked_to_stop_amid_clicks_finishes_what_it_confirmed(scene: Scene, answers: int) -> None:
    """`answers`: so many clicks were answered when the signal came; the others are on their way."""
    async with scene.evening() as evening:
        evening.excused.add("had no answer in 3 s")
        olga, bot = evening.town.organizers[0], evening.bot
        run = await evening.open_run(olga, "THE_VOID", "Void")
        verified = next(role for role in evening.town.own_roles if role.name == "Verified Raider")
        crowd = await evening.town.guild.add_members(CROWD, prefix="crowd", roles=[verified])
        clicks = await asyncio.gather(*(one.press(run.public, "Join", wait=False) for one in crowd))
        waiting = {asyncio.create_task(click.wait(evening.patience)) for click in clicks}
        while sum(task.done() for task in waiting) < answers:
            await asyncio.wait({task for task in waiting if not task.done()}, return_when=asyncio.FIRST_COMPLETED)
        async with asyncio.timeout(DRAINED_S):
            assert await bot.terminate() == 0
        await asyncio.gather(*waiting)
        assert [click for click in clicks if click.acknowledged_after is not None and _unfinished(click)] == []
        confirmed = {click.member.id for click in clicks if "You're in for" in click.text}
        assert len(confirmed) >= answers
        rows = await Audit(evening).query("SELECT user_id FROM run_raider WHERE joined")
        assert confirmed == {user_id for (user_id,) in rows} - {olga.id}
        assert bot.errors() == []


async def test_what_a_bot_that_was_asked_to_stop_still_owed_is_done_by_the_next(scene: Scene) -> None:
    async with scene.evening() as evening:
        olga = evening.town.organizers[0]
        run = await evening.open_run(olga, "THE_VOID", "Void", party="3", location="USW")
        await asyncio.gather(*(evening.join(raider, run) for raider in evening.town.raiders))
        await evening.press(run, "Start", lambda panel: panel.buttons[0].label == "End Run")
        assert await evening.bot.terminate() == 0
        await evening.bot.start()
        await evening.bot.ready()
        await audited(evening)


@contextmanager
def _raidbot(folder: Path, environment: dict[str, str], log: str) -> Iterator["subprocess.Popen[bytes]"]:
    with (folder / log).open("wb") as out:
        child = subprocess.Popen(
            [sys.executable, "-m", "raidbot", "run"], cwd=folder, env=environment, stdout=out, stderr=out
        )
    try:
        yield child
    finally:
        if child.poll() is None:
            child.kill()
        child.wait()


async def test_a_second_bot_on_one_embedded_database_is_refused_and_a_killed_one_is_succeeded(
    scene: Scene, server_root: Path
) -> None:
    discord = await LocalDiscord.attach(scene.discords[0].port)
    await discord.reset()
    await discord.add_guild("Fungal Friends")
    folder = server_root.parent
    environment = {
        "PATH": os.defpath,
        "PYTHONPATH": str(_ROOT),
        "DISCORD_TOKEN": discord.token,
        "DISCORD_API_URL": discord.rest_url,
        "DATA_DIR": str(server_root),
        "ENVIRONMENT": "development",
    }
    with ExitStack() as stack:
        first = stack.enter_context(_raidbot(folder, environment, "first.log"))
        await discord.wait_ready(STARTED_S)
        second = stack.enter_context(_raidbot(folder, environment, "second.log"))
        assert await asyncio.to_thread(second.wait, STARTED_S) == 2
        assert "another bot is running on the database" in (folder / "second.log").read_text()
        assert first.poll() is None
        first.kill()
        first.wait()
        third = stack.enter_context(_raidbot(folder, environment, "third.log"))
        async with asyncio.timeout(STARTED_S):
            while "raidbot is up" not in (folder / "third.log").read_text():
                assert third.poll() is None, (folder / "third.log").read_text()
                await asyncio.sleep(0.05)
        third.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(third.wait, STARTED_S) == 0
        assert not (server_root / "postgres" / "data" / "postmaster.pid").exists()
    await discord.close()


def _unfinished(click: Reply) -> bool:
    return click.completed_after is None
