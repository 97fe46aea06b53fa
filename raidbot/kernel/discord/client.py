"""hikari, set up for this bot."""

import asyncio
from collections.abc import Mapping
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
_UNREAD: Final[Mapping[str, Any]] = {"embeds": [], "components": [], "attachments": [], "mentions": []}
HTTP_S: Final = 10.0
CONNECTIONS: Final = 100
"""More would be opened in a storm, and cost more than they bring: a hundred carry 1,000 requests/s at 100 ms each."""
LONGEST_WAIT_S: Final = 20.0
"""A rate limit longer than this is an error to whoever asked, who tries again later."""


class _Entities(hikari.impl.EntityFactoryImpl):
    """Reads of a pressed message only whose and where it is: panels are drawn from rows, never from the message."""

    def deserialize_component_interaction(self, payload: Any) -> hikari.ComponentInteraction:
        """Read the press of a button or a choice in a select."""
        pressed = {**payload["message"], **_UNREAD}
        return super().deserialize_component_interaction({**payload, "message": pressed})


class _Bot(hikari.GatewayBot):
    """A gateway bot with the entity factory above."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self._entities = _Entities(self)

    @property
    def entity_factory(self) -> hikari.api.EntityFactory:
        return self._entities


def build(settings: Settings, kind: type[hikari.GatewayBot] = _Bot) -> hikari.GatewayBot:
    """Build the gateway bot; another `kind` is what the benchmark compares it with.

    Members other than the bot are not cached: interactions carry theirs. hikari's own retries are off, because its
    pauses of seconds miss Discord's deadline for a first answer; whoever owes a request tries again.
    """
    return kind(
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
