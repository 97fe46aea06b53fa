"""What the product declares, taken from a bot that really started."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import hikari
import lightbulb
import pytest
from pydantic import SecretStr

from raidbot.app import App
from raidbot.features.dungeons.api import Catalogue
from raidbot.kernel.database import EmbeddedPostgres
from raidbot.kernel.discord.feature import Feature, Kit
from raidbot.kernel.settings import Settings
from raidbot.playground.driver import LocalDiscord, Process
from raidbot.playground.process import DEFAULT_TOKEN
from tests.stage import as_url


@dataclass(frozen=True)
class Declared:
    """Everything that `app.py` lists."""

    features: Sequence[Feature]
    builders: Sequence[hikari.api.CommandBuilder]
    """The commands as they are registered."""

    @property
    def commands(self) -> list[type[lightbulb.SlashCommand]]:
        return [command for feature in self.features for command in feature.commands]


class _Noted(App):
    """The bot, which notes its features."""

    features: Sequence[Feature] = ()

    async def _furnish(self, kit: Kit, features: Sequence[Feature], dungeons: Catalogue) -> None:
        self.features = features
        await super()._furnish(kit, features, dungeons)


async def _start_and_look(settings: Settings, port: int) -> Declared:
    discord = await LocalDiscord.attach(port)
    await discord.reset()
    bot = _Noted(settings)
    try:
        await bot.start()
        builders = [
            await command.as_command_builder(hikari.Locale.EN_US, lightbulb.DictLocalizationProvider({}))
            for feature in bot.features
            for command in feature.commands
        ]
        return Declared(bot.features, builders)
    finally:
        await bot.stop()
        await discord.close()


@pytest.fixture(scope="session")
def declared(discord_process: Process, postgres: EmbeddedPostgres, template: str) -> Declared:
    """Lend what the product declares: the bot starts once, in no guild, and writes nothing."""
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]
        discord_token=SecretStr(DEFAULT_TOKEN),
        discord_api_url=f"http://127.0.0.1:{discord_process.port}/api/v10",
        database_url=as_url(postgres.dsn(template)),
        environment="development",
    )
    return asyncio.run(_start_and_look(settings, discord_process.port))
