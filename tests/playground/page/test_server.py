"""Who does not know the address learns nothing, and no other page of the browser gets in."""

from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest

from raidbot.playground.demo.cast import Cast
from raidbot.playground.driver import File, LocalDiscord
from raidbot.playground.page import Page


def origin(shown: Page) -> str:
    return shown.address.rstrip("/").rpartition("/")[0]


async def status(browser: aiohttp.ClientSession, url: str, **more: Any) -> int:
    async with browser.get(url, **more) as answer:
        return answer.status


async def test_the_address_serves_the_page_under_a_strict_policy(browser: aiohttp.ClientSession, shown: Page) -> None:
    assert urlsplit(shown.address).hostname == "127.0.0.1"
    async with browser.get(shown.address) as answer:
        assert await answer.text() == "<!doctype html>the page"
        policy = answer.headers["Content-Security-Policy"]
        assert not [name for name in answer.headers if name.startswith("Access-Control")]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "http" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert await status(browser, shown.address + "page.js") == 200
    assert await status(browser, shown.address + "page.css") == 200


async def test_a_wrong_token_or_path_is_404_and_says_nothing_else(browser: aiohttp.ClientSession, shown: Page) -> None:
    home, token = origin(shown), shown.address.rstrip("/").rpartition("/")[2]
    wrong = ["/", "/page.js", "/wrong/", f"/{token}", f"/{token[:-1]}x/", f"/{token}/secret", f"/{token}/../secret"]
    wrong += [f"/{token}/%2e%2e/secret", f"/{token}/index.html", f"/x/{token}/", f"/{token}//page.js"]
    bodies = set()
    for path in wrong:
        async with browser.get(home + path) as answer:
            assert answer.status == 404, path
            bodies.add(await answer.text())
    assert bodies == {"404: Not Found"}


@pytest.mark.parametrize("host", ["localhost", "evil.example", "127.0.0.1", "127.0.0.1:1"])
async def test_another_host_is_404_so_that_no_name_can_be_bound_to_us(
    browser: aiohttp.ClientSession, shown: Page, host: str
) -> None:
    assert await status(browser, shown.address, headers={"Host": host}) == 404


@pytest.mark.parametrize("foreign", [None, "null", "http://evil.example", "http://localhost:1"])
async def test_the_websocket_takes_our_own_page_only(
    browser: aiohttp.ClientSession, shown: Page, foreign: str | None
) -> None:
    headers = {} if foreign is None else {"Origin": foreign}
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await browser.ws_connect(shown.address + "socket", headers=headers)
    assert refused.value.status == 404
    async with browser.ws_connect(shown.address + "socket", headers={"Origin": origin(shown)}) as socket:
        assert (await socket.receive_json())["event"] == "hello"


async def test_nothing_can_be_posted(browser: aiohttp.ClientSession, shown: Page) -> None:
    async with browser.post(shown.address) as answer:
        assert answer.status == 404


async def test_a_page_of_a_browser_cannot_reach_the_local_discord_itself(
    browser: aiohttp.ClientSession, discord: LocalDiscord
) -> None:
    for path in ("/playground/stream", "/playground/sight", "/gw"):
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await browser.ws_connect(discord.base_url + path, headers={"Origin": "http://evil.example"})
        assert refused.value.status == 403


async def test_pictures_come_through_us_and_what_is_none_is_for_saving(
    browser: aiohttp.ClientSession, shown: Page, cast: Cast
) -> None:
    picture, page = File("a.png", b"\x89PNG", "image/png"), File("b.html", b"<script>", "text/html")
    sent = await cast.raids.send(cast.mira, "look", files=[picture, page])
    first, second = (
        shown.address + urlsplit(one["url"]).path[1:] + "?" + urlsplit(one["url"]).query for one in sent.attachments
    )
    async with browser.get(first) as answer:
        assert await answer.read() == b"\x89PNG"
        assert answer.content_type == "image/png"
        assert "Content-Disposition" not in answer.headers
    async with browser.get(second) as answer:
        assert answer.headers["Content-Disposition"] == "attachment"
    assert await status(browser, first.replace("hm=", "hm=0")) == 404
