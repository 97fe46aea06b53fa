"""What one member sees of a guild, as Discord's client shows it: told whole at first, then as it changes."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, Any

import orjson
from aiohttp import web

from raidbot.playground import payloads
from raidbot.playground.client import Client
from raidbot.playground.interactions import KIND_AUTOCOMPLETE, Interaction
from raidbot.playground.permissions import Permission
from raidbot.playground.refusals import RefusedError
from raidbot.playground.world import (
    MESSAGE_TYPES,
    TYPE_DM,
    TYPE_PRIVATE_THREAD,
    Channel,
    Guild,
    Member,
    Message,
    User,
    World,
)

if TYPE_CHECKING:
    from raidbot.playground.server import Server

JSON = dict[str, Any]

SHOWN_MESSAGES = 60
"""Of each channel, the newest; and as many of the member's ephemeral ones."""
SHOWN_INTERACTIONS = 30
LOOKS_A_SECOND = 5
"""How often channels, roles, members and commands are compared with what was told; messages are told at once."""
DIRECT = "dm"
"""Stands for the id of the member's direct messages with the bot, which need not exist yet."""


async def handle(server: "Server", request: web.Request) -> web.WebSocketResponse:
    """Show a guild to one of its members (query: guild_id, user_id) until the onlooker goes."""
    socket = web.WebSocketResponse(compress=False)
    await socket.prepare(request)
    try:
        world = server.realm.world
        sight = Sight(server, world.guild(int(request.query["guild_id"])), world.user(int(request.query["user_id"])))
    except (RefusedError, KeyError, ValueError):
        await socket.close(code=4004, message=b"there is no such guild or member")
        return socket
    tasks = [asyncio.create_task(sight.look()), asyncio.create_task(sight.tell(socket))]
    server.stream.onlookers.add(sight)
    try:
        async for _ in socket:
            pass
    finally:
        server.stream.onlookers.discard(sight)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return socket


class Sight:
    """Follows the stream for one member."""

    def __init__(self, server: "Server", guild: Guild, user: User) -> None:
        self._server = server
        self._guild = guild
        self._user = user
        self._told: dict[str, bytes] = {}
        """What was told last of the surroundings, by key."""
        self._channels: frozenset[int] = frozenset()
        self._members_changed = True
        self._queue: asyncio.Queue[bytes] = asyncio.Queue()

    @property
    def _world(self) -> World:
        return self._server.realm.world

    # -- telling

    async def tell(self, socket: web.WebSocketResponse) -> None:
        """Send what there is to tell."""
        with suppress(ConnectionError):
            while True:
                await socket.send_str((await self._queue.get()).decode())

    async def look(self) -> None:
        """Tell the whole view, then what changes around the messages; all anew when channels come into sight or go."""
        while True:
            seen = frozenset(channel.id for channel in self._visible())
            if not self._told or seen != self._channels:
                self._channels = seen
                self._told.clear()
                self._members_changed = True
                self._push("view", self._surroundings() | self._contents())
            elif changed := self._surroundings():
                self._push("scene", changed)
            await asyncio.sleep(1 / LOOKS_A_SECOND)

    def dispatched(self, event: str) -> None:
        """Take note of a gateway event."""
        self._members_changed |= event.startswith("GUILD_MEMBER")

    def message_changed(self, message: Message) -> None:
        """Tell of a message that came, changed or went."""
        if self._told and self._reads(message):
            self._push("message", self._message(message))

    def interaction_changed(self, interaction: Interaction) -> None:
        """Tell of an interaction of this member."""
        if self._told and interaction.user is self._user:
            self._push("interaction", interaction_view(interaction))

    def _push(self, event: str, content: JSON) -> None:
        self._queue.put_nowait(orjson.dumps({"event": event, event: content}))

    # -- the view

    def _surroundings(self) -> JSON:
        """Give what differs from what was told last."""
        guild, me = self._guild, self._guild.members.get(self._user.id)
        now: JSON = {
            "me": {
                "id": str(self._user.id),
                "name": self._user.name,
                "here": me is not None,
                "owner": guild.owner_id == self._user.id,
            },
            "guild": {"id": str(guild.id), "name": guild.name},
            "online": self._server.gateway.complete,
            "channels": [self._channel(one, me) for one in self._visible() if one.guild] + [self._direct()],
            "roles": [payloads.role(one) for one in guild.roles.values()],
            "commands": [] if me is None else Client(self._server.realm).offered(me),
        }
        if self._members_changed:
            self._members_changed = False
            now["members"] = [
                {
                    "id": str(one.user.id),
                    "name": one.nick or one.user.name,
                    "bot": one.user.bot,
                    "roles": [str(role_id) for role_id in one.roles],
                }
                for one in guild.members.values()
            ]
        changed = {}
        for key, value in now.items():
            encoded = orjson.dumps(value)
            if self._told.get(key) != encoded:
                self._told[key] = encoded
                changed[key] = value
        return changed

    def _contents(self) -> JSON:
        """Give the messages and this member's interactions, oldest first."""
        interactions = self._server.realm.interactions
        messages = [message for channel in self._visible() for message in _newest(channel)]
        mine = (one for one in reversed(self._world.messages.values()) if one.visible_to == self._user.id)
        messages += [one for one in islice(mine, SHOWN_MESSAGES) if self._reads(one)]
        messages.sort(key=lambda message: message.id)
        begun = islice((one for one in interactions.newest() if one.user is self._user), SHOWN_INTERACTIONS)
        return {
            "messages": [self._message(one) for one in messages if not one.dismissed],
            "interactions": [interaction_view(one) for one in begun if one.kind != KIND_AUTOCOMPLETE][::-1],
        }

    # -- what is in sight

    def _visible(self) -> Iterator[Channel]:
        for channel in (*self._guild.channels.values(), *self._guild.threads.values()):
            if self._sees(channel):
                yield channel
        if self._user.dm is not None:
            yield self._user.dm

    def _sees(self, channel: Channel) -> bool:
        if channel.guild is None:
            return channel.recipient is self._user
        me = channel.guild.members.get(self._user.id)
        if channel.guild is not self._guild or me is None or channel.id not in self._world.channels:
            return False
        held = self._world.channel_permissions(me, channel)
        if channel.type == TYPE_PRIVATE_THREAD and self._user.id not in channel.thread_members:
            return bool(held & Permission.MANAGE_THREADS)
        return bool(held & Permission.VIEW_CHANNEL)

    def _reads(self, message: Message) -> bool:
        # A deleted channel takes its messages along: the view is told anew then.
        return message.visible_to in {None, self._user.id} and self._sees(message.channel)

    def _direct(self) -> JSON:
        return {"id": DIRECT, "type": TYPE_DM, "name": self._world.bot.name, "parent": None, "writable": True}

    def _channel(self, channel: Channel, me: Member | None) -> JSON:
        held = 0 if me is None else self._world.channel_permissions(me, channel)
        needed = Permission.SEND_MESSAGES_IN_THREADS if channel.thread else Permission.SEND_MESSAGES
        return {
            "id": str(channel.id),
            "type": channel.type,
            "name": channel.name,
            "parent": None if channel.parent is None else str(channel.parent.id),
            "position": channel.position,
            "topic": channel.topic,
            "archived": channel.archived,
            "writable": bool(held & needed) and channel.type in MESSAGE_TYPES,
        }

    def _message(self, message: Message) -> JSON:
        me = self._guild.members.get(self._user.id)
        pinged = message.pinged
        return {
            "id": str(message.id),
            "channel": DIRECT if message.channel.guild is None else str(message.channel.id),
            "gone": message.deleted or message.dismissed,
            "private": message.visible_to is not None,
            "pings": pinged.everyone
            or self._user.id in pinged.users
            or (me is not None and not pinged.roles.isdisjoint(me.roles)),
            "payload": message.payload,
        }


def interaction_view(interaction: Interaction) -> JSON:
    """Render an interaction for its member's screen."""
    return {
        "id": str(interaction.id),
        "channel": DIRECT if interaction.channel.guild is None else str(interaction.channel.id),
        "kind": interaction.kind,
        "label": interaction.label,
        "used": interaction.used,
        "source": None if interaction.source is None else str(interaction.source.id),
        "opener": None if interaction.opener is None else str(interaction.opener.id),
        "acknowledged": interaction.acknowledged_after is not None,
        "failed": interaction.failed,
        "form": None if interaction.form_over else interaction.modal,
        "choices": interaction.choices,
    }


def _newest(channel: Channel) -> list[Message]:
    return list(islice(reversed(channel.messages.values()), SHOWN_MESSAGES))
