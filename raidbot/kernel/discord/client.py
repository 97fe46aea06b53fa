"""hikari, set up for this bot."""

import asyncio
from typing import Any, Final

import hikari
from hikari.impl import config
from loguru import logger

from raidbot.kernel.errors import incident_id
from raidbot.kernel.settings import Settings

INTENTS: Final = (
    hikari.Intents.GUILDS
    | hikari.Intents.GUILD_MEMBERS
    | hikari.Intents.GUILD_MODERATION
    | hikari.Intents.GUILD_MESSAGES
    | hikari.Intents.GUILD_EMOJIS
)
"""What the bot listens to: members leaving and roles changing, bans, deleted panels, the guild's emojis."""
CACHED: Final = (
    config.CacheComponents.GUILDS
    | config.CacheComponents.ROLES
    | config.CacheComponents.GUILD_CHANNELS
    | config.CacheComponents.EMOJIS
    | config.CacheComponents.MEMBERS
    | config.CacheComponents.ME
)
HTTP_S: Final = 10.0
CONNECTIONS: Final = 100
"""More would be opened in a storm, and cost more than they bring: a hundred carry 1,000 requests/s at 100 ms each."""
LONGEST_WAIT_S: Final = 20.0
"""A rate limit longer than this is an error to whoever asked, who tries again later."""


def build(settings: Settings) -> hikari.GatewayBot:
    """Build the gateway bot.

    Members other than the bot are not cached: interactions carry theirs. hikari's own retries are off, because its
    pauses of seconds miss Discord's deadline for a first answer; whoever owes a request tries again.
    """
    return hikari.GatewayBot(
        settings.discord_token.get_secret_value(),
        rest_url=settings.discord_api_url,
        intents=INTENTS,
        banner=None,
        logs=None,
        suppress_optimization_warning=True,
        auto_chunk_members=False,
        cache_settings=config.CacheSettings(components=CACHED, only_my_member=True),
        http_settings=config.HTTPSettings(
            force_close_transports=False,
            connection_limit=CONNECTIONS,
            timeouts=config.HTTPTimeoutSettings(total=HTTP_S),
        ),
        max_rate_limit=LONGEST_WAIT_S,
        max_retries=0,
    )


def log_loop_errors(loop: asyncio.AbstractEventLoop) -> None:
    """Have errors that reach the event loop logged without their payload: hikari's carries interaction tokens."""

    def handle(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        logger.opt(exception=error).error(
            "incident {}: unhandled in {}", incident_id(), context.get("task") or context.get("future") or "the loop"
        )

    loop.set_exception_handler(handle)
