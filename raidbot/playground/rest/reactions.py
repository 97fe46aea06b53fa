"""Reactions."""

from typing import Any

from raidbot.playground import refusals
from raidbot.playground.permissions import Permission
from raidbot.playground.refusals import RefusedError
from raidbot.playground.rest.channels import place, readable, require_open
from raidbot.playground.rest.routing import JSON, Call, Routes
from raidbot.playground.world import Message

routes = Routes()

_REACTIONS = "/channels/{channel_id}/messages/{message_id}/reactions"
_EMOJI = _REACTIONS + "/{emoji_name}"


def _key(call: Call, message: Message, emoji_name: str) -> str:
    """Give the key of an emoji ("name" or "name:id"), or refuse one that does not exist with 10014."""
    name, _, emoji_id = emoji_name.partition(":")
    if emoji_id:
        found = call.world.usable_emoji(message.channel.guild, int(emoji_id)) if emoji_id.isdecimal() else None
        if found is None:
            raise RefusedError(refusals.UNKNOWN_EMOJI)
        return f"{found.name}:{found.id}"
    if not name or name.isascii():
        raise RefusedError(refusals.UNKNOWN_EMOJI)
    return name


@routes("PUT", _EMOJI + "/@me")
def add_reaction(call: Call, channel_id: int, message_id: int, emoji_name: str) -> Any:
    channel = place(call, channel_id, Permission.READ_MESSAGE_HISTORY)
    message = call.world.message(channel, message_id)
    require_open(channel)
    key = _key(call, message, emoji_name)
    if key not in message.reactions and channel.guild is not None:
        call.world.require(Permission.ADD_REACTIONS, channel.guild, channel)
    call.realm.deeds.react(message, call.world.bot, key, added=True)


@routes("DELETE", _EMOJI + "/@me")
def remove_own_reaction(call: Call, channel_id: int, message_id: int, emoji_name: str) -> Any:
    _, message = readable(call, channel_id, message_id)
    call.realm.deeds.react(message, call.world.bot, _key(call, message, emoji_name), added=False)


@routes("DELETE", _EMOJI + "/{user_id}")
def remove_reaction(call: Call, channel_id: int, message_id: int, emoji_name: str, user_id: int) -> Any:
    channel = place(call, channel_id, Permission.MANAGE_MESSAGES)
    message = call.world.message(channel, message_id)
    call.realm.deeds.react(message, call.world.user(user_id), _key(call, message, emoji_name), added=False)


@routes("DELETE", _REACTIONS)
@routes("DELETE", _EMOJI)
def clear_reactions(call: Call, channel_id: int, message_id: int, emoji_name: str | None = None) -> Any:
    channel = place(call, channel_id, Permission.MANAGE_MESSAGES)
    message = call.world.message(channel, message_id)
    call.realm.deeds.clear_reactions(message, None if emoji_name is None else _key(call, message, emoji_name))


@routes("GET", _EMOJI)
def list_reactions(call: Call, channel_id: int, message_id: int, emoji_name: str) -> list[JSON]:
    _, message = readable(call, channel_id, message_id)
    users = message.reactions.get(_key(call, message, emoji_name), {})
    return [call.world.users[user_id].payload for user_id in call.page(users, 25, 100)]
