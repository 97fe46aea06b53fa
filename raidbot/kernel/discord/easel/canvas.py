"""The requests that put a drawing on Discord."""

from datetime import datetime
from typing import Any

import hikari

from raidbot.kernel.discord.easel.kinds import Drawing
from raidbot.kernel.discord.posts import SLACK
from raidbot.kernel.owed import Panel


class Canvas:
    """Posts, edits and finds panels."""

    def __init__(self, rest: hikari.api.RESTClient, me: int) -> None:
        self._rest = rest
        self._me = me

    async def edit(self, panel: Panel, drawing: Drawing) -> None:
        """Make the panel's message show the drawing, pinging nobody. Raises hikari's errors."""
        content = _content(drawing)
        if panel.token is not None:
            await self._rest.edit_interaction_response(self._me, panel.token, **content)
        elif panel.message_id is not None:
            await self._rest.edit_message(panel.channel_id, panel.message_id, **content)

    async def post(self, panel: Panel, drawing: Drawing, *, ping: bool) -> int:
        """Post the panel's message, once even if asked twice within a minute. Raises hikari's errors."""
        content = _content(drawing)
        if not ping:
            content["content"] = None
        message = await self._rest.create_message(
            panel.channel_id,
            **{key: value for key, value in content.items() if value not in (None, [])}
            | {
                "mentions_everyone": ping and drawing.pings_here,
                "role_mentions": list(drawing.pings_roles) if ping else False,
            },
            nonce=f"panel.{panel.id}.{panel.posts}",
        )
        return int(message.id)

    async def find(self, panel: Panel, drawing: Drawing, since: datetime) -> int | None:
        """Find a message that an earlier life of the bot posted for this panel, by its mark."""
        messages = self._rest.fetch_messages(panel.channel_id, after=since - SLACK).limit(100)
        async for message in messages:
            if int(message.author.id) == self._me and drawing.mark in {
                component.custom_id
                for row in message.components
                if isinstance(row, hikari.ActionRowComponent)
                for component in row.components
                if isinstance(component, hikari.ButtonComponent) and component.custom_id
            }:
                return int(message.id)
        return None


def _content(drawing: Drawing) -> dict[str, Any]:
    return {
        "content": drawing.content,
        "embeds": [drawing.embed],
        "components": list(drawing.rows),
        "mentions_everyone": False,
        "user_mentions": False,
        "role_mentions": False,
    }
