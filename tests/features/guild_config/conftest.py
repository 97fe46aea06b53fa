"""The whole bot against the local Discord, in a guild that nobody has configured."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

import pytest
from pydantic import SecretStr

from raidbot.app import App
from raidbot.kernel.settings import Settings
from raidbot.playground.driver import Channel, Guild, LocalDiscord, Member, Permission
from tests.stage import as_url


class Launch(Protocol):
    def __call__(self) -> AbstractAsyncContextManager[App]:
        """Run the bot on the test's database for as long as the block lasts."""


@pytest.fixture
async def guild(discord: LocalDiscord) -> Guild:
    return await discord.add_guild("Realm")


@pytest.fixture
async def lobby(guild: Guild) -> Channel:
    return await guild.add_channel("lobby")


@pytest.fixture
async def admin(guild: Guild) -> Member:
    return await guild.add_member("Ada", roles=[await guild.add_role("Admins", permissions=Permission.ADMINISTRATOR)])


@pytest.fixture
def launch(discord: LocalDiscord, guild: Guild, database_url: str) -> Launch:
    settings = Settings(
        discord_token=SecretStr(discord.token),
        discord_api_url=discord.rest_url,
        database_url=as_url(database_url),
        guild_ids=(guild.id,),
    )

    @asynccontextmanager
    async def run() -> AsyncIterator[App]:
        bot = App(settings)
        await bot.start()
        try:
            await discord.wait_ready()
            yield bot
        finally:
            await bot.stop()

    return run


@pytest.fixture
async def bot(launch: Launch) -> AsyncIterator[App]:
    async with launch() as bot:
        yield bot
