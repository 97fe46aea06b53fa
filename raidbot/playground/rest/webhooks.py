"""What follows the first answer, through the interaction's own webhook."""

from typing import Any

from raidbot.playground import validation
from raidbot.playground.rest.routing import JSON, Call, Routes, checked
from raidbot.playground.world import Message

routes = Routes()

_WEBHOOK = "/webhooks/{webhook_id}/{webhook_token}"
_ORIGINAL = _WEBHOOK + "/messages/@original"
_MESSAGE = _WEBHOOK + "/messages/{message_id}"


@routes("POST", _WEBHOOK, needs_token=False)
def follow_up(call: Call, webhook_id: int, webhook_token: str) -> JSON:
    interaction = call.realm.interactions.answered(webhook_id, webhook_token)
    checked(validation.message(call.body, uploads=len(call.uploads)))
    return call.realm.interactions.follow_up(interaction, call.body, call.uploads).payload


def _message(call: Call, webhook_id: int, webhook_token: str, message_id: int | None) -> Message:
    interaction = call.realm.interactions.answered(webhook_id, webhook_token)
    if message_id is None:
        return call.realm.interactions.original(interaction)
    return call.realm.interactions.own_message(interaction, message_id)


@routes("GET", _ORIGINAL, needs_token=False)
@routes("GET", _MESSAGE, needs_token=False)
def get_message(call: Call, webhook_id: int, webhook_token: str, message_id: int | None = None) -> JSON:
    return _message(call, webhook_id, webhook_token, message_id).payload


@routes("PATCH", _ORIGINAL, needs_token=False)
@routes("PATCH", _MESSAGE, needs_token=False)
def edit_message(call: Call, webhook_id: int, webhook_token: str, message_id: int | None = None) -> JSON:
    message = _message(call, webhook_id, webhook_token, message_id)
    checked(validation.message(call.body, uploads=len(call.uploads)))
    interaction = call.realm.interactions.answered(webhook_id, webhook_token)
    return call.realm.interactions.edit(interaction, message, call.body, call.uploads).payload


@routes("DELETE", _ORIGINAL, needs_token=False)
@routes("DELETE", _MESSAGE, needs_token=False)
def delete_message(call: Call, webhook_id: int, webhook_token: str, message_id: int | None = None) -> Any:
    message = _message(call, webhook_id, webhook_token, message_id)
    call.realm.deeds.delete_messages(message.channel, [message])
