"""One life of the local Discord, from a reset to the next: the world and those who act on it."""

import secrets
from collections.abc import Iterable
from typing import Any, Protocol

from raidbot.playground import payloads
from raidbot.playground.deeds import Audience, Deeds
from raidbot.playground.gateway import Intent
from raidbot.playground.interactions import Interactions, Observer
from raidbot.playground.messages import Desk
from raidbot.playground.snowflakes import Snowflakes, WorldClock
from raidbot.playground.world import World


class Spectators(Audience, Observer, Protocol):
    """Whoever watches the world: the bot's gateway and the driver."""


class Realm:
    def __init__(self, token: str, clock: WorldClock, ids: Snowflakes, base_url: str, spectators: Spectators) -> None:
        self.base_url = base_url
        self.spectators = spectators
        self.world = World(token, clock, ids)
        self.links = payloads.Links(base_url, secrets.token_bytes(16))
        self.deeds = Deeds(self.world, spectators, self.links)
        self.desk = Desk(self.world, self.deeds, self.links)
        self.interactions = Interactions(self.world, self.deeds, self.desk, spectators)


class RealmSource:
    """What the gateway asks of the present realm."""

    def __init__(self, realm: Realm) -> None:
        self.realm = realm

    def authenticate(self, token: str) -> bool:
        """Tell whether the token is the application's."""
        return token == self.realm.world.application.token

    def bot_user(self) -> dict[str, Any]:
        """Give the bot's own user."""
        return payloads.own_user(self.realm.world.application)

    def application(self) -> dict[str, Any]:
        """Give what READY tells of the application."""
        whole = payloads.application(self.realm.world.application, len(self.realm.world.guilds))
        return {"id": whole["id"], "flags": whole["flags"]}

    def guild_ids(self) -> list[int]:
        """Give the guilds of the bot."""
        return list(self.realm.world.guilds)

    def guild_create(self, guild_id: int) -> dict[str, Any]:
        """Give a guild as GUILD_CREATE shows it."""
        return payloads.guild_create(self.realm.world.guilds[guild_id], self.realm.world.bot.id)

    def members(self, guild_id: int) -> Iterable[dict[str, Any]]:
        """Give every member of a guild."""
        return map(payloads.member, self.realm.world.guilds[guild_id].members.values())

    def member(self, guild_id: int, user_id: int) -> dict[str, Any] | None:
        """Give one member, or None."""
        found = self.realm.world.guilds[guild_id].members.get(user_id)
        return None if found is None else payloads.member(found)

    def has_privileged(self, intent: Intent) -> bool:
        """Tell whether a privileged intent is switched on."""
        return not self.realm.world.application.refused_intents & intent
