"""A world of two guilds for the gateway alone, and a client that speaks the protocol by hand."""

import asyncio
import itertools
import sys
import zlib
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import orjson
from aiohttp import WSMsgType, web

from raidbot.playground.faults import Faults
from raidbot.playground.gateway import Gateway, Intent
from raidbot.playground.gateway.protocol import Opcode
from raidbot.playground.ratelimits import RateLimits

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

TOKEN = "MTAwMDAwMDAwMDAwMDAwMDAx.x.y"
BOT_ID = "100000000000000001"
JOINED = "2024-01-01T00:00:00.000000+00:00"
GUILD_A = 1 << 22  # shard 1 of 2
GUILD_B = 2 << 22  # shard 0 of 2


def user(user_id: int | str, name: str) -> dict[str, Any]:
    return {"id": str(user_id), "username": name, "discriminator": "0", "global_name": None, "avatar": None}


def member(user_id: int | str, name: str, nick: str | None = None) -> dict[str, Any]:
    flags = {"roles": [], "joined_at": JOINED, "deaf": False, "mute": False, "flags": 0, "pending": False}
    return {"user": user(user_id, name), "nick": nick, "avatar": None, **flags}


def message(content: str, **changes: Any) -> dict[str, Any]:
    plain = {
        "id": "5",
        "channel_id": "300",
        "author": user("42", "alice"),
        "content": content,
        "embeds": [{"title": "t"}],
    }
    return {**plain, "attachments": [], "components": [], "mentions": [], **changes}


class World:
    """A `GatewaySource` made of plain attributes."""

    def __init__(self) -> None:
        self.privileged = ~Intent(0)
        self.crowd: dict[int, list[dict[str, Any]]] = {GUILD_A: [], GUILD_B: []}

    def authenticate(self, token: str) -> bool:
        return token == TOKEN

    def bot_user(self) -> dict[str, Any]:
        return {**user(BOT_ID, "bot"), "bot": True, "mfa_enabled": False, "verified": True, "email": None, "flags": 0}

    def application(self) -> dict[str, Any]:
        return {"id": BOT_ID, "flags": 0}

    def guild_ids(self) -> list[int]:
        return list(self.crowd)

    def guild_create(self, guild_id: int) -> dict[str, Any]:
        nothing = dict.fromkeys(
            ("icon", "splash", "discovery_splash", "afk_channel_id", "application_id", "description", "banner",
             "system_channel_id", "rules_channel_id", "vanity_url_code", "public_updates_channel_id")
        )  # fmt: skip
        zero = dict.fromkeys(
            ("verification_level", "default_message_notifications", "explicit_content_filter", "mfa_level",
             "system_channel_flags", "premium_tier", "nsfw_level"), 0
        )  # fmt: skip
        empty: dict[str, Any] = {
            key: [] for key in ("roles", "emojis", "stickers", "features", "presences", "voice_states", "threads")
        }
        rest = {"id": str(guild_id), "name": "G", "owner_id": "42", "afk_timeout": 300, "preferred_locale": "en-US",
                "premium_progress_bar_enabled": False, "unavailable": False, "large": False, "joined_at": JOINED,
                "member_count": len(self.crowd[guild_id]) + 1, "channels": []}  # fmt: skip
        return {**nothing, **zero, **empty, **rest, "members": [member(BOT_ID, "bot"), member(42, "alice")]}

    def members(self, guild_id: int) -> Iterable[dict[str, Any]]:
        return self.crowd[guild_id]

    def member(self, guild_id: int, user_id: int) -> dict[str, Any] | None:
        return next((each for each in self.crowd[guild_id] if each["user"]["id"] == str(user_id)), None)

    def has_privileged(self, intent: Intent) -> bool:
        return bool(self.privileged & intent)


class Clock:
    """Unix seconds that a test moves."""

    def __init__(self) -> None:
        self.at = 1_700_000_000.0

    def __call__(self) -> float:
        return self.at


class Server:
    """A gateway on a free port of this machine."""

    def __init__(self, *, heartbeat_interval: float = 41.25) -> None:
        self.clock = Clock()
        self.world = World()
        self.faults = Faults()
        self.ratelimits = RateLimits(enabled=True, clock=self.clock)
        self.gateway = Gateway(
            self.world, self.clock, self.ratelimits, self.faults, heartbeat_interval=heartbeat_interval
        )
        self.app = web.Application()
        self.app.router.add_get("/gw", self.gateway.handle)
        self.url = ""

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Server"]:
        runner = web.AppRunner(self.app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"ws://127.0.0.1:{runner.addresses[0][1]}/gw"
        try:
            yield self
        finally:
            await self.gateway.reset()
            await runner.cleanup()

    async def all_left(self) -> None:
        """Wait until every websocket of this moment has ended."""
        async with asyncio.timeout(10):
            for connection in list(self.gateway._connections):
                await connection.finished.wait()


class Client:
    """One websocket, with the session's state that a bot keeps."""

    def __init__(self, websocket: aiohttp.ClientWebSocketResponse, compress: str | None) -> None:
        self.websocket = websocket
        self.seq: int | None = None
        self.session_id = ""
        self._compress = compress
        self._inflate = zlib.decompressobj() if compress == "zlib-stream" else zstd.ZstdDecompressor()

    async def send(self, op: int, d: Any = None) -> None:
        await self.websocket.send_bytes(orjson.dumps({"op": int(op), "d": d}))

    async def receive(self) -> dict[str, Any]:
        """Return the next payload; the frame type must fit the compression."""
        frame = await self.websocket.receive(timeout=5)
        assert frame.type is (WSMsgType.BINARY if self._compress else WSMsgType.TEXT), frame
        payload: dict[str, Any] = orjson.loads(self._inflate.decompress(frame.data) if self._compress else frame.data)
        self.seq = payload["s"] or self.seq
        return payload

    async def event(self, name: str) -> Any:
        """Read until an event and return its data."""
        while (payload := await self.receive())["t"] != name:
            pass
        return payload["d"]

    async def op(self, opcode: Opcode) -> Any:
        """Read until an opcode and return its data."""
        while (payload := await self.receive())["op"] != opcode:
            pass
        return payload["d"]

    async def close_code(self) -> int | None:
        """Read until the server closes and return its code."""
        async with asyncio.timeout(5):
            async for _ in self.websocket:
                pass
        return self.websocket.close_code

    async def identify(self, intents: int = int(Intent.GUILDS), **changes: Any) -> dict[str, Any]:
        """Identify and read up to READY."""
        await self.send(Opcode.IDENTIFY, {"token": TOKEN, "intents": intents, "properties": {}, **changes})
        ready: dict[str, Any] = await self.event("READY")
        self.session_id = ready["session_id"]
        return ready

    async def resume(self, session_id: str, seq: int | None) -> None:
        await self.send(Opcode.RESUME, {"token": TOKEN, "session_id": session_id, "seq": seq})


@asynccontextmanager
async def connected(server: Server, compress: str | None = None, version: int = 10) -> AsyncIterator[Client]:
    """Connect and read HELLO."""
    query = {"v": str(version), "encoding": "json"} | ({"compress": compress} if compress else {})
    async with aiohttp.ClientSession() as http, http.ws_connect(server.url, params=query, max_msg_size=0) as websocket:
        client = Client(websocket, compress)
        await client.op(Opcode.HELLO)
        yield client


def crowd(count: int) -> list[dict[str, Any]]:
    """Make members with ids from 10**17 on."""
    return [
        member(number, f"raider{number % 10**17:05}") for number in itertools.islice(itertools.count(10**17), count)
    ]
