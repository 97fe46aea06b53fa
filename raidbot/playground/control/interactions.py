"""Verbs that begin interactions, and what came of them."""

from itertools import islice
from typing import Any, Literal

from raidbot.playground.client import Client
from raidbot.playground.control.verbs import JSON, Verbs
from raidbot.playground.storm import Storm
from raidbot.playground.stream import message_view, reply_view


class InteractionVerbs(Verbs):
    """What members type, press, choose and submit."""

    def command(self, *, user_id: int, channel_id: int, name: str, path: list[str], options: JSON) -> int:
        user, channel = self._world.user(user_id), self._world.channel(channel_id)
        return Client(self._realm).command(user, channel, name, path, options).id

    def autocomplete(
        self, *, user_id: int, channel_id: int, name: str, path: list[str], option: str, text: str, options: JSON
    ) -> int:
        user, channel = self._world.user(user_id), self._world.channel(channel_id)
        return Client(self._realm).autocomplete(user, channel, name, path, option, text, options).id

    def press(self, *, user_id: int, message_id: int, wanted: str) -> int:
        return Client(self._realm).press(self._world.user(user_id), self._message(message_id), wanted).id

    def select(self, *, user_id: int, message_id: int, values: list[Any], custom_id: str | None) -> int:
        user, message = self._world.user(user_id), self._message(message_id)
        return Client(self._realm).select(user, message, values, custom_id).id

    def submit(self, *, reply_id: int, fields: dict[str, str]) -> int:
        return Client(self._realm).submit(self._realm.interactions.find(reply_id), fields).id

    def close_form(self, *, user_id: int, reply_id: int) -> None:
        """Close the form that an interaction opened without sending it off."""
        opener = self._realm.interactions.find(reply_id)
        if opener.user.id == user_id:
            self._realm.interactions.close_form(opener)

    def underneath(self, *, limit: int) -> JSON:
        """Give the last interactions, newest first, with what the bot asked for them, and what it asked in all."""
        records = self._server.records
        return {
            "requests": records.total,
            "refused": records.refused,
            "interactions": [
                {
                    "id": str(one.id),
                    "who": one.user.name,
                    "what": one.label,
                    "acknowledged_after": one.acknowledged_after,
                    "completed_after": one.completed_after,
                    "failed": one.failed,
                    "requests": one.requests,
                    "refused": one.refused,
                }
                for one in islice(self._realm.interactions.newest(), limit)
            ],
        }

    def reply(self, *, reply_id: int) -> JSON:
        return reply_view(self._realm.interactions.find(reply_id))

    async def storm(
        self,
        *,
        clicks: list[tuple[int, int, str]],
        over: float,
        wait: Literal["acknowledged", "completed"],
        timeout: float,  # noqa: ASYNC109 - it ends the storm early, it does not cancel it
    ) -> list[JSON]:
        client, world = Client(self._realm), self._world
        presses = [(world.user(user_id), self._message(message_id), label) for user_id, message_id, label in clicks]
        storm = Storm(self._server.stream, completed=wait == "completed")
        interactions = await storm.run(client, presses, over=over, timeout=timeout)
        return [
            {
                "reply": reply_view(one),
                "messages": [
                    message_view(message)
                    for message in (one.reply, *one.followups)
                    if message is not None and message.visible_to is not None
                ],
            }
            for one in interactions
        ]
