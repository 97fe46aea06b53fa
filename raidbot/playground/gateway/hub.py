"""The gateway: who is connected, which sessions are alive, and the protocol between them."""

import asyncio
import secrets
from collections.abc import Callable
from typing import Any

import orjson
from aiohttp import WSMsgType, web

from raidbot.playground.faults import Faults
from raidbot.playground.gateway import intents, members
from raidbot.playground.gateway.connection import Connection
from raidbot.playground.gateway.intents import Intent
from raidbot.playground.gateway.protocol import (
    COMPRESSIONS,
    ENDS_SESSION,
    CloseCode,
    Opcode,
    Refusal,
    control_frame,
    decode,
)
from raidbot.playground.gateway.session import Session
from raidbot.playground.gateway.source import GatewaySource
from raidbot.playground.ratelimits import RateLimits

VERSION = 10
# How long a session without a connection can be resumed.
RESUMABLE_S = 180.0
# With pacing on, one IDENTIFY in this time (`max_concurrency` 1).
IDENTIFY_INTERVAL_S = 5.0
# The method under which fault rules name what happens here; the route is the event, HEARTBEAT_ACK or CONNECT.
FAULT_METHOD = "GATEWAY"


class Gateway:
    """All websockets and sessions of the one application."""

    def __init__(
        self,
        source: GatewaySource,
        clock: Callable[[], float],
        ratelimits: RateLimits,
        faults: Faults,
        *,
        heartbeat_interval: float = 41.25,
        pace_identifies: bool = False,
    ) -> None:
        """Build it; `clock` gives unix seconds, `heartbeat_interval` is in real seconds."""
        self.pace_identifies = pace_identifies
        self._source = source
        self._clock = clock
        self._ratelimits = ratelimits
        self._faults = faults
        self._heartbeat_interval = heartbeat_interval
        self._sessions: dict[str, Session] = {}
        self._connections: set[Connection] = set()
        self._identified_at = float("-inf")
        self._complete = asyncio.Event()
        self._background: set[asyncio.Task[None]] = set()

    # -- for the world

    def dispatch(self, event: str, payload: dict[str, Any], *, guild_id: int | None) -> None:
        """Send an event to every session of the right shard that may see it; never waits.

        Without a guild (DMs, the user) it goes to shard 0 and needs the intents of direct messages.

        Raises:
            KeyError: The event is unknown to the table of intents.
        """
        if self._faults.active and (fault := self._faults.decide(FAULT_METHOD, event)):
            if not fault.lost:
                asyncio.get_running_loop().call_later(fault.delay, self._deliver, event, payload, guild_id)
            return
        self._deliver(event, payload, guild_id)

    @property
    def complete(self) -> bool:
        """Every shard of a bot is connected and has been sent its guilds."""
        return self._complete.is_set()

    async def wait_complete(self) -> None:
        """Wait until every shard of a bot is connected and has been sent its guilds."""
        await self._complete.wait()

    def sessions(self) -> list[Session]:
        """Return the sessions that are alive, connected (`wire` is set) or resumable."""
        return list(self._sessions.values())

    # -- faults on demand

    def drop(self, code: int | None = None) -> int:
        """Close every connection, with a close code or (None) by cutting it; return how many.

        A session ends with the codes of `ENDS_SESSION` and can be resumed otherwise.
        """
        for connection in self._connections:
            if code in ENDS_SESSION:
                self._end(connection.session)
            if code is None:
                connection.abort()
            else:
                connection.close(code, flush=False)
        return len(self._connections)

    def reconnect(self) -> int:
        """Ask every client to reconnect and resume (opcode 7); return how many."""
        return self._tell_all(control_frame(Opcode.RECONNECT))

    def invalidate(self, *, resumable: bool) -> int:
        """Tell every client that its session is invalid (opcode 9); return how many."""
        if not resumable:
            for connection in self._connections:
                self._end(connection.session)
                connection.session = None  # It may identify anew on the same connection.
        return self._tell_all(control_frame(Opcode.INVALID_SESSION, resumable))

    def request_heartbeats(self) -> int:
        """Ask every client for a heartbeat at once (opcode 1); return how many."""
        return self._tell_all(control_frame(Opcode.HEARTBEAT))

    async def reset(self) -> None:
        """End every session and connection and wait until the clients are gone."""
        self._sessions.clear()
        self._identified_at = float("-inf")
        connections = list(self._connections)
        for connection in connections:
            connection.session = None
            # Told that its session is gone, a bot identifies at once instead of trying to resume first.
            connection.send(control_frame(Opcode.INVALID_SESSION, False))
            connection.close(CloseCode.UNKNOWN_ERROR, "Reset.")
        self._judge_completeness()
        for task in self._background:
            task.cancel()
        await asyncio.gather(*(connection.finished.wait() for connection in connections))

    # -- a websocket's life

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one websocket until it closes; query `v`, `encoding`, `compress` as Discord's."""
        fault = self._faults.decide(FAULT_METHOD, "CONNECT") if self._faults.active else None
        if fault is not None:
            await asyncio.sleep(fault.delay)
            if fault.status or fault.lost:
                return web.Response(status=fault.status or 503)
        compression = request.query.get("compress")
        if compression is not None and compression not in COMPRESSIONS:
            compression = None
        websocket = web.WebSocketResponse(compress=False, max_msg_size=1 << 20)
        await websocket.prepare(request)
        connection = Connection(request, websocket, compression)
        self._connections.add(connection)
        connection.send(control_frame(Opcode.HELLO, {"heartbeat_interval": round(self._heartbeat_interval * 1000)}))
        if request.query.get("v") != str(VERSION):
            connection.close(CloseCode.INVALID_VERSION, "Invalid API version.")
        connection.expect_heartbeat(self._heartbeat_interval)
        url = f"ws://{request.host}{request.path}"
        try:
            async for message in websocket:
                if message.type not in {WSMsgType.TEXT, WSMsgType.BINARY}:
                    break
                try:
                    self._receive(connection, message.data, url)
                except Refusal as refusal:
                    if refusal.code in ENDS_SESSION:
                        self._end(connection.session)
                    connection.close(refusal.code, refusal.reason)
        finally:
            self._connections.discard(connection)
            self._detach(connection, websocket.close_code)
            await connection.finish()
        return websocket

    def _receive(self, connection: Connection, raw: str | bytes, url: str) -> None:
        if connection.closed_by_us is not None:
            return
        if not self._ratelimits.gateway_send(connection.sends):
            raise Refusal(CloseCode.RATE_LIMITED, "You are being rate limited.")
        opcode, data = decode(raw)
        if opcode == Opcode.HEARTBEAT:
            connection.expect_heartbeat(self._heartbeat_interval)
            if not (self._faults.active and self._faults.decide(FAULT_METHOD, "HEARTBEAT_ACK")):
                connection.send(control_frame(Opcode.HEARTBEAT_ACK))
        elif opcode in {Opcode.IDENTIFY, Opcode.RESUME}:
            if connection.session is not None:
                raise Refusal(CloseCode.ALREADY_AUTHENTICATED, "Already authenticated.")
            if not isinstance(data, dict) or not isinstance(data.get("token"), str):
                raise Refusal(CloseCode.DECODE_ERROR, "Error while decoding payload.")
            if not self._source.authenticate(data["token"].removeprefix("Bot ")):
                raise Refusal(CloseCode.AUTHENTICATION_FAILED, "Authentication failed.")
            if opcode == Opcode.IDENTIFY:
                self._identify(connection, data, url)
            else:
                self._resume(connection, data)
        elif connection.session is None:
            raise Refusal(CloseCode.NOT_AUTHENTICATED, "Not authenticated.")
        elif opcode == Opcode.REQUEST_GUILD_MEMBERS:
            self._request_members(connection.session, data)
        elif opcode not in {Opcode.PRESENCE_UPDATE, Opcode.VOICE_STATE_UPDATE}:
            raise Refusal(CloseCode.UNKNOWN_OPCODE, "Unknown opcode.")

    def _identify(self, connection: Connection, data: dict[str, Any], url: str) -> None:
        wanted = data.get("intents")
        if not intents.valid(wanted):
            raise Refusal(CloseCode.INVALID_INTENTS, "Invalid intent(s).")
        asked = Intent(wanted)
        if any(intent & asked and not self._source.has_privileged(intent) for intent in intents.PRIVILEGED):
            raise Refusal(CloseCode.DISALLOWED_INTENTS, "Disallowed intent(s).")
        shard = _shard(data.get("shard", [0, 1]))
        if self.pace_identifies:
            now = self._clock()
            if now - self._identified_at < IDENTIFY_INTERVAL_S:
                connection.send(control_frame(Opcode.INVALID_SESSION, False))
                return
            self._identified_at = now
        # A bot that starts anew never comes back for the session its killed predecessor left.
        for old in [each for each in self._sessions.values() if each.wire is None and each.shard == shard]:
            self._end(old)
        session = Session(secrets.token_hex(16), shard, asked)
        self._attach(connection, session)
        guild_ids = [guild_id for guild_id in self._source.guild_ids() if session.serves(guild_id)]
        user = self._source.bot_user()
        ready = {
            "v": VERSION,
            "user": user,
            "guilds": [{"id": str(guild_id), "unavailable": True} for guild_id in guild_ids],
            "private_channels": [],
            "relationships": [],
            "presences": [],
            "session_type": "normal",
            "session_id": session.id,
            "resume_gateway_url": url,
            "shard": list(shard),
            "application": self._source.application(),
        }
        session.push("READY", orjson.dumps(ready))
        for guild_id in guild_ids if asked & Intent.GUILDS else ():
            guild = intents.view(
                "GUILD_CREATE", self._source.guild_create(guild_id), asked, in_guild=True, bot_id=user["id"]
            )
            session.push("GUILD_CREATE", orjson.dumps(guild))
        self._judge_completeness()

    def _resume(self, connection: Connection, data: dict[str, Any]) -> None:
        self._forget_expired()
        session = self._sessions.get(str(data.get("session_id")))
        seq = data.get("seq")
        if session is not None and (not isinstance(seq, int) or seq > session.seq):
            self._end(session)
            raise Refusal(CloseCode.INVALID_SEQ, "Invalid seq.")
        missed = session.missed(seq) if session is not None and isinstance(seq, int) else None
        if session is None or missed is None:
            connection.send(control_frame(Opcode.INVALID_SESSION, False))
            return
        for other in self._connections:
            if other.session is session:
                other.session = None
                other.close(CloseCode.UNKNOWN_ERROR, "Resumed elsewhere.", flush=False)
        self._attach(connection, session)
        for frame in missed:
            connection.send(frame)
        session.push("RESUMED", b"{}")
        self._judge_completeness()

    def _request_members(self, session: Session, data: Any) -> None:
        try:
            request = members.parse(data)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise Refusal(CloseCode.DECODE_ERROR, "Error while decoding payload.") from error
        if (request.everyone and not session.intents & Intent.GUILD_MEMBERS) or (
            request.presences and not session.intents & Intent.GUILD_PRESENCES
        ):
            raise Refusal(CloseCode.DISALLOWED_INTENTS, "Disallowed intent(s).")
        if request.guild_id not in self._source.guild_ids() or not session.serves(request.guild_id):
            return  # Discord says nothing about guilds that are not the session's.
        retry_after = self._ratelimits.all_members(request.guild_id) if request.everyone else 0.0
        if retry_after:
            meta = {"guild_id": str(request.guild_id)} | ({"nonce": request.nonce} if request.nonce else {})
            limited = {"opcode": int(Opcode.REQUEST_GUILD_MEMBERS), "retry_after": retry_after, "meta": meta}
            session.push("RATE_LIMITED", orjson.dumps(limited))
            return
        task = asyncio.get_running_loop().create_task(self._send_chunks(session, request))
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def _send_chunks(self, session: Session, request: members.MembersRequest) -> None:
        for chunk in members.chunks(self._source, request):
            session.push("GUILD_MEMBERS_CHUNK", orjson.dumps(chunk))
            await asyncio.sleep(0)  # 36,000 members are 36 chunks; clicks pass in between.

    # -- sessions

    def _deliver(self, event: str, payload: dict[str, Any], guild_id: int | None) -> None:
        self._forget_expired()
        in_guild = guild_id is not None
        bot_id = ""
        whole: bytes | None = None
        for session in self._sessions.values():
            if not session.serves(guild_id):
                continue
            bot_id = bot_id or self._source.bot_user()["id"]
            if not intents.sees(event, payload, session.intents, in_guild=in_guild, bot_id=bot_id):
                continue
            seen = intents.view(event, payload, session.intents, in_guild=in_guild, bot_id=bot_id)
            if seen is payload:
                whole = whole or orjson.dumps(payload)
                session.push(event, whole)
            else:
                session.push(event, orjson.dumps(seen))

    def _tell_all(self, frame: bytes) -> int:
        for connection in self._connections:
            connection.send(frame)
        return len(self._connections)

    def _attach(self, connection: Connection, session: Session) -> None:
        self._sessions[session.id] = session
        connection.session = session
        session.wire = connection

    def _detach(self, connection: Connection, client_code: int | None) -> None:
        session = connection.session
        if session is None or session.wire is not connection:
            return
        session.wire = None
        session.detached_at = self._clock()
        code = connection.closed_by_us if connection.closed_by_us is not None else client_code
        if code in ENDS_SESSION:
            self._end(session)
        self._judge_completeness()

    def _end(self, session: Session | None) -> None:
        if session is not None:
            session.wire = None
            self._sessions.pop(session.id, None)
            self._judge_completeness()

    def _forget_expired(self) -> None:
        oldest = self._clock() - RESUMABLE_S
        for session in [s for s in self._sessions.values() if s.wire is None and s.detached_at < oldest]:
            self._end(session)

    def _judge_completeness(self) -> None:
        connected = [session.shard for session in self._sessions.values() if session.wire is not None]
        counts = {count for _, count in connected}
        if any(all((index, count) in connected for index in range(count)) for count in counts):
            self._complete.set()
        else:
            self._complete.clear()


def _shard(value: object) -> tuple[int, int]:
    match value:
        case [int(index), int(count)] if 0 <= index < count:
            return index, count
    raise Refusal(CloseCode.INVALID_SHARD, "Invalid shard.")
