"""Messages that are owed, each sent once, whatever becomes of the answer."""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Any, Final

import hikari

from raidbot.kernel.clock import Clock
from raidbot.kernel.discord.answers import Rows
from raidbot.kernel.discord.failures import insist

SLACK: Final = timedelta(seconds=5)
"""How far Discord's clock and ours may be apart."""
NONCE_LIVES: Final = timedelta(seconds=60)
"""Discord remembers a nonce for a few minutes; past this the channel is searched."""

Recognised = Callable[[hikari.Message], bool]
"""Says whether a message of the bot's is the one that is looked for."""


class Posts:
    """Sends what effects say; one object serves any number of channels."""

    def __init__(self, rest: hikari.api.RESTClient, clock: Clock, me: int) -> None:
        self._rest = rest
        self._clock = clock
        self._me = me

    async def send(
        self,
        channel_id: int,
        *,
        content: str | None = None,
        embed: hikari.Embed | None = None,
        rows: Rows = (),
        attachment: hikari.Resourceish | None = None,
        here: bool = False,
        mentions: Collection[int] = (),
        roles: Collection[int] = (),
        nonce: str,
        owed_at: datetime,
        since: datetime | None = None,
        ours: Recognised | None = None,
    ) -> int:
        """Send a message that is owed since then, unless a try before did, and return its id. Raises hikari's errors.

        `nonce` names the message, in 25 characters at most. It pings @here, the members in `mentions` and the `roles`
        if so told, nobody else. What a try before sent is looked for among the messages `since` then, or else since it
        was owed: by `ours`, or else by the texts of its embed, or by its content if it has none.
        """
        if self._clock.now() - owed_at > NONCE_LIVES:
            ours = ours or (says(content) if embed is None else shows(embed))
            if found := await self.find(channel_id, since or owed_at, ours):
                return found[0]
        message = await self._rest.create_message(
            channel_id,
            content or hikari.UNDEFINED,
            embed=embed or hikari.UNDEFINED,
            components=list(rows) or hikari.UNDEFINED,
            attachment=attachment or hikari.UNDEFINED,
            mentions_everyone=here,
            user_mentions=list(mentions),
            role_mentions=list(roles),
            nonce=nonce,
        )
        return int(message.id)

    async def find(self, channel_id: int, since: datetime, ours: Recognised) -> list[int]:
        """List messages of the bot's own that were sent since then, the oldest first. Raises hikari's errors."""

        async def read() -> list[int]:
            messages = self._rest.fetch_messages(channel_id, after=since - SLACK).limit(100)
            return [int(one.id) async for one in messages if int(one.author.id) == self._me and ours(one)]

        return await insist(read)


def says(*contents: str | None) -> Recognised:
    """Recognise a message by its content, one of these."""
    return lambda message: message.content in contents


def shows(embed: hikari.Embed) -> Recognised:
    """Recognise a message by the texts of its embed."""
    return lambda message: any(_texts(one) == _texts(embed) for one in message.embeds)


def _texts(embed: hikari.Embed) -> tuple[Any, ...]:
    return embed.title, embed.description, [(field.name, field.value) for field in embed.fields]
