"""What the driver hears: every change of a message and of an interaction, pushed as it happens."""

import asyncio
import itertools
from collections.abc import Callable
from typing import Any, Protocol

import orjson

from raidbot.playground.gateway import Gateway
from raidbot.playground.interactions import Interaction
from raidbot.playground.records import Records
from raidbot.playground.world import Message

JSON = dict[str, Any]
_moments = itertools.count(1)
"""Numbers every view, so that the driver can tell a newer one from one that it hears later."""


def message_view(message: Message) -> JSON:
    """Render a message with what only the world knows of it."""
    return {
        "moment": next(_moments),
        "id": message.id,
        "channel_id": message.channel.id,
        "deleted": message.deleted,
        "visible_to": message.visible_to,
        "pinged": {
            "users": list(message.pinged.users),
            "roles": list(message.pinged.roles),
            "everyone": message.pinged.everyone,
        },
        "payload": message.payload,
    }


def reply_view(interaction: Interaction) -> JSON:
    """Render an interaction as the one who started it sees it."""
    return {
        "moment": next(_moments),
        "id": interaction.id,
        "user_id": interaction.user.id,
        "channel_id": interaction.channel.id,
        "label": interaction.label,
        "answer": interaction.answer,
        "acknowledged_after": interaction.acknowledged_after,
        "completed_after": interaction.completed_after,
        "failed": interaction.failed,
        "message_id": None if interaction.reply is None else interaction.reply.id,
        "followup_ids": [message.id for message in interaction.followups],
        "modal": interaction.modal,
        "choices": interaction.choices,
    }


class Onlooker(Protocol):
    """Who is told in the process itself."""

    def dispatched(self, event: str) -> None:
        """A gateway event was sent."""

    def message_changed(self, message: Message) -> None:
        """A message came, changed or went."""

    def interaction_changed(self, interaction: Interaction) -> None:
        """An interaction made progress."""


class Stream:
    """The driver's subscriptions, and the audience of the realm: gateway events go on to the bot."""

    def __init__(self, records: Records) -> None:
        self.gateway: Gateway
        self.quiet: set[int] = set()
        """Users in a running storm: what happens to them is told as a whole when it ends."""
        self.watchers: set[Callable[[Interaction], None]] = set()
        self.onlookers: set[Onlooker] = set()
        self._records = records
        self._listeners: set[asyncio.Queue[bytes]] = set()

    def listen(self) -> asyncio.Queue[bytes]:
        """Open a subscription."""
        queue: asyncio.Queue[bytes] = asyncio.Queue()
        self._listeners.add(queue)
        return queue

    def leave(self, queue: asyncio.Queue[bytes]) -> None:
        """Close a subscription."""
        self._listeners.discard(queue)

    def dispatch(self, event: str, payload: JSON, *, guild_id: int | None) -> None:
        """Send a gateway event."""
        self.gateway.dispatch(event, payload, guild_id=guild_id)
        for onlooker in self.onlookers:
            onlooker.dispatched(event)

    def message_changed(self, message: Message) -> None:
        """Tell that a message came, changed or went."""
        for onlooker in self.onlookers:
            onlooker.message_changed(message)
        if self._listeners and message.visible_to not in self.quiet:
            self._push({"event": "message", "message": message_view(message)})

    def interaction_changed(self, interaction: Interaction) -> None:
        """Tell of an interaction's progress."""
        for watcher in tuple(self.watchers):
            watcher(interaction)
        for onlooker in self.onlookers:
            onlooker.interaction_changed(interaction)
        if self._listeners and interaction.user.id not in self.quiet:
            self._push({"event": "reply", "reply": reply_view(interaction)})

    def problem(self, text: str) -> None:
        """Record something the bot should not have done."""
        self._records.problems.append(text)

    def _push(self, change: JSON) -> None:
        encoded = orjson.dumps(change)
        for queue in self._listeners:
            queue.put_nowait(encoded)
