from typing import Any

import pytest

from raidbot.playground.gateway import Intent
from raidbot.playground.gateway.protocol import Opcode
from tests.playground.gateway.world import GUILD_A, GUILD_B, Client, Server, connected, crowd, member

MEMBERS = int(Intent.GUILD_MEMBERS)


async def ask(client: Client, guild_id: int = GUILD_A, **request: Any) -> None:
    await client.send(Opcode.REQUEST_GUILD_MEMBERS, {"guild_id": str(guild_id), **request})


async def chunk(client: Client) -> Any:
    return await client.event("GUILD_MEMBERS_CHUNK")


def names(data: dict[str, Any]) -> list[str]:
    return [each["user"]["username"] for each in data["members"]]


async def test_all_members_come_in_chunks_of_a_thousand(server: Server) -> None:
    server.world.crowd[GUILD_A] = crowd(36_000)
    async with connected(server, "zstd-stream") as client:
        await client.identify(MEMBERS)
        await ask(client, query="", limit=0, nonce="n1")
        chunks = [await chunk(client) for _ in range(36)]
    assert [(each["chunk_index"], each["chunk_count"], each["nonce"]) for each in chunks] == [
        (number, 36, "n1") for number in range(36)
    ]
    assert len({each["user"]["id"] for data in chunks for each in data["members"]}) == 36_000
    assert {len(data["members"]) for data in chunks} == {1000}


async def test_the_last_chunk_holds_the_rest_and_an_empty_guild_gets_one_chunk(server: Server) -> None:
    server.world.crowd[GUILD_A] = crowd(1001)
    async with connected(server) as client:
        await client.identify(MEMBERS)
        await ask(client, query="", limit=0)
        assert [len((await chunk(client))["members"]) for _ in range(2)] == [1000, 1]
        await ask(client, GUILD_B, query="", limit=0)
        empty = await chunk(client)
    assert (empty["members"], empty["chunk_count"]) == ([], 1)


async def test_a_second_request_for_all_within_thirty_seconds_is_rate_limited_per_guild(server: Server) -> None:
    server.world.crowd[GUILD_A] = crowd(1)
    async with connected(server) as client:
        await client.identify(MEMBERS)
        await ask(client, query="", limit=0)
        await chunk(client)
        server.clock.at += 10
        await ask(client, query="", limit=0, nonce="again")
        limited = await client.event("RATE_LIMITED")
        await ask(client, query="raider", limit=1)
        await chunk(client)
        await ask(client, GUILD_B, query="", limit=0)
        await chunk(client)
        server.clock.at += 20
        await ask(client, query="", limit=0)
        await chunk(client)
    assert limited == {
        "opcode": 8, "retry_after": pytest.approx(20), "meta": {"guild_id": str(GUILD_A), "nonce": "again"},
    }  # fmt: skip


async def test_members_are_found_by_id_and_the_missing_are_named(server: Server) -> None:
    server.world.crowd[GUILD_A] = crowd(3)
    async with connected(server) as client:
        await client.identify(intents=0)
        await ask(client, user_ids=[str(10**17), "5", str(10**17 + 2)])
        data = await chunk(client)
    assert (names(data), data["not_found"]) == (["raider00000", "raider00002"], ["5"])


async def test_members_are_found_by_the_beginning_of_name_or_nick_up_to_a_hundred(server: Server) -> None:
    server.world.crowd[GUILD_A] = [*crowd(150), member(1, "zoe", nick="Raid Lead"), member(2, "bob")]
    async with connected(server) as client:
        await client.identify(intents=0)
        await ask(client, query="RAID", limit=1000)
        assert len((await chunk(client))["members"]) == 100
        await ask(client, query="raid l", limit=5)
        assert names(await chunk(client)) == ["zoe"]


@pytest.mark.parametrize(
    ("intents", "request_data", "code"),
    [
        (0, {"query": "", "limit": 0}, 4014),
        (MEMBERS, {"query": "", "limit": 0, "presences": True}, 4014),
        (MEMBERS, {"limit": 0}, 4002),
        (MEMBERS, {"user_ids": ["1"] * 101}, 4002),
        (MEMBERS, {"query": "", "limit": -1}, 4002),
        (MEMBERS, {"user_ids": ["alice"]}, 4002),
    ],
)
async def test_a_request_that_is_not_allowed_closes_the_connection(
    server: Server, intents: int, request_data: dict[str, Any], code: int
) -> None:
    async with connected(server) as client:
        await client.identify(intents)
        await ask(client, **request_data)
        assert await client.close_code() == code


async def test_a_guild_of_another_shard_or_of_nobody_gets_no_answer(server: Server) -> None:
    async with connected(server) as client:
        await client.identify(MEMBERS, shard=[0, 2])
        await ask(client, GUILD_A, query="", limit=0)
        await ask(client, 77 << 22, query="", limit=0)
        await ask(client, GUILD_B, query="", limit=0)
        assert (await chunk(client))["guild_id"] == str(GUILD_B)
