"""One local Discord a worker, reset for each test, and a bot to play against it."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import hikari
import pytest
from hikari.impl import config

from raidbot.playground.driver import Channel, Guild, LocalDiscord, Member, Process
from tests.playground.core.tiny_bot import TinyBot


@pytest.fixture(scope="session")
def playground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    contract = os.environ.get("DISCORD_OPENAPI")
    process = Process.start(
        clock_file=tmp_path_factory.mktemp("clock") / "offset", contract=Path(contract) if contract else None
    )
    yield process
    process.stop()


@pytest.fixture
async def discord(playground: Process) -> AsyncIterator[LocalDiscord]:
    """Whatever the bot did wrong fails the test, unless the test looked at it and forgave."""
    handle = await LocalDiscord.attach(playground.port)
    await handle.reset(rate_limits=False)
    yield handle
    problems = await handle.problems()
    await handle.close()
    assert problems == []


@pytest.fixture
async def guild(discord: LocalDiscord) -> Guild:
    return await discord.add_guild("Realm")


@pytest.fixture
async def channel(guild: Guild) -> Channel:
    return await guild.add_channel("raids")


@pytest.fixture
async def kate(guild: Guild) -> Member:
    return await guild.add_member("Kate")


@pytest.fixture
async def bot(discord: LocalDiscord, guild: Guild) -> AsyncIterator[TinyBot]:
    """It fails the test with the errors of its handlers, unless the test took them out of `errors`."""
    tiny = TinyBot(discord)
    await tiny.app.start(check_for_updates=False)
    await discord.wait_ready()
    yield tiny
    if tiny.app.is_alive:
        await tiny.app.close()
    assert tiny.errors == []


@pytest.fixture
async def rest(discord: LocalDiscord) -> AsyncIterator[hikari.api.RESTClient]:
    """Give hikari's REST client without a gateway behind it."""
    app = hikari.RESTApp(url=discord.rest_url, http_settings=config.HTTPSettings(force_close_transports=False))
    await app.start()
    async with app.acquire(discord.token, hikari.TokenType.BOT) as client:
        yield client
    await app.close()
