"""What every group of verbs stands on."""

from typing import TYPE_CHECKING, Any

from raidbot.playground.client import ClientError
from raidbot.playground.world import Member, Message, World

if TYPE_CHECKING:
    from raidbot.playground.realm import Realm
    from raidbot.playground.server import Server

JSON = dict[str, Any]


class Verbs:
    """The server that the driver's verbs act on."""

    def __init__(self, server: "Server") -> None:
        self._server = server

    @property
    def _realm(self) -> "Realm":
        return self._server.realm

    @property
    def _world(self) -> World:
        return self._server.realm.world

    def _member(self, guild_id: int, user_id: int) -> Member:
        guild = self._world.left.get(guild_id) or self._world.guild(guild_id)  # members come and go without the bot too
        return self._world.member(guild, user_id)

    def _message(self, message_id: int) -> Message:
        message = self._world.messages.get(message_id)
        if message is None:
            raise ClientError("that message is not there (any more)")
        return message
