"""The real hikari, unpatched, against the gateway alone."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import hikari
import pytest
from aiohttp import web

from raidbot.playground.gateway import Intent
from tests.playground.gateway.world import BOT_ID, GUILD_A, GUILD_B, TOKEN, Server, crowd, message, user


@asynccontextmanager
async def bot(server: Server) -> AsyncIterator[hikari.GatewayBot]:
    """Start a bot with all intents; it is stopped at the end."""

    async def gateway(_request: web.Request) -> web.Response:
        limit = {"total": 1000, "remaining": 999, "reset_after": 1, "max_concurrency": 1}
        return web.json_response({"url": server.url, "shards": 1, "session_start_limit": limit})

    async def application(_request: web.Request) -> web.Response:
        told = {"id": BOT_ID, "name": "bot", "icon": None, "description": "", "owner": user(42, "alice")}
        more = {"bot_public": False, "bot_require_code_grant": False, "verify_key": "00" * 32, "flags": 0, "team": None,
                "approximate_guild_count": 2, "approximate_user_install_count": 0}  # fmt: skip
        return web.json_response(told | more)

    server.app.router.add_get("/gateway/bot", gateway)
    server.app.router.add_get("/oauth2/applications/@me", application)
    async with server.running():
        rest_url = server.url.replace("ws://", "http://").removesuffix("/gw")
        the_bot = hikari.GatewayBot(TOKEN, rest_url=rest_url, banner=None, logs=None, intents=hikari.Intents.ALL,
                                    suppress_optimization_warning=True)  # fmt: skip
        try:
            await the_bot.start(check_for_updates=False)
            yield the_bot
        finally:
            if the_bot.is_alive:
                await the_bot.close()


async def test_hikari_becomes_ready_hears_events_and_gets_all_members() -> None:
    server = Server()
    server.world.crowd[GUILD_A] = crowd(2500)
    async with bot(server) as the_bot:
        heard: asyncio.Queue[str | None] = asyncio.Queue()
        chunked: asyncio.Queue[int] = asyncio.Queue()

        async def hear(event: hikari.DMMessageCreateEvent) -> None:
            await heard.put(event.content)

        async def count(event: hikari.MemberChunkEvent) -> None:
            await chunked.put(len(event.members))

        the_bot.subscribe(hikari.DMMessageCreateEvent, hear)
        the_bot.subscribe(hikari.MemberChunkEvent, count)
        assert server.gateway.complete
        async with asyncio.timeout(10):
            told = {"timestamp": "2026-01-01T00:00:00+00:00", "edited_timestamp": None, "tts": False, "pinned": False}
            said = message("hello", embeds=[], type=0, flags=0, **told)
            server.gateway.dispatch("MESSAGE_CREATE", said, guild_id=None)
            assert await heard.get() == "hello"
            assert set(the_bot.cache.get_guilds_view()) == {GUILD_A, GUILD_B}
            await the_bot.request_guild_members(GUILD_A)
            assert sorted([await chunked.get() for _ in range(3)]) == [500, 1000, 1000]


@pytest.mark.parametrize("how", ["reconnect", "cut", "closed"])
async def test_hikari_resumes_and_misses_nothing(how: str) -> None:
    server = Server()
    async with bot(server) as the_bot:
        resumed, heard = asyncio.Event(), asyncio.Event()

        async def note(_event: hikari.ShardResumedEvent) -> None:
            resumed.set()

        async def hear(_event: hikari.GuildLeaveEvent) -> None:
            heard.set()

        the_bot.subscribe(hikari.ShardResumedEvent, note)
        the_bot.subscribe(hikari.GuildLeaveEvent, hear)
        left = asyncio.create_task(server.all_left())
        await asyncio.sleep(0)  # it looks at the connections of now
        if how == "reconnect":
            server.gateway.reconnect()
        else:
            server.gateway.drop(None if how == "cut" else 4000)
        async with asyncio.timeout(15):
            await left
            server.gateway.dispatch("GUILD_DELETE", {"id": str(GUILD_B)}, guild_id=GUILD_B)
            await resumed.wait()
            await heard.wait()
        assert len(server.gateway.sessions()) == 1


async def test_hikari_identifies_anew_after_a_reset() -> None:
    server = Server()
    async with bot(server):
        [before] = server.gateway.sessions()
        await server.gateway.reset()
        await asyncio.wait_for(server.gateway.wait_complete(), 15)
        [after] = server.gateway.sessions()
    assert after.id != before.id


async def test_hikari_gives_up_when_a_privileged_intent_is_refused() -> None:
    server = Server()
    server.world.privileged = ~Intent.GUILD_MEMBERS
    with pytest.raises(hikari.GatewayServerClosedConnectionError) as refusal:
        async with bot(server):
            pass
    assert refusal.value.code == hikari.ShardCloseCode.DISALLOWED_INTENT
