import pytest
from hypothesis import given
from hypothesis import strategies as st

from raidbot.playground.gateway import Intent
from raidbot.playground.gateway.hub import RESUMABLE_S
from raidbot.playground.gateway.protocol import CloseCode, Opcode
from raidbot.playground.gateway.session import Session
from tests.playground.gateway.world import GUILD_A, Client, Server, connected


async def leave(server: Server, client: Client, code: int = 3000) -> None:
    """Close as a client that will come back, and wait until the server has noticed."""
    await client.websocket.close(code=code)
    await server.all_left()


async def bot(client: Client) -> None:
    await client.identify()
    for _ in range(2):
        await client.event("GUILD_CREATE")


def click(server: Server, number: int) -> None:
    server.gateway.dispatch("INTERACTION_CREATE", {"id": str(number)}, guild_id=GUILD_A)


async def test_a_resumed_session_gets_what_it_missed_in_order_and_then_goes_on(server: Server) -> None:
    async with connected(server, "zlib-stream") as client:
        await bot(client)
        click(server, 1)
        await client.event("INTERACTION_CREATE")
        await leave(server, client)
    click(server, 2)
    click(server, 3)
    assert not server.gateway.complete
    async with connected(server, "zstd-stream") as again:
        await again.resume(client.session_id, client.seq)
        payloads = [await again.receive() for _ in range(3)]
        click(server, 4)
        payloads.append(await again.receive())
    assert [(each["t"], each["d"].get("id")) for each in payloads] == [
        ("INTERACTION_CREATE", "2"), ("INTERACTION_CREATE", "3"), ("RESUMED", None), ("INTERACTION_CREATE", "4"),
    ]  # fmt: skip
    assert client.seq is not None
    assert [each["s"] for each in payloads] == list(range(client.seq + 1, client.seq + 5))


@pytest.mark.parametrize("code", [None, 4000, 4008])
async def test_a_dropped_connection_can_be_resumed(server: Server, code: int | None) -> None:
    async with connected(server) as client:
        await bot(client)
        assert server.gateway.drop(code) == 1
        assert await client.close_code() == (code or 1006)
        await server.all_left()
    async with connected(server) as again:
        await again.resume(client.session_id, client.seq)
        await again.event("RESUMED")
        assert server.gateway.complete


@pytest.mark.parametrize("code", [1000, 1001, 4004, 4009, 4014])
async def test_a_final_close_code_ends_the_session(server: Server, code: int) -> None:
    async with connected(server) as client:
        await bot(client)
        server.gateway.drop(code)
        assert await client.close_code() == code
    assert server.gateway.sessions() == []


@pytest.mark.parametrize("code", [1000, 1001])
async def test_a_client_that_says_goodbye_loses_its_session(server: Server, code: int) -> None:
    async with connected(server) as client:
        await bot(client)
        await leave(server, client, code)
    async with connected(server) as again:
        await again.resume(client.session_id, client.seq)
        assert await again.op(Opcode.INVALID_SESSION) is False
        await bot(again)


async def test_a_sequence_number_from_the_future_closes_with_4007_and_ends_the_session(server: Server) -> None:
    async with connected(server) as client:
        await bot(client)
        await leave(server, client)
    async with connected(server) as again:
        await again.resume(client.session_id, 99)
        assert await again.close_code() == CloseCode.INVALID_SEQ
    async with connected(server) as third:
        await third.resume(client.session_id, client.seq)
        assert await third.op(Opcode.INVALID_SESSION) is False


async def test_a_session_can_be_resumed_for_a_limited_time(server: Server) -> None:
    async with connected(server) as client:
        await bot(client)
        await leave(server, client)
    server.clock.at += RESUMABLE_S + 1
    async with connected(server) as again:
        await again.resume(client.session_id, client.seq)
        assert await again.op(Opcode.INVALID_SESSION) is False


async def test_a_new_identify_of_the_shard_ends_the_session_a_killed_bot_left(server: Server) -> None:
    async with connected(server) as client:
        await bot(client)
        server.gateway.drop()
        await client.close_code()
    await server.all_left()
    async with connected(server) as again:
        await bot(again)
        assert [session.id for session in server.gateway.sessions()] == [again.session_id]


async def test_a_session_resumed_elsewhere_leaves_its_old_connection(server: Server) -> None:
    async with connected(server) as client, connected(server) as again:
        await bot(client)
        await again.resume(client.session_id, client.seq)
        await again.event("RESUMED")
        assert await client.close_code() == 4000
        click(server, 1)
        await again.event("INTERACTION_CREATE")


async def test_reconnect_and_invalid_session_are_sent_on_demand(server: Server) -> None:
    async with connected(server) as client:
        await bot(client)
        server.gateway.reconnect()
        await client.op(Opcode.RECONNECT)
        server.gateway.invalidate(resumable=True)
        assert await client.op(Opcode.INVALID_SESSION) is True
        assert len(server.gateway.sessions()) == 1
        server.gateway.invalidate(resumable=False)
        assert await client.op(Opcode.INVALID_SESSION) is False
        assert server.gateway.sessions() == []
        await bot(client)


@given(sizes=st.lists(st.integers(0, 60), max_size=40), room=st.integers(0, 1500), seen=st.integers(-3, 45))
def test_missed_frames_are_exactly_those_after_the_last_seen_or_unknown(sizes: list[int], room: int, seen: int) -> None:
    session = Session("s", (0, 1), Intent(0), replay_bytes=room)
    sent: list[bytes] = []

    class Wire:
        def send(self, frame: bytes) -> None:
            sent.append(frame)

    session.wire = Wire()
    for size in sizes:
        session.push("E", b'"' + b"x" * size + b'"')
    missed = session.missed(seen)
    if missed is None:
        assert not 0 <= seen <= len(sizes) or sum(map(len, sent[seen:])) > room
    else:
        assert missed == sent[seen:]
