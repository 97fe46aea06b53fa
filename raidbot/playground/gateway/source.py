"""What the gateway asks of the world behind it."""

from collections.abc import Iterable
from typing import Any, Protocol

from raidbot.playground.gateway.intents import Intent


class GatewaySource(Protocol):
    """The world as the gateway sees it; every payload is JSON as Discord sends it."""

    def authenticate(self, token: str) -> bool:
        """Tell whether the token (without a "Bot " prefix) is the application's."""

    def bot_user(self) -> dict[str, Any]:
        """Return the bot's own user for READY (with `mfa_enabled` and `flags`)."""

    def application(self) -> dict[str, Any]:
        """Return the partial application for READY: `id` and `flags`."""

    def guild_ids(self) -> list[int]:
        """Return the guilds that the bot is in."""

    def guild_create(self, guild_id: int) -> dict[str, Any]:
        """Return a GUILD_CREATE payload, with `unavailable` false and at least the bot among the members."""

    def members(self, guild_id: int) -> Iterable[dict[str, Any]]:
        """Return every member of a guild that the bot is in."""

    def member(self, guild_id: int, user_id: int) -> dict[str, Any] | None:
        """Return one member, or None."""

    def has_privileged(self, intent: Intent) -> bool:
        """Tell whether one privileged intent is switched on for the application."""
