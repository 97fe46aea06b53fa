"""Verbs on messages that are not the bot's answers."""

import base64

from raidbot.playground.client import ClientError
from raidbot.playground.control.verbs import JSON, Verbs
from raidbot.playground.messages import Upload
from raidbot.playground.permissions import Permission
from raidbot.playground.stream import message_view
from raidbot.playground.world import Channel, User


class MessageVerbs(Verbs):
    """What members write, delete and react to."""

    def messages(self, *, channel_id: int) -> list[JSON]:
        return [message_view(one) for one in self._world.channel(channel_id).messages.values()]

    def direct_messages(self, *, user_id: int) -> list[JSON]:
        dm = self._world.user(user_id).dm
        return [] if dm is None else [message_view(one) for one in dm.messages.values()]

    def message(self, *, message_id: int) -> JSON | None:
        message = self._world.messages.get(message_id)
        return None if message is None else message_view(message)

    def send(self, *, user_id: int, channel_id: int | None, text: str, files: list[JSON]) -> JSON:
        """Let a user write into a channel, or (None) a direct message to the bot."""
        user = self._world.user(user_id)
        channel = self._realm.deeds.dm_channel(user) if channel_id is None else self._world.channel(channel_id)
        if channel.guild is not None:
            self._require_speech(user, channel)
        uploads = {
            index: Upload(one["filename"], base64.b64decode(one["content"]), one["content_type"])
            for index, one in enumerate(files)
        }
        return message_view(self._realm.desk.compose(channel, user, {"content": text}, uploads))

    def _require_speech(self, user: User, channel: Channel) -> None:
        assert channel.guild is not None
        needed = Permission.SEND_MESSAGES_IN_THREADS if channel.thread else Permission.SEND_MESSAGES
        member = channel.guild.members.get(user.id)
        if member is None or not self._world.channel_permissions(member, channel) & needed:
            raise ClientError(f"{user.name} may not write in #{channel.name}")

    def delete_message(self, *, message_id: int) -> None:
        message = self._message(message_id)
        self._realm.deeds.delete_messages(message.channel, [message])

    def dismiss(self, *, user_id: int, message_id: int) -> None:
        """Take an ephemeral message off its member's screen, which the bot does not learn."""
        message = self._message(message_id)
        if message.visible_to != user_id:
            raise ClientError("only the one who sees an ephemeral message can dismiss it")
        message.dismissed = True
        self._server.stream.message_changed(message)

    def react(self, *, user_id: int, message_id: int, emoji: str, added: bool) -> None:
        self._realm.deeds.react(self._message(message_id), self._world.user(user_id), emoji, added=added)
