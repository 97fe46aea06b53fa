"""Messages in channels."""

from raidbot.playground import payloads, refusals, validation
from raidbot.playground.messages import TYPE_DEFAULT, TYPE_REPLY
from raidbot.playground.permissions import Permission
from raidbot.playground.refusals import RefusedError, invalid_form
from raidbot.playground.rest.channels import place, readable, require_open
from raidbot.playground.rest.routing import JSON, Call, Routes, checked
from raidbot.playground.snowflakes import made_at
from raidbot.playground.world import MESSAGE_TYPES, Channel, Message

routes = Routes()

BULK_DELETE_AGE_S = 14 * 24 * 3600
_MESSAGES = "/channels/{channel_id}/messages"
_MESSAGE = _MESSAGES + "/{message_id}"


@routes("POST", _MESSAGES)
def create_message(call: Call, channel_id: int) -> JSON:
    channel, body = call.world.channel(channel_id), call.body
    require_sendable(call, channel)
    checked(validation.message(body, uploads=len(call.uploads)))
    nonce = body.get("nonce")
    if nonce is not None and body.get("enforce_nonce"):
        known = call.realm.desk.remembered(channel, str(nonce))
        if known is not None:
            return known.payload
    referred = _referred(channel, body)
    extra: JSON = {} if nonce is None else {"nonce": nonce}
    if referred is not None:
        place_of = {"channel_id": str(channel.id), "message_id": str(referred.id)}
        if channel.guild is not None:
            place_of["guild_id"] = str(channel.guild.id)
        extra |= {"message_reference": {"type": 0, **place_of}, "referenced_message": referred.payload}
    message = call.realm.desk.compose(
        channel,
        call.world.bot,
        body,
        call.uploads,
        kind=TYPE_DEFAULT if referred is None else TYPE_REPLY,
        extra=extra,
        replied_to=None if referred is None else referred.author,
    )
    if nonce is not None:
        call.realm.desk.remember(channel, str(nonce), message)
    return message.payload


def require_sendable(call: Call, channel: Channel) -> None:
    """Refuse what the bot may not send into a channel; sending opens an archived thread that is not locked."""
    world, guild = call.world, channel.guild
    if guild is None:
        if channel.recipient is not None and not (channel.recipient.dms_open and world.shared(channel.recipient)):
            raise RefusedError(refusals.CLOSED_DM)
        return
    needed = Permission.SEND_MESSAGES_IN_THREADS if channel.thread else Permission.SEND_MESSAGES
    if call.body.get("embeds"):
        needed |= Permission.EMBED_LINKS
    if call.uploads:
        needed |= Permission.ATTACH_FILES
    if call.body.get("message_reference"):
        needed |= Permission.READ_MESSAGE_HISTORY
    world.require(needed, guild, channel)
    if channel.type not in MESSAGE_TYPES:
        raise RefusedError(refusals.NOT_A_TEXT_CHANNEL)
    if channel.archived:
        if channel.locked and not world.channel_permissions(world.me(guild), channel) & Permission.MANAGE_THREADS:
            raise RefusedError(refusals.THREAD_ARCHIVED)
        channel.archived, channel.archived_at = False, world.now()
        call.realm.deeds.channel_changed(channel)


def _referred(channel: Channel, body: JSON) -> Message | None:
    reference = body.get("message_reference")
    if not reference or reference.get("message_id") is None:
        return None
    message = channel.messages.get(int(reference["message_id"]))
    if message is None and reference.get("fail_if_not_exists", True):
        raise invalid_form("message_reference", "MESSAGE_REFERENCE_UNKNOWN_MESSAGE", "Unknown message")
    return message


@routes("GET", _MESSAGES)
def list_messages(call: Call, channel_id: int) -> list[JSON]:
    channel = place(call, channel_id, Permission.READ_MESSAGE_HISTORY)
    limit = call.number("limit", 50, 1, 100)
    before, after, around = (call.snowflake(name) for name in ("before", "after", "around"))
    ids = sorted(channel.messages)
    if around is not None:
        middle = sum(message_id < around for message_id in ids)
        chosen = ids[max(0, middle - limit // 2) :][:limit]
    elif after is not None:
        chosen = [message_id for message_id in ids if message_id > after][:limit]
    else:
        chosen = [message_id for message_id in ids if before is None or message_id < before][-limit:]
    return [_fresh(call, channel.messages[message_id]) for message_id in reversed(chosen)]


def _fresh(call: Call, message: Message) -> JSON:
    if message.attachments:
        message.payload = dict(message.payload)
        call.realm.desk.refresh_links(message)
    return message.payload


@routes("GET", _MESSAGE)
def get_message(call: Call, channel_id: int, message_id: int) -> JSON:
    channel = place(call, channel_id, Permission.READ_MESSAGE_HISTORY)
    return _fresh(call, call.world.message(channel, message_id))


@routes("PATCH", _MESSAGE)
def edit_message(call: Call, channel_id: int, message_id: int) -> JSON:
    channel, message = readable(call, channel_id, message_id)
    body = call.body
    if message.author is not call.world.bot:
        if body.keys() - {"flags"}:
            raise RefusedError(refusals.NOT_THE_AUTHOR)
        assert channel.guild is not None
        call.world.require(Permission.MANAGE_MESSAGES, channel.guild, channel)
    require_open(channel)
    checked(validation.message(body, uploads=len(call.uploads)))
    return call.realm.desk.revise(message, body, call.uploads).payload


@routes("DELETE", _MESSAGE)
def delete_message(call: Call, channel_id: int, message_id: int) -> None:
    channel, message = readable(call, channel_id, message_id)
    if message.author is not call.world.bot:
        if channel.guild is None:
            raise RefusedError(refusals.DM_NOT_ALLOWED)
        call.world.require(Permission.MANAGE_MESSAGES, channel.guild, channel)
    call.realm.deeds.delete_messages(channel, [message])


@routes("POST", _MESSAGES + "/bulk-delete")
def bulk_delete(call: Call, channel_id: int) -> None:
    channel = place(call, channel_id, Permission.MANAGE_MESSAGES)
    if channel.guild is None:
        raise RefusedError(refusals.DM_NOT_ALLOWED)
    ids = {int(one) for one in call.required("messages")}
    if not 2 <= len(ids) <= 100:
        raise RefusedError(refusals.BULK_DELETE_COUNT)
    if min(map(made_at, ids)) < call.world.clock.now() - BULK_DELETE_AGE_S:
        raise RefusedError(refusals.BULK_DELETE_AGE)
    found = [channel.messages[one] for one in sorted(ids) if one in channel.messages]
    call.realm.deeds.delete_messages(channel, found, bulk=True)


@routes("POST", _MESSAGE + "/threads", status=201)
def thread_from_message(call: Call, channel_id: int, message_id: int) -> JSON:
    channel, message = readable(call, channel_id, message_id)
    guild = channel.guild
    if guild is None:
        raise RefusedError(refusals.DM_NOT_ALLOWED)
    call.world.require(Permission.CREATE_PUBLIC_THREADS, guild, channel)
    checked(validation.thread(call.body, partial=False))
    if message.thread_id is not None:
        raise RefusedError(refusals.THREAD_EXISTS)
    thread = call.realm.deeds.open_thread(channel, call.body["name"], call.world.bot, thread_id=message.id)
    thread.auto_archive_minutes = call.body.get("auto_archive_duration") or thread.auto_archive_minutes
    message.thread_id = thread.id
    call.realm.deeds.thread_added(thread)
    message.payload = message.payload | {
        "thread": payloads.channel(thread),
        "flags": message.payload["flags"] | 1 << 5,
    }
    call.realm.deeds.edited(message)
    return payloads.channel(thread)
