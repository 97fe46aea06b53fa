"""The driver's side: one websocket, on which it asks (verb, arguments) and hears answers and changes in order."""

import asyncio
import base64
import inspect
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import asdict
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal

import orjson
from aiohttp import WSMsgType, web

from raidbot.playground import payloads
from raidbot.playground.client import Client, ClientError
from raidbot.playground.faults import Rule
from raidbot.playground.gateway import Intent
from raidbot.playground.messages import Upload
from raidbot.playground.permissions import Overwrite, Permission
from raidbot.playground.records import KillOrder
from raidbot.playground.refusals import RefusedError
from raidbot.playground.storm import Storm
from raidbot.playground.stream import message_view, reply_view
from raidbot.playground.world import Channel, Emoji, Guild, Member, Message, Role, User, World

if TYPE_CHECKING:
    from raidbot.playground.realm import Realm
    from raidbot.playground.server import Server

JSON = dict[str, Any]


class Control:
    """Carries out the driver's verbs: each public method is one; its keyword arguments are the verb's."""

    def __init__(self, server: "Server") -> None:
        self._server = server
        self._verbs: dict[str, Callable[..., Any]] = {
            name: method
            for name, method in inspect.getmembers(self, callable)
            if not name.startswith("_") and name != "handle"
        }

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        """Serve one driver until it goes."""
        socket = web.WebSocketResponse(max_msg_size=0, compress=False)
        await socket.prepare(request)
        queue = self._server.stream.listen()
        writer = asyncio.create_task(_write(socket, queue))
        running: set[asyncio.Task[None]] = set()
        try:
            async for message in socket:
                if message.type is not WSMsgType.TEXT:
                    break
                call = orjson.loads(message.data)
                outcome = self._perform(call, queue)
                if outcome is not None:
                    task = asyncio.create_task(self._finish(call["id"], outcome, queue))
                    running.add(task)
                    task.add_done_callback(running.discard)
        finally:
            self._server.stream.leave(queue)
            for task in (*running, writer):
                task.cancel()
            await asyncio.gather(*running, writer, return_exceptions=True)
        return socket

    def _perform(self, call: JSON, queue: "asyncio.Queue[bytes]") -> Any:
        """Carry out a verb at once, or return the awaitable of one that takes time."""
        try:
            result = self._verbs[call["verb"]](**call["arguments"])
        except Exception as error:  # noqa: BLE001 - the driver raises it on its side
            queue.put_nowait(_failure(call["id"], error))
            return None
        if inspect.isawaitable(result):
            return result
        queue.put_nowait(orjson.dumps({"id": call["id"], "result": result}))
        return None

    @staticmethod
    async def _finish(call_id: int, work: Any, queue: "asyncio.Queue[bytes]") -> None:
        try:
            queue.put_nowait(orjson.dumps({"id": call_id, "result": await work}))
        except Exception as error:  # noqa: BLE001 - the driver raises it on its side
            queue.put_nowait(_failure(call_id, error))

    # -- shorthands

    @property
    def _realm(self) -> "Realm":
        return self._server.realm

    @property
    def _world(self) -> World:
        return self._server.realm.world

    def _member(self, guild_id: int, user_id: int) -> Member:
        guild = self._world.left.get(guild_id) or self._world.guild(guild_id)  # members come and go without the bot too
        return self._world.member(guild, user_id)

    def _message(self, message_id: int) -> Message:
        message = self._world.messages.get(message_id)
        if message is None:
            raise ClientError("that message is not there (any more)")
        return message

    # -- the process as a whole

    async def reset(self, *, rate_limits: bool) -> None:
        await self._server.reset(rate_limits=rate_limits)

    def shift_clock(self, *, seconds: float) -> float:
        self._server.clock.shift(seconds)
        return self._server.clock.offset

    def now(self) -> float:
        return self._server.clock.now()

    async def wait_ready(self) -> None:
        await self._server.gateway.wait_complete()

    async def wait_gone(self) -> None:
        while self._server.gateway.complete:  # noqa: ASYNC110 - the gateway announces the coming only
            await asyncio.sleep(0.01)

    def requests(self) -> list[JSON]:
        return [asdict(one) for one in self._server.records.requests]

    def counts(self) -> list[list[Any]]:
        return [[method, route, count] for (method, route), count in self._server.records.counts.items()]

    def total_requests(self) -> int:
        return self._server.records.total

    def problems(self) -> list[str]:
        return list(self._server.records.problems)

    def forgive(self) -> None:
        self._server.records.problems.clear()
        self._realm.interactions.excuse()

    def stop_at_request(self, *, n: int, pid: int, signal: int, after: bool) -> None:
        self._server.records.kill_order = KillOrder(n, pid, signal, after)

    def cancel_stop(self) -> bool:
        """Withdraw a kill order; tells whether it was still standing."""
        standing = self._server.records.kill_order is not None
        self._server.records.kill_order = None
        return standing

    def fault(self, *, rule: JSON) -> None:
        self._server.faults.add(Rule(**rule))

    def clear_faults(self) -> None:
        self._server.faults.clear()

    def drop_gateway(
        self, *, how: Literal["close", "cut", "reconnect", "invalidate"], resumable: bool, code: int
    ) -> int:
        gateway = self._server.gateway
        if how == "close":
            return gateway.drop(code)
        if how == "cut":
            return gateway.drop(None)
        return gateway.reconnect() if how == "reconnect" else gateway.invalidate(resumable=resumable)

    async def refuse_connections(self, *, seconds: float) -> None:
        await self._server.refuse_connections(seconds)

    def refuse_intents(self, *, intents: int) -> None:
        self._world.application.refused_intents = Intent(intents)

    # -- guilds, roles, channels, members

    def add_guild(self, *, name: str, owner: str, bot_permissions: int, everyone: int) -> JSON:
        guild = self._realm.deeds.found_guild(name, owner, bot_permissions, everyone)
        return {"id": guild.id, "owner_id": guild.owner_id, "bot_id": self._world.bot.id}

    def remove_guild(self, *, guild_id: int) -> None:
        self._realm.deeds.leave_guild(self._world.guild(guild_id))

    def invite_again(self, *, guild_id: int, bot_permissions: int) -> None:
        self._realm.deeds.join_guild(self._world.left[guild_id], bot_permissions)

    def add_role(self, *, guild_id: int, name: str, permissions: int, position: int | None, mentionable: bool) -> JSON:
        guild = self._world.guild(guild_id)
        role = Role(self._world.ids.next(), name, permissions, 1, mentionable=mentionable)
        return payloads.role(self._realm.deeds.add_role(guild, role, position=position))

    def move_role(self, *, guild_id: int, role_id: int, position: int) -> None:
        self._realm.deeds.move_roles(self._world.guild(guild_id), {role_id: position})

    def edit_role(self, *, guild_id: int, role_id: int, changes: JSON) -> None:
        guild = self._world.guild(guild_id)
        role = self._world.role(guild, role_id)
        for key, value in changes.items():
            setattr(role, key, value)
        self._realm.deeds.role_changed(guild, role)

    def delete_role(self, *, guild_id: int, role_id: int) -> None:
        guild = self._world.guild(guild_id)
        self._realm.deeds.delete_role(guild, self._world.role(guild, role_id))

    def roles(self, *, guild_id: int) -> list[JSON]:
        return [payloads.role(one) for one in self._world.guild(guild_id).roles.values()]

    def add_channel(
        self, *, guild_id: int, name: str, kind: int, parent_id: int | None, overwrites: list[list[int]]
    ) -> JSON:
        guild = self._world.guild(guild_id)
        channel = self._realm.deeds.add_channel(guild, name, kind)
        channel.parent = None if parent_id is None else guild.channels[parent_id]
        channel.overwrites = _overwrites(guild, overwrites)
        self._realm.deeds.channel_added(channel)
        return payloads.channel(channel)

    def set_overwrites(self, *, channel_id: int, overwrites: list[list[int]]) -> None:
        channel = self._world.channel(channel_id)
        assert channel.guild is not None
        channel.overwrites = _overwrites(channel.guild, overwrites)
        self._realm.deeds.channel_changed(channel)

    def delete_channel(self, *, channel_id: int) -> None:
        self._realm.deeds.delete_channel(self._world.channel(channel_id))

    def channels(self, *, guild_id: int) -> list[JSON]:
        guild = self._world.guild(guild_id)
        return [payloads.channel(one) for one in (*guild.channels.values(), *guild.threads.values())]

    def edit_thread(self, *, channel_id: int, archived: bool, locked: bool) -> None:
        thread = self._world.channel(channel_id)
        thread.archived, thread.locked, thread.archived_at = archived, locked, self._world.now()
        self._realm.deeds.channel_changed(thread)

    def add_emoji(self, *, guild_id: int | None, name: str) -> int:
        emoji = Emoji(self._world.ids.next(), name)
        if guild_id is None:
            self._world.application.emojis[emoji.id] = emoji
            return emoji.id
        guild = self._world.guild(guild_id)
        guild.emojis[emoji.id] = emoji
        shown = {"guild_id": str(guild_id), "emojis": [payloads.emoji(one) for one in guild.emojis.values()]}
        self._server.stream.dispatch("GUILD_EMOJIS_UPDATE", shown, guild_id=guild_id)
        return emoji.id

    def add_members(self, *, guild_id: int, names: list[str], roles: list[int], bot: bool, dms_open: bool) -> list[int]:
        guild, deeds = self._world.guild(guild_id), self._realm.deeds
        made = []
        for name in names:
            user = deeds.new_user(name, bot=bot)
            user.dms_open = dms_open
            deeds.add_member(guild, user, roles)
            made.append(user.id)
        return made

    def join(self, *, guild_id: int, user_id: int) -> None:
        """Let a user who exists join a guild, anew or a second one."""
        guild = self._world.guild(guild_id)
        if user_id in guild.bans:
            raise ClientError("the user is banned from this server")
        self._realm.deeds.add_member(guild, self._world.user(user_id))

    def members(self, *, guild_id: int) -> list[JSON]:
        return [payloads.member(one) for one in self._world.guild(guild_id).members.values()]

    def member(self, *, guild_id: int, user_id: int) -> JSON | None:
        member = self._world.guild(guild_id).members.get(user_id)
        return None if member is None else payloads.member(member)

    def set_roles(self, *, guild_id: int, user_id: int, roles: list[int]) -> None:
        self._realm.deeds.set_roles(self._member(guild_id, user_id), roles)

    def set_nick(self, *, guild_id: int, user_id: int, nick: str | None) -> None:
        member = self._member(guild_id, user_id)
        member.nick = nick
        self._realm.deeds.member_changed(member)

    def time_out(self, *, guild_id: int, user_id: int, seconds: float) -> None:
        member = self._member(guild_id, user_id)
        member.timeout_until = self._server.clock.now() + seconds if seconds else None
        self._realm.deeds.member_changed(member)

    def open_dms(self, *, user_id: int, is_open: bool) -> None:
        self._world.user(user_id).dms_open = is_open

    def remove_member(self, *, guild_id: int, user_id: int) -> None:
        self._realm.deeds.remove_member(self._member(guild_id, user_id))

    def ban(self, *, guild_id: int, user_id: int, reason: str | None) -> None:
        self._realm.deeds.ban(self._world.guild(guild_id), self._world.user(user_id), reason)

    def unban(self, *, guild_id: int, user_id: int) -> None:
        self._realm.deeds.unban(self._world.guild(guild_id), self._world.user(user_id))

    def bans(self, *, guild_id: int) -> dict[str, str | None]:
        return {str(user_id): reason for user_id, reason in self._world.guild(guild_id).bans.items()}

    def permissions(self, *, guild_id: int, user_id: int, channel_id: int | None) -> int:
        member = self._member(guild_id, user_id)
        if channel_id is None:
            return int(self._world.guild_permissions(member))
        return int(self._world.channel_permissions(member, self._world.channel(channel_id)))

    def commands(self, *, guild_id: int) -> list[JSON]:
        return Client(self._realm).commands(self._world.guild(guild_id))

    # -- messages

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

    # -- interactions

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


def _overwrites(guild: Guild, given: Iterable[list[int]]) -> dict[int, Overwrite]:
    """Read overwrites given as [role or user id, allow, deny]."""
    made = {}
    for target, allow, deny in given:
        kind: Literal[0, 1] = 0 if target in guild.roles else 1
        made[target] = Overwrite(target, kind, allow, deny)
    return made


def _failure(call_id: int, error: Exception) -> bytes:
    refused = isinstance(error, (ClientError, RefusedError))
    return orjson.dumps({"id": call_id, "error": str(error) if refused else repr(error), "refused": refused})


async def _write(socket: web.WebSocketResponse, queue: "asyncio.Queue[bytes]") -> None:
    with suppress(ConnectionError):
        while True:
            await socket.send_str((await queue.get()).decode())
