"""Channels with their overwrites and pins, and who may do what in them."""

from typing import Any

from raidbot.playground import payloads, refusals, validation
from raidbot.playground.messages import MAX_PINS
from raidbot.playground.permissions import Overwrite, Permission
from raidbot.playground.refusals import RefusedError, invalid_form
from raidbot.playground.rest.routing import JSON, Call, Routes, checked
from raidbot.playground.world import TYPE_CATEGORY, TYPE_DM, TYPE_FORUM, TYPE_TEXT, Channel, Guild, Message

routes = Routes()

MAX_CHANNELS = 500
_CHANNEL = "/channels/{channel_id}"
_CREATABLE = frozenset({TYPE_TEXT, TYPE_CATEGORY, TYPE_FORUM, 2, 5, 13})


def place(call: Call, channel_id: int, permission: Permission = Permission.VIEW_CHANNEL) -> Channel:
    """Find a channel in which the bot has a permission (in a DM it has what there is); refuses otherwise."""
    channel = call.world.channel(channel_id)
    if channel.guild is not None:
        call.world.require(permission, channel.guild, channel)
    return channel


def guild_of(channel: Channel) -> Guild:
    """Give a channel's guild; refuses with 50003 for a DM."""
    if channel.guild is None:
        raise RefusedError(refusals.DM_NOT_ALLOWED)
    return channel.guild


def readable(call: Call, channel_id: int, message_id: int) -> tuple[Channel, Message]:
    """Find a message in a channel that the bot sees."""
    channel = place(call, channel_id)
    return channel, call.world.message(channel, message_id)


def require_open(channel: Channel) -> None:
    """Refuse with 50083 what an archived thread does not allow."""
    if channel.archived:
        raise RefusedError(refusals.THREAD_ARCHIVED)


@routes("GET", _CHANNEL)
def get_channel(call: Call, channel_id: int) -> JSON:
    return payloads.channel(place(call, channel_id))


@routes("GET", "/guilds/{guild_id}/channels")
def list_channels(call: Call, guild_id: int) -> list[JSON]:
    return [payloads.channel(one) for one in call.world.guild(guild_id).channels.values()]


@routes("POST", "/guilds/{guild_id}/channels", status=201)
def create_channel(call: Call, guild_id: int) -> JSON:
    guild, body = call.world.guild(guild_id), call.body
    call.world.require(Permission.MANAGE_CHANNELS, guild)
    checked(validation.channel(body, partial=False))
    if len(guild.channels) >= MAX_CHANNELS:
        raise RefusedError(refusals.TOO_MANY_CHANNELS)
    kind = body.get("type") or TYPE_TEXT
    if kind not in _CREATABLE:
        raise invalid_form("type", "BASE_TYPE_CHOICES", f"Value must be one of {sorted(_CREATABLE)}.")
    overwrites = _overwrites(call, guild, None, body)
    parent = _parent(guild, body)
    channel = call.realm.deeds.add_channel(guild, body["name"], kind)
    channel.parent = parent
    if overwrites is None and parent is not None:
        overwrites = dict(parent.overwrites)
    _fill(channel, body, overwrites)
    call.realm.deeds.channel_added(channel)
    return payloads.channel(channel)


def _parent(guild: Guild, body: JSON) -> Channel | None:
    if body.get("parent_id") is None:
        return None
    parent = guild.channels.get(int(body["parent_id"]))
    if parent is None or parent.type != TYPE_CATEGORY:
        raise invalid_form("parent_id", "CHANNEL_PARENT_INVALID", "Category does not exist")
    return parent


def _overwrites(call: Call, guild: Guild, channel: Channel | None, body: JSON) -> dict[int, Overwrite] | None:
    """Read the overwrites of a body; nobody allows or denies a permission that they lack."""
    if body.get("permission_overwrites") is None:
        return None
    wanted = [
        Overwrite(int(one["id"]), one["type"], int(one.get("allow") or 0), int(one.get("deny") or 0))
        for one in body["permission_overwrites"]
    ]
    before = {} if channel is None else channel.overwrites
    for one in wanted:
        if before.get(one.id) != one:
            require_grantable(call, guild, channel, one)
    return {one.id: one for one in wanted}


def require_grantable(call: Call, guild: Guild, channel: Channel | None, overwrite: Overwrite) -> None:
    """Refuse with 50013 an overwrite that the bot may not set."""
    world = call.world
    world.require(Permission.MANAGE_ROLES, guild, channel)
    me = world.me(guild)
    held = world.guild_permissions(me) if channel is None else world.channel_permissions(me, channel)
    if (overwrite.allow | overwrite.deny) & ~held:
        raise RefusedError(refusals.MISSING_PERMISSIONS)


def _fill(channel: Channel, body: JSON, overwrites: dict[int, Overwrite] | None) -> None:
    for key in ("name", "topic", "nsfw", "rate_limit_per_user", "position"):
        if key in body and (body[key] is not None or key == "topic"):
            setattr(channel, key, body[key])
    if overwrites is not None:
        channel.overwrites = overwrites


@routes("PATCH", _CHANNEL)
def edit_channel(call: Call, channel_id: int) -> JSON:
    channel, body = call.world.channel(channel_id), call.body
    guild = guild_of(channel)
    if channel.thread:
        checked(validation.thread(body, partial=True))
        _edit_thread(call, channel, body)
    else:
        checked(validation.channel(body, partial=True))
        call.world.require(Permission.MANAGE_CHANNELS, guild, channel)
        overwrites = _overwrites(call, guild, channel, body)
        if "parent_id" in body:
            channel.parent = _parent(guild, body)
        _fill(channel, body, overwrites)
    call.realm.deeds.channel_changed(channel)
    return payloads.channel(channel)


def _edit_thread(call: Call, thread: Channel, body: JSON) -> None:
    guild = guild_of(thread)
    reopening = body.get("archived") is False
    mine = thread.owner_id == call.world.bot.id
    if not (mine and not thread.locked and "locked" not in body) and not (reopening and not thread.locked):
        call.world.require(Permission.MANAGE_THREADS, guild, thread)
    if thread.archived and not reopening:
        raise RefusedError(refusals.THREAD_ARCHIVED)
    _fill(thread, {key: value for key, value in body.items() if key in {"name", "rate_limit_per_user"}}, None)
    if body.get("auto_archive_duration") is not None:
        thread.auto_archive_minutes = body["auto_archive_duration"]
    if body.get("locked") is not None:
        thread.locked = body["locked"]
    if body.get("invitable") is not None:
        thread.invitable = body["invitable"]
    if body.get("archived") is not None and body["archived"] != thread.archived:
        thread.archived, thread.archived_at = body["archived"], call.world.now()


@routes("DELETE", _CHANNEL)
def delete_channel(call: Call, channel_id: int) -> JSON:
    channel = call.world.channel(channel_id)
    if channel.type != TYPE_DM:
        manage = Permission.MANAGE_THREADS if channel.thread else Permission.MANAGE_CHANNELS
        call.world.require(manage, guild_of(channel), channel)
        call.realm.deeds.delete_channel(channel)
    return payloads.channel(channel)


@routes("PUT", _CHANNEL + "/permissions/{overwrite_id}")
def set_overwrite(call: Call, channel_id: int, overwrite_id: int) -> None:
    channel = call.world.channel(channel_id)
    guild, body = guild_of(channel), call.body
    overwrite = Overwrite(overwrite_id, call.required("type"), int(body.get("allow") or 0), int(body.get("deny") or 0))
    require_grantable(call, guild, channel, overwrite)
    channel.overwrites = channel.overwrites | {overwrite_id: overwrite}
    call.realm.deeds.channel_changed(channel)


@routes("DELETE", _CHANNEL + "/permissions/{overwrite_id}")
def delete_overwrite(call: Call, channel_id: int, overwrite_id: int) -> None:
    channel = call.world.channel(channel_id)
    call.world.require(Permission.MANAGE_ROLES, guild_of(channel), channel)
    if overwrite_id not in channel.overwrites:
        raise RefusedError(refusals.UNKNOWN_OVERWRITE)
    del channel.overwrites[overwrite_id]
    call.realm.deeds.channel_changed(channel)


@routes("POST", _CHANNEL + "/typing")
def start_typing(call: Call, channel_id: int) -> None:
    channel = place(call, channel_id, Permission.SEND_MESSAGES)
    guild = channel.guild
    payload: JSON = {
        "channel_id": str(channel.id),
        "user_id": str(call.world.bot.id),
        "timestamp": int(call.world.clock.now()),
    }
    if guild is not None:
        payload |= {"guild_id": str(guild.id), "member": payloads.member(call.world.me(guild))}
    call.realm.spectators.dispatch("TYPING_START", payload, guild_id=None if guild is None else guild.id)


# -- pins, by their present address and the old one


@routes("GET", _CHANNEL + "/messages/pins")
def list_pins(call: Call, channel_id: int) -> JSON:
    channel = place(call, channel_id, Permission.READ_MESSAGE_HISTORY)
    before = call.query.get("before", "~")
    items = [
        {"pinned_at": at, "message": channel.messages[message_id].payload}
        for message_id, at in reversed(channel.pins.items())
        if at < before
    ]
    limit = call.number("limit", 50, 1, 50)
    return {"items": items[:limit], "has_more": len(items) > limit}


@routes("GET", _CHANNEL + "/pins")
def list_pins_of_old(call: Call, channel_id: int) -> list[JSON]:
    channel = place(call, channel_id, Permission.READ_MESSAGE_HISTORY)
    return [channel.messages[message_id].payload for message_id in reversed(channel.pins)]


def _set_pin(call: Call, channel_id: int, message_id: int, *, pinned: bool) -> None:
    channel = place(call, channel_id, Permission.PIN_MESSAGES)
    message = call.world.message(channel, message_id)
    require_open(channel)
    if pinned == (message_id in channel.pins):
        return
    if pinned and len(channel.pins) >= MAX_PINS:
        raise RefusedError(refusals.TOO_MANY_PINS)
    if pinned:
        channel.pins[message_id] = call.world.now()
    else:
        del channel.pins[message_id]
    message.payload = message.payload | {"pinned": pinned}
    call.realm.deeds.edited(message)
    call.realm.deeds.pins_changed(channel)


@routes("PUT", _CHANNEL + "/messages/pins/{message_id}")
@routes("PUT", _CHANNEL + "/pins/{message_id}")
def pin(call: Call, channel_id: int, message_id: int) -> Any:
    _set_pin(call, channel_id, message_id, pinned=True)


@routes("DELETE", _CHANNEL + "/messages/pins/{message_id}")
@routes("DELETE", _CHANNEL + "/pins/{message_id}")
def unpin(call: Call, channel_id: int, message_id: int) -> Any:
    _set_pin(call, channel_id, message_id, pinned=False)
