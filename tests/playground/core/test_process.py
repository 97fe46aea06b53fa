"""The process: tokens, records, limits, faults, kill orders, its clock and its end."""

import asyncio
import signal
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import hikari
import pytest

from raidbot.playground.driver import Guild, LocalDiscord, Process
from raidbot.playground.snowflakes import Snowflakes, WorldClock, made_at
from tests.playground.core.refusals import refused
from tests.playground.core.tiny_bot import EPHEMERAL, TinyBot

Rest = hikari.api.RESTClient


@pytest.fixture
async def http(discord: LocalDiscord) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(headers={"Authorization": f"Bot {discord.token}"}) as session:
        yield session


async def test_a_wrong_token_is_refused_with_401(discord: LocalDiscord) -> None:
    async with aiohttp.ClientSession() as session:
        for headers in ({}, {"Authorization": "Bot wrong"}):
            async with session.get(f"{discord.rest_url}/users/@me", headers=headers) as response:
                assert response.status == 401
                assert await response.json() == {"message": "401: Unauthorized", "code": 0}


async def test_an_unknown_route_answers_404_and_is_a_problem(
    discord: LocalDiscord, http: aiohttp.ClientSession
) -> None:
    async with http.post(f"{discord.rest_url}/guilds/1/soundboard-sounds", json={}) as response:
        assert response.status == 404
    assert await discord.problems() == ["unknown route POST /guilds/1/soundboard-sounds"]
    await discord.forgive()


async def test_malformed_requests_are_refused(discord: LocalDiscord, guild: Guild, http: aiohttp.ClientSession) -> None:
    channel = await guild.add_channel("talk")
    url = f"{discord.rest_url}/channels/{channel.id}/messages"
    async with http.post(url, data=b"{", headers={"Content-Type": "application/json"}) as response:
        assert (response.status, (await response.json())["code"]) == (400, 50109)
    async with http.get(f"{discord.rest_url}/channels/abc") as response:
        assert (response.status, (await response.json())["code"]) == (400, 50035)
    async with http.post(url, json=[]) as response:
        assert (response.status, (await response.json())["code"]) == (400, 50035)
    async with http.post(url) as response:
        assert (response.status, (await response.json())["code"]) == (400, 50006)


async def test_every_request_is_recorded(discord: LocalDiscord, rest: Rest, guild: Guild) -> None:
    channel = await guild.add_channel("talk")
    await rest.create_message(channel.id, "one")
    with refused(10008, 404):
        await rest.fetch_message(channel.id, 123456789012345678)
    sent, fetched = await discord.requests()
    assert (sent.method, sent.route, sent.status) == ("POST", "/channels/{channel_id}/messages", 200)
    assert sent.body["content"] == "one"
    assert sent.size > 10
    assert (fetched.method, fetched.path, fetched.status) == (
        "GET",
        f"/channels/{channel.id}/messages/123456789012345678",
        404,
    )
    assert await discord.count_by_route() == {
        "POST /channels/{channel_id}/messages": 1,
        "GET /channels/{channel_id}/messages/{message_id}": 1,
    }


async def test_rate_limits_are_told_and_kept(discord: LocalDiscord, guild: Guild, http: aiohttp.ClientSession) -> None:
    await discord.reset(rate_limits=True)
    guild = await discord.add_guild("Busy")
    channel = await guild.add_channel("talk")
    url = f"{discord.rest_url}/channels/{channel.id}/messages"
    statuses = []
    for number in range(6):
        async with http.post(url, json={"content": str(number)}) as response:
            statuses.append(response.status)
            headers, body = response.headers, await response.json()
    assert statuses == [200] * 5 + [429]
    assert headers["X-RateLimit-Scope"] == "user"
    assert 0 < body["retry_after"] <= 5
    assert len(await channel.messages()) == 5


async def test_a_fault_hits_the_chosen_route_only(discord: LocalDiscord, rest: Rest, guild: Guild) -> None:
    channel = await guild.add_channel("talk")
    await discord.fault("status", route="/channels/{channel_id}/messages", method="POST", status=500, times=1)
    await rest.fetch_channel(channel.id)
    async with aiohttp.ClientSession(headers={"Authorization": f"Bot {discord.token}"}) as session:
        url = f"{discord.rest_url}/channels/{channel.id}/messages"
        for expected in (500, 200):
            async with session.post(url, json={"content": "x"}) as response:
                assert response.status == expected
    await discord.fault("drop_after", route="/channels/{channel_id}/messages", method="POST", times=1)
    async with aiohttp.ClientSession(headers={"Authorization": f"Bot {discord.token}"}) as session:
        with pytest.raises(aiohttp.ClientError):
            await session.post(url, json={"content": "y"})
    assert [message.content for message in await channel.messages()] == ["x", "y"]
    await discord.fault("drop_before", times=1)
    async with aiohttp.ClientSession(headers={"Authorization": f"Bot {discord.token}"}) as session:
        with pytest.raises(aiohttp.ClientError):
            await session.post(url, json={"content": "z"})
    assert [request.status for request in await discord.requests()] == [200, 500, 200, 200, 0]


@pytest.mark.parametrize(("after", "arrived"), [(False, ["1"]), (True, ["1", "2"])])
async def test_a_process_is_killed_at_its_nth_request(
    discord: LocalDiscord, guild: Guild, after: bool, arrived: list[str]
) -> None:
    channel = await guild.add_channel("talk")
    script = (
        "import urllib.request as u\n"
        "for n in (b'1', b'2', b'3'):\n"
        f" u.urlopen(u.Request('{discord.rest_url}/channels/{channel.id}/messages', b'{{\"content\": \"'+n+b'\"}}',"
        f" {{'Authorization': 'Bot {discord.token}', 'Content-Type': 'application/json'}}))\n"
        " print('answered', n.decode(), flush=True)\n"
    )
    go = "input()\n" + script
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", go, stdin=PIPE, stdout=PIPE)
    await discord.stop_at_request(2, child.pid, after=after)
    printed, _ = await child.communicate(b"\n")
    assert child.returncode == -signal.SIGKILL
    assert printed.split() == [b"answered", b"1"]
    # The second request is lost with its sender, or only its answer is.
    assert [message.content for message in await channel.messages()][: len(arrived)] == arrived
    assert not await discord.cancel_stop()


async def test_the_clock_shifts_for_everybody(discord: LocalDiscord, playground: Process, rest: Rest) -> None:
    assert playground.clock_file is not None
    before = await discord.now()
    await discord.shift_clock(3600)
    await discord.shift_clock(60)
    assert await discord.now() - before == pytest.approx(3660, abs=5)
    assert float(playground.clock_file.read_text()) == pytest.approx(3660)
    guild = await discord.add_guild("Later")
    message = await rest.create_message((await guild.add_channel("talk")).id, "from the future")
    assert message.created_at.timestamp() - before == pytest.approx(3660, abs=5)
    await discord.reset(rate_limits=False)
    assert float(playground.clock_file.read_text()) == 0.0
    assert await discord.now() - before == pytest.approx(0, abs=5)


async def test_a_storm_is_pressed_and_measured_as_one(discord: LocalDiscord, guild: Guild, bot: TinyBot) -> None:
    channel, raiders = await guild.add_channel("raids"), await guild.add_members(100)
    joined: list[int] = []

    async def join(it: hikari.ComponentInteraction) -> None:
        joined.append(it.user.id)
        await it.create_initial_response(hikari.ResponseType.DEFERRED_MESSAGE_CREATE, flags=EPHEMERAL)
        await it.edit_initial_response(f"welcome {it.user.username}")

    bot.on("join", join)
    posted = await bot.rest.create_message(channel.id, "panel", component=bot.row(("Join", "join")))
    panel = await channel.wait_for(lambda message: message.id == posted.id)
    replies = await discord.storm([(raider, panel, "Join") for raider in raiders])
    assert sorted(joined) == sorted(raider.id for raider in raiders)
    assert [reply.text for reply in replies] == [f"welcome {raider.name}" for raider in raiders]
    for reply in replies:
        assert reply.acknowledged_after is not None
        assert reply.completed_after is not None
        assert reply.acknowledged_after <= reply.completed_after
    assert len(await channel.messages()) == 1


async def test_a_dropped_gateway_is_resumed_without_a_loss(discord: LocalDiscord, guild: Guild, bot: TinyBot) -> None:
    channel, kate = await guild.add_channel("raids"), await guild.add_member("Kate")
    assert await discord.drop_gateway(resumable=True) == 1
    await channel.send(kate, "while you were away")
    event = await bot.hears(hikari.GuildMessageCreateEvent, lambda e: e.content == "while you were away")
    assert event.author_id == kate.id
    await discord.wait_ready()
    await bot.app.close()
    await discord.wait_gone()


async def test_the_process_ends_with_its_parent_and_on_sigterm() -> None:
    orphan = await asyncio.to_thread(Process.start)
    assert orphan.child.stdin is not None
    orphan.child.stdin.close()
    assert await asyncio.to_thread(orphan.child.wait, 10) == 0
    orphan.stop()
    told = await LocalDiscord.launch()
    assert told.process is not None
    told.process.child.terminate()
    assert await asyncio.to_thread(told.process.child.wait, 10) == 0
    await told.close()


def test_ids_grow_and_carry_their_time(tmp_path: Path) -> None:
    clock = WorldClock(tmp_path / "offset")
    ids = Snowflakes(clock)
    made = [ids.next() for _ in range(1000)]
    assert made == sorted(set(made))
    assert made_at(made[0]) == pytest.approx(clock.now(), abs=5)
    clock.shift(-3600)
    assert ids.next() > made[-1]
