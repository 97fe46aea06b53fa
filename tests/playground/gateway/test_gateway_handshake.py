import asyncio
from typing import Any

import aiohttp
import pytest

from raidbot.playground.faults import Kind, Rule
from raidbot.playground.gateway import Intent
from raidbot.playground.gateway.protocol import Opcode
from tests.playground.gateway.world import BOT_ID, GUILD_A, GUILD_B, TOKEN, Client, Server, connected


async def refused(server: Server, *payloads: tuple[int, Any], version: int = 10) -> int | None:
    """Send payloads to a new connection and return the code it is closed with."""
    async with connected(server, version=version) as client:
        for op, data in payloads:
            await client.send(op, data)
        return await client.close_code()


def identify(**changes: Any) -> tuple[int, Any]:
    return Opcode.IDENTIFY, {"token": TOKEN, "intents": 1, "properties": {}} | changes


@pytest.mark.parametrize("compress", [None, "zlib-stream", "zstd-stream"])
async def test_a_bot_gets_ready_and_its_guilds_in_every_compression(server: Server, compress: str | None) -> None:
    async with connected(server, compress) as client:
        ready = await client.identify()
        guilds = [await client.event("GUILD_CREATE") for _ in range(2)]
        server.gateway.dispatch("INTERACTION_CREATE", {"id": "1"}, guild_id=GUILD_A)
        assert await client.event("INTERACTION_CREATE") == {"id": "1"}
    assert (ready["v"], ready["user"]["id"], ready["application"]["id"]) == (10, BOT_ID, BOT_ID)
    assert ready["guilds"] == [{"id": str(guild), "unavailable": True} for guild in (GUILD_A, GUILD_B)]
    assert ready["resume_gateway_url"] == server.url
    assert [guild["unavailable"] for guild in guilds] == [False, False]


async def test_without_the_guilds_intent_no_guild_is_sent(server: Server) -> None:
    async with connected(server) as client:
        await client.identify(intents=0)
        server.gateway.dispatch("INTERACTION_CREATE", {}, guild_id=GUILD_A)
        assert (await client.receive())["t"] == "INTERACTION_CREATE"


async def test_shards_share_the_guilds_and_all_are_needed_to_be_complete(server: Server) -> None:
    async with connected(server) as first, connected(server) as second:
        ready = await first.identify(shard=[0, 2])
        assert [guild["id"] for guild in ready["guilds"]] == [str(GUILD_B)]
        assert not server.gateway.complete
        ready = await second.identify(shard=[1, 2])
        assert [guild["id"] for guild in ready["guilds"]] == [str(GUILD_A)]
        await asyncio.wait_for(server.gateway.wait_complete(), 5)
        server.gateway.dispatch("INTERACTION_CREATE", {"in": "a"}, guild_id=GUILD_A)
        server.gateway.dispatch("INTERACTION_CREATE", {"in": "dm"}, guild_id=None)
        assert await second.event("INTERACTION_CREATE") == {"in": "a"}
        assert await first.event("INTERACTION_CREATE") == {"in": "dm"}


@pytest.mark.parametrize(
    ("payloads", "code"),
    [
        ([identify(token="wrong")], 4004),
        ([identify(token=None)], 4002),
        ([(Opcode.RESUME, {"token": "wrong", "session_id": "x", "seq": 1})], 4004),
        ([identify(intents=1 << 60)], 4013),
        ([identify(intents=-1)], 4013),
        ([identify(intents=None)], 4013),
        ([identify(shard=[2, 2])], 4010),
        ([identify(shard="0/1")], 4010),
        ([(Opcode.REQUEST_GUILD_MEMBERS, {"guild_id": "1", "query": "", "limit": 0})], 4003),
        ([identify(), identify()], 4005),
        ([identify(), (42, None)], 4001),
        ([("x", None)], 4002),
        ([(Opcode.HEARTBEAT, "x" * 4096)], 4002),
    ],
)
async def test_what_breaks_the_protocol_closes_the_connection(
    server: Server, payloads: list[tuple[Any, Any]], code: int
) -> None:
    async with connected(server) as client:
        for op, data in payloads:
            await client.websocket.send_json({"op": op if op == "x" else int(op), "d": data})
        assert await client.close_code() == code


@pytest.mark.parametrize("frame", ["no json", "[]", "7", "{}"])
async def test_garbage_closes_the_connection_with_4002(server: Server, frame: str) -> None:
    async with connected(server) as client:
        await client.websocket.send_str(frame)
        assert await client.close_code() == 4002


async def test_another_version_is_refused_with_4012(server: Server) -> None:
    assert await refused(server, version=9) == 4012


@pytest.mark.parametrize("intent", [Intent.GUILD_MEMBERS, Intent.GUILD_PRESENCES, Intent.MESSAGE_CONTENT])
async def test_a_privileged_intent_that_is_switched_off_is_refused_with_4014(server: Server, intent: Intent) -> None:
    server.world.privileged = ~intent
    assert await refused(server, identify(intents=int(intent | Intent.GUILDS))) == 4014
    async with connected(server) as client:
        await client.identify(intents=int(~intent & Intent.GUILDS | Intent.GUILD_MESSAGES))


async def test_heartbeats_are_answered_before_and_after_identify(server: Server) -> None:
    async with connected(server) as client:
        await client.send(Opcode.HEARTBEAT)
        await client.op(Opcode.HEARTBEAT_ACK)
        await client.identify()
        await client.send(Opcode.HEARTBEAT, client.seq)
        await client.op(Opcode.HEARTBEAT_ACK)


async def test_the_server_can_ask_for_a_heartbeat(server: Server) -> None:
    async with connected(server) as client:
        await client.identify()
        assert server.gateway.request_heartbeats() == 1
        await client.op(Opcode.HEARTBEAT)


async def test_a_client_that_stops_beating_is_closed_with_4009_and_loses_its_session() -> None:
    async with Server(heartbeat_interval=0.1).running() as server, connected(server) as client:
        await client.identify()
        assert await client.close_code() == 4009
        assert server.gateway.sessions() == []


async def test_a_client_that_reads_nothing_any_more_is_cut_off() -> None:
    async with Server(heartbeat_interval=0.1).running() as server, connected(server) as client:
        await client.identify()
        client.websocket._conn.transport.pause_reading()  # type: ignore[union-attr]
        server.gateway.dispatch("INTERACTION_CREATE", {"x": "x" * 20_000_000}, guild_id=GUILD_A)
        async with asyncio.timeout(10):
            await server.all_left()
        client.websocket._conn.transport.resume_reading()  # type: ignore[union-attr]


async def test_the_hundred_and_twenty_first_payload_of_a_minute_closes_with_4008(server: Server) -> None:
    async with connected(server) as client:
        await client.identify()
        for _ in range(119):
            await client.send(Opcode.PRESENCE_UPDATE, {})
        assert server.gateway.complete
        server.clock.at += 61
        for _ in range(120):
            await client.send(Opcode.PRESENCE_UPDATE, {})
        await client.send(Opcode.HEARTBEAT)
        assert await client.close_code() == 4008
        assert len(server.gateway.sessions()) == 1


async def test_with_pacing_a_second_identify_within_five_seconds_gets_an_invalid_session(server: Server) -> None:
    server.gateway.pace_identifies = True
    async with connected(server) as first, connected(server) as second:
        await first.identify(shard=[0, 2])
        await second.send(*identify(shard=[1, 2]))
        assert await second.op(Opcode.INVALID_SESSION) is False
        server.clock.at += 5
        await second.identify(shard=[1, 2])


async def test_connections_can_be_refused_and_heartbeats_left_unanswered(server: Server) -> None:
    server.faults.add(Rule(kind=Kind.STATUS, status=503, method="GATEWAY", route="CONNECT", times=1))
    with pytest.raises(aiohttp.WSServerHandshakeError):
        async with connected(server):
            pass
    server.faults.add(Rule(kind=Kind.DROP_BEFORE, method="GATEWAY", route="HEARTBEAT_ACK", times=1))
    async with connected(server) as client:
        await client.send(Opcode.HEARTBEAT)
        await client.identify()
        await client.send(Opcode.HEARTBEAT)
        while (payload := await client.receive())["op"] != Opcode.HEARTBEAT_ACK:
            assert payload["op"] == Opcode.DISPATCH


async def test_reset_leaves_no_session_and_no_client(server: Server) -> None:
    async with connected(server) as client:
        await client.identify()
        closed = asyncio.create_task(_closed(client))
        await server.gateway.reset()
        assert await closed == 4000
        assert server.gateway.sessions() == []
        assert not server.gateway.complete


async def _closed(client: Client) -> int | None:
    return await client.close_code()
