from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from raidbot.playground.faults import Faults, Kind, Rule

ROUTE = "/channels/{channel_id}/messages"


def hits(faults: Faults, times: int, *, body: bytes = b"", method: str = "POST", route: str = ROUTE) -> list[bool]:
    return [faults.decide(method, route, body=body) is not None for _ in range(times)]


def test_a_rule_hits_only_its_method_and_route() -> None:
    faults = Faults()
    faults.add(Rule(kind=Kind.STATUS, method="POST", route="/channels/*"))
    assert hits(faults, 1) == [True]
    assert hits(faults, 1, method="GET") == hits(faults, 1, route="/guilds/{guild_id}") == [False]


def test_skip_and_times_count_matches() -> None:
    faults = Faults()
    faults.add(Rule(kind=Kind.DROP_BEFORE, skip=2, times=2))
    assert hits(faults, 6) == [False, False, True, True, False, False]


def test_probability_is_the_same_in_every_run() -> None:
    faults = Faults(seed=7)
    faults.add(Rule(kind=Kind.STATUS, probability=0.5))
    first = hits(faults, 50)
    assert 10 < sum(first) < 40
    faults.clear()
    assert not faults.active
    faults.add(Rule(kind=Kind.STATUS, probability=0.5))
    assert hits(faults, 50) == first


def test_every_other_of_equal_requests_fails_and_its_retry_passes() -> None:
    faults = Faults()
    faults.add(Rule(kind=Kind.STATUS, every_other=True))
    assert hits(faults, 4, body=b"a") == [True, False, True, False]
    assert hits(faults, 2, body=b"b") == [True, False]


def test_a_multipart_retry_counts_as_the_same_request_despite_its_new_boundary() -> None:
    faults = Faults()
    faults.add(Rule(kind=Kind.STATUS, every_other=True))
    assert hits(faults, 1, body=b"--1111\r\npart\r\n--1111--") == [True]
    assert hits(faults, 1, body=b"--2222\r\npart\r\n--2222--") == [False]


def test_latency_adds_to_the_first_other_rule_that_hits() -> None:
    faults = Faults()
    for rule in (Rule(kind=Kind.LATENCY, seconds=1), Rule(kind=Kind.STATUS, status=502), Rule(kind=Kind.STATUS),
                 Rule(kind=Kind.LATENCY, seconds=2)):  # fmt: skip
        faults.add(rule)
    fault = faults.decide("GET", ROUTE)
    assert fault is not None
    assert (fault.delay, fault.status) == (3, 502)


@pytest.mark.parametrize("wrong", [{"kind": "explode"}, {"kind": "rate_limit", "scope": "galaxy"}])
def test_a_rule_from_json_is_checked(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"explode|galaxy"):
        Rule(**wrong)


class Shop:
    """A server whose only route counts what it handled."""

    def __init__(self) -> None:
        self.faults = Faults()
        self.handled = 0
        self.url = ""

    async def handle(self, request: web.Request) -> web.StreamResponse:
        async def handler() -> web.StreamResponse:
            self.handled += 1
            return web.Response(text="ok")

        return await self.faults.around(request, ROUTE, await request.read(), handler)


@pytest.fixture
async def shop() -> AsyncIterator[Shop]:
    shop = Shop()
    app = web.Application()
    app.router.add_post("/", shop.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    shop.url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    yield shop
    await runner.cleanup()


async def test_a_lost_request_is_not_handled_and_a_lost_response_is(shop: Shop) -> None:
    async with aiohttp.ClientSession() as http:
        shop.faults.add(Rule(kind=Kind.DROP_BEFORE, times=1))
        with pytest.raises(aiohttp.ClientConnectionError):
            await http.post(shop.url)
        assert shop.handled == 0
        shop.faults.add(Rule(kind=Kind.DROP_AFTER, times=1))
        with pytest.raises(aiohttp.ClientConnectionError):
            await http.post(shop.url)
        assert shop.handled == 1
        async with http.post(shop.url) as response:
            assert await response.text() == "ok"


async def test_a_rate_limit_answers_as_discord_does(shop: Shop) -> None:
    shop.faults.add(Rule(kind=Kind.RATE_LIMIT, retry_after=1.5, scope="shared", times=1))
    async with aiohttp.ClientSession() as http, http.post(shop.url) as response:
        assert response.status == 429
        assert (response.headers["Retry-After"], response.headers["X-RateLimit-Scope"]) == ("2", "shared")
        body = await response.json()
    assert (body["retry_after"], body["global"]) == (1.5, False)
    assert shop.handled == 0
