"""Threads that start without a message, and who is in them."""

from typing import Any

from raidbot.playground import payloads, refusals, validation
from raidbot.playground.permissions import Permission
from raidbot.playground.refusals import RefusedError
from raidbot.playground.rest.channels import guild_of, place, require_open
from raidbot.playground.rest.routing import JSON, Call, Routes, checked
from raidbot.playground.world import TYPE_PRIVATE_THREAD, TYPE_PUBLIC_THREAD, Channel

routes = Routes()

_MEMBERS = "/channels/{channel_id}/thread-members"


@routes("POST", "/channels/{channel_id}/threads", status=201)
def create_thread(call: Call, channel_id: int) -> JSON:
    parent, body = call.world.channel(channel_id), call.body
    guild = guild_of(parent)
    kind = body.get("type") or TYPE_PRIVATE_THREAD
    public = kind == TYPE_PUBLIC_THREAD
    call.world.require(Permission.CREATE_PUBLIC_THREADS if public else Permission.CREATE_PRIVATE_THREADS, guild, parent)
    checked(validation.thread(body, partial=False))
    thread = call.realm.deeds.open_thread(parent, body["name"], call.world.bot, kind=kind)
    thread.auto_archive_minutes = body.get("auto_archive_duration") or thread.auto_archive_minutes
    thread.invitable = body.get("invitable", True)
    call.realm.deeds.thread_added(thread)
    return payloads.channel(thread) | {"member": payloads.thread_member(thread, call.world.bot.id)}


@routes("GET", "/guilds/{guild_id}/threads/active")
def active_threads(call: Call, guild_id: int) -> JSON:
    guild = call.world.guild(guild_id)
    return _threads(call, [one for one in guild.threads.values() if not one.archived])


def _threads(call: Call, threads: list[Channel]) -> JSON:
    me = call.world.bot.id
    return {
        "threads": [payloads.channel(one) for one in threads],
        "members": [payloads.thread_member(one, me) for one in threads if me in one.thread_members],
        "has_more": False,
    }


@routes("GET", "/channels/{channel_id}/threads/archived/public")
def archived_threads(call: Call, channel_id: int) -> JSON:
    parent = place(call, channel_id, Permission.READ_MESSAGE_HISTORY)
    children = [one for one in guild_of(parent).threads.values() if one.parent is parent and one.archived]
    return _threads(call, [one for one in children if one.type == TYPE_PUBLIC_THREAD])


def _thread(call: Call, channel_id: int) -> Channel:
    thread = place(call, channel_id)
    if not thread.thread:
        raise RefusedError(refusals.WRONG_CHANNEL_TYPE)
    return thread


@routes("GET", _MEMBERS)
def list_thread_members(call: Call, channel_id: int) -> list[JSON]:
    thread = _thread(call, channel_id)
    members = guild_of(thread).members
    detailed = call.query.get("with_member") == "true"
    return [
        payloads.thread_member(thread, user_id) | ({"member": payloads.member(members[user_id])} if detailed else {})
        for user_id in call.page(thread.thread_members, 100, 100)
    ]


@routes("PUT", _MEMBERS + "/@me")
def join_thread(call: Call, channel_id: int) -> Any:
    _set_membership(call, channel_id, call.world.bot.id, joined=True)


@routes("DELETE", _MEMBERS + "/@me")
def leave_thread(call: Call, channel_id: int) -> Any:
    _set_membership(call, channel_id, call.world.bot.id, joined=False)


@routes("PUT", _MEMBERS + "/{user_id}")
def add_thread_member(call: Call, channel_id: int, user_id: int) -> Any:
    thread = _thread(call, channel_id)
    call.world.member(guild_of(thread), user_id)
    call.world.require(Permission.SEND_MESSAGES_IN_THREADS, guild_of(thread), thread)
    _set_membership(call, channel_id, user_id, joined=True)


@routes("DELETE", _MEMBERS + "/{user_id}")
def remove_thread_member(call: Call, channel_id: int, user_id: int) -> Any:
    thread = _thread(call, channel_id)
    call.world.require(Permission.MANAGE_THREADS, guild_of(thread), thread)
    _set_membership(call, channel_id, user_id, joined=False)


def _set_membership(call: Call, channel_id: int, user_id: int, *, joined: bool) -> None:
    thread = _thread(call, channel_id)
    require_open(thread)
    call.realm.deeds.thread_member_changed(thread, user_id, joined=joined)
