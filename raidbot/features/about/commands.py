"""The slash commands about the bot itself."""

from dataclasses import dataclass
from datetime import datetime
from time import perf_counter

import hikari
import lightbulb

from raidbot.features.about import models as m
from raidbot.features.about import views
from raidbot.kernel.discord.answers import Answer, Bucket, Policy, Result
from raidbot.kernel.discord.commands import autocomplete, invoke
from raidbot.kernel.discord.guide import Guide
from raidbot.kernel.discord.request import Request
from raidbot.kernel.guilds import GuildStore


@dataclass(frozen=True, slots=True)
class Life:
    """This life of the bot."""

    bot: hikari.GatewayBot
    started_at: datetime


@autocomplete
async def complete_command(text: str, guild_id: int, guide: Guide, guilds: GuildStore) -> list[tuple[str, str]]:
    """Offer the commands that the guild has."""
    return views.names(guide.commands(guilds.cached(guild_id)), text)


class Help(lightbulb.SlashCommand, name="help", description="See what commands there are, and how one is used"):
    """`/help`: all commands of the server, or one."""

    command = lightbulb.string("command", "Which one", default=None, max_length=50, autocomplete=complete_command)

    @invoke(Policy(m.HELP, Answer.PRIVATE, Bucket.INFO, quick=True))
    async def invoke(self, request: Request, guide: Guide) -> Result:
        """List the commands, or explain one."""
        found = guide.commands(request.settings)
        if not self.command:
            return views.commands(found)
        name = self.command.strip().removeprefix("/").casefold()
        for one in found:
            if one.name == name:
                return views.command(one, request.settings)
        raise m.NoSuchCommandError(self.command)


class Ping(lightbulb.SlashCommand, name="ping", description="See how fast the bot answers"):
    """`/ping`: the gateway's heartbeat, and one request there and back."""

    @invoke(Policy(m.PING, Answer.PRIVATE, Bucket.INFO))
    async def invoke(self, request: Request, life: Life) -> Result:  # noqa: ARG002 - every handler takes the request
        """Measure."""
        began = perf_counter()
        await life.bot.rest.fetch_my_user()
        return views.ping(life.bot.heartbeat_latency * 1000, (perf_counter() - began) * 1000)


class About(lightbulb.SlashCommand, name="about", description="See what this bot is"):
    """`/about`: version, age, modules, libraries."""

    @invoke(Policy(m.ABOUT, Answer.PRIVATE, Bucket.INFO, quick=True))
    async def invoke(self, request: Request, life: Life) -> Result:
        """Introduce the bot."""
        return views.about(request.settings, life.started_at)
