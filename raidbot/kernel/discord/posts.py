"""Messages that are owed, each sent once, whatever becomes of the answer."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import hikari

from raidbot.kernel.clock import Clock
from raidbot.kernel.discord.failures import insist

SLACK: Final = timedelta(seconds=5)
"""How far Discord's clock and ours may be apart."""
NONCE_LIVES: Final = timedelta(seconds=60)
"""Discord remembers a nonce for a few minutes; past this the channel is searched."""


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
        nonce: str,
        owed_at: datetime,
        mentions: Sequence[int] = (),
    ) -> int:
        """Send a message that is owed since then, unless a try before did, and return its id. Raises hikari's errors.

        `nonce` names the message, in 25 characters at most. Only the members in `mentions` are pinged.
        """
        if self._clock.now() - owed_at > NONCE_LIVES:
            found = await self._find(channel_id, content, embed, owed_at)
            if found is not None:
                return found
        message = await self._rest.create_message(
            channel_id,
            content or hikari.UNDEFINED,
            embed=embed or hikari.UNDEFINED,
            mentions_everyone=False,
            user_mentions=list(mentions),
            role_mentions=False,
            nonce=nonce,
        )
        return int(message.id)

    async def _find(
        self, channel_id: int, content: str | None, embed: hikari.Embed | None, since: datetime
    ) -> int | None:
        shown = content or "", [] if embed is None else [embed.description]

        async def read() -> list[hikari.Message]:
            messages = self._rest.fetch_messages(channel_id, after=since - SLACK).limit(100)
            return [one async for one in messages if int(one.author.id) == self._me]

        return next((int(one.id) for one in await insist(read) if shown == _shown(one)), None)


def _shown(message: hikari.Message) -> tuple[str, list[str | None]]:
    return message.content or "", [embed.description for embed in message.embeds]
