"""PostgreSQL goes away in the middle of the evening."""

import asyncio
import os
import re
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psycopg
import pytest

from raidbot.kernel.database import EmbeddedPostgres, migrate
from tests.faults.auditor import Audit
from tests.faults.evening import Evening, Run
from tests.faults.replay import Scene, audited, play

HELD_S = 8.0
"""An outage that clicks outlast."""
TOO_LONG_S = 12.0
"""After so long a click is told that it did not work."""
ANSWERED_S = 3.0


@pytest.fixture
def own_scene(scene: Scene, own_postgres: EmbeddedPostgres) -> Scene:
    """Lend a place whose PostgreSQL the test may take away."""
    with psycopg.connect(own_postgres.dsn(), autocommit=True) as conn:
        conn.execute("CREATE DATABASE night")
    migrate(own_postgres.dsn("night"))
    return Scene(scene.zygote, own_postgres, "night", scene.discords, scene.folder)


@pytest.fixture
async def evening(own_scene: Scene) -> AsyncIterator[Evening]:
    """Lend an evening with a bot that may never die."""
    async with own_scene.evening() as evening:
        yield evening
        own_scene.server.start()  # where the test failed in between
        assert evening.bot.deaths == 0


@pytest.fixture
def server(own_postgres: EmbeddedPostgres) -> Iterator[EmbeddedPostgres]:
    """Lend the server; it runs again when the test is over."""
    yield own_postgres
    own_postgres.start()


def _crash(server: EmbeddedPostgres) -> None:
    """Let the server drop every connection and end without a farewell."""
    os.kill(int(Path(server.data / "postmaster.pid").read_text().split("\n")[0]), signal.SIGQUIT)


async def test_the_evening_survives_restarts_of_postgresql(server: EmbeddedPostgres, evening: Evening) -> None:
    restarts: list[asyncio.Task[None]] = []

    async def restart() -> None:
        """Restart it while the next clicks come in."""
        _crash(server)
        restarts.append(asyncio.create_task(asyncio.to_thread(server.start)))

    evening.interrupt = restart
    await play(evening)
    await asyncio.gather(*restarts)
    assert len(restarts) == 6
    assert evening.refused_for_now == []
    assert max(evening.acknowledged) < ANSWERED_S


async def test_clicks_of_an_outage_of_eight_seconds_are_held_and_completed(
    server: EmbeddedPostgres, evening: Evening
) -> None:
    first, second = await _two_runs(evening)
    town = evening.town
    joiner, leaver, chooser, key_holder, deserter = town.raiders
    answer = await evening.join(chooser, first)
    await asyncio.gather(evening.join(leaver, first), evening.join(deserter, first))
    await asyncio.to_thread(server.stop)
    away = asyncio.get_running_loop().time()
    assert second.panel is not None
    clicks = [
        await joiner.press(first.public, "Join", wait=False),
        await leaver.press(first.public, "Leave", wait=False),
        await chooser.select(answer, ["wizard"], wait=False),
        await key_holder.press(first.public, "Vial", wait=False),
        await second.organizer.press(second.panel, "Lock Join", wait=False),
    ]
    form = await first.organizer.press(first.public, "Organizer Panel", wait=False)
    await deserter.leave()
    await asyncio.sleep(HELD_S - (asyncio.get_running_loop().time() - away))  # the outage itself
    await asyncio.to_thread(server.start)
    await asyncio.gather(*(click.wait(evening.patience) for click in [*clicks, form]))
    assert all(click.acknowledged_after is not None and click.acknowledged_after < ANSWERED_S for click in clicks)
    confirmed = ["You're in for", "You left the run", "You're in as", "is noted"]
    assert all(re.search(text, click.text) for text, click in zip(confirmed, clicks, strict=False)), clicks
    await second.panel.wait_for(lambda panel: "joining locked" in panel.text, evening.patience)
    assert "Organizer Panel: " in form.text
    await evening.see(lambda message: "3 raiders joined" in message.text)  # Olga, who joined, who chose
    await audited(evening)
    rows = await Audit(evening).query("SELECT user_id, class FROM run_raider JOIN run ON id = run_id WHERE joined")
    members = {(first.organizer.id, None), (second.organizer.id, None), (joiner.id, None), (chooser.id, "wizard")}
    assert set(rows) == members


async def test_clicks_of_a_longer_outage_are_told_so_without_a_cause(
    server: EmbeddedPostgres, evening: Evening
) -> None:
    first, _ = await _two_runs(evening)
    raider = evening.town.raiders[0]
    assert first.panel is not None
    await asyncio.to_thread(server.stop)
    joined = await raider.press(first.public, "Join", wait=False)
    locked = await first.organizer.press(first.panel, "Lock Join", wait=False)
    asked = await first.organizer.press(first.panel, "Set Party/Location", wait=False)
    typed = await evening.town.organizers[1].command(evening.town.raids, "run", dungeon="NEST", wait=False)
    clicks = [joined, locked, asked, typed]
    await asyncio.gather(*(click.wait(evening.patience) for click in clicks))
    assert all(click.acknowledged_after is not None and click.acknowledged_after < ANSWERED_S for click in clicks)
    for click in (joined, locked, typed):
        assert "I can't reach my notes right now" in click.text, click
        assert click.completed_after is not None
        assert click.completed_after >= TOO_LONG_S - 1
    assert asked.modal is None
    assert "try again" in asked.text
    assert not re.search(r"(?i)postgres|psycopg|connection|timeout|database", "".join(click.text for click in clicks))
    await asyncio.to_thread(server.start)
    await evening.join(raider, first)
    await evening.press(first, "Lock Join", lambda panel: "joining locked" in panel.text)
    await evening.see(lambda message: "2 raiders joined" in message.text)
    await audited(evening)


async def _two_runs(evening: Evening) -> tuple[Run, Run]:
    olga, otto = evening.town.organizers
    return await asyncio.gather(evening.open_run(olga, "THE_VOID", "Void"), evening.open_run(otto, "NEST", "Nest"))
