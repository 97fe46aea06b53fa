"""What the browser talks to: 127.0.0.1 only, under a random token, and nothing for anybody who does not know it."""

import contextlib
import secrets
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Final

import aiohttp
from aiohttp import web

from raidbot.playground.demo.cast import Cast
from raidbot.playground.demo.stage import Stage
from raidbot.playground.driver.link import Link
from raidbot.playground.page.backstage import Backstage
from raidbot.playground.page.relay import LONGEST_CALL, Relay

_POLICY: Final = (
    # Lit writes colours into style attributes; no style or script is ever taken from the document's text.
    "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_STATIC: Final[Mapping[str, tuple[str, str]]] = {
    "": ("index.html", "text/html"),
    "page.js": ("page.js", "text/javascript"),
    "page.css": ("page.css", "text/css"),
}
_PICTURES: Final = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
"""What the CDN gives is shown as a picture, or offered for saving: a member may have uploaded anything."""
_GONE_S: Final = 0.5


class Page:
    """The page of one demo."""

    def __init__(self, files: Path, backstage: Backstage, link: Link, base_url: str) -> None:
        self.backstage = backstage
        self.address = ""
        """What to open in a browser."""
        self._files = files
        self._link = link
        self._base_url = base_url
        self._prefix = f"/{secrets.token_urlsafe(16)}/"
        self._host = ""
        self._open: set[web.WebSocketResponse] = set()

    @contextlib.asynccontextmanager
    async def serve(self) -> AsyncIterator[None]:
        """Listen on a free port for the time of the block."""
        async with aiohttp.ClientSession() as self._session:
            runner = web.ServerRunner(web.Server(self._handle, access_log=None), shutdown_timeout=_GONE_S)
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            self._host = f"127.0.0.1:{runner.addresses[0][1]}"
            self.address = f"http://{self._host}{self._prefix}"
            try:
                yield
            finally:
                for socket in tuple(self._open):
                    await socket.close(code=1001)
                await runner.cleanup()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer whoever knows the token and asks for 127.0.0.1 by that name; anybody else learns nothing."""
        asked = request.path.encode()
        if request.host != self._host or not secrets.compare_digest(asked[: len(self._prefix)], self._prefix.encode()):
            return _nothing()
        path = request.path.removeprefix(self._prefix)
        if path == "socket":
            return await self._socket(request)
        if request.method != "GET":
            return _nothing()
        if path in _STATIC:
            name, kind = _STATIC[path]
            return web.Response(
                body=(self._files / name).read_bytes(), content_type=kind, charset="utf-8", headers=_HEADERS
            )
        if path.startswith("cdn/"):
            return await self._from_cdn(request)
        return _nothing()

    async def _socket(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.headers.get("Origin") != f"http://{self._host}":
            return _nothing()
        socket = web.WebSocketResponse(max_msg_size=LONGEST_CALL, heartbeat=20.0)
        if not socket.can_prepare(request):
            return _nothing()
        await socket.prepare(request)
        self._open.add(socket)
        try:
            await Relay(self.backstage, self._link, self._base_url, self._session).serve(socket)
        finally:
            self._open.discard(socket)
        return socket

    async def _from_cdn(self, request: web.BaseRequest) -> web.Response:
        """Hand on what the local Discord's CDN gives for the same path, whose signature it checks."""
        below = request.raw_path.removeprefix(self._prefix)
        async with self._session.get(f"{self._base_url}/{below}") as found:
            if found.status != 200:
                return _nothing()
            kind = found.content_type
            how = {} if kind in _PICTURES else {"Content-Disposition": "attachment"}
            return web.Response(body=await found.read(), content_type=kind, headers={**_HEADERS, **how})


def _nothing() -> web.Response:
    return web.Response(status=404, text="404: Not Found", headers=_HEADERS)


@contextlib.asynccontextmanager
async def page(stage: Stage, cast: Cast, files: Path, *, night: bool) -> AsyncIterator[Page]:
    """Serve the page of a stage for the time of the block; `night`: look-only until the scripted night is over."""
    base_url = stage.discord.base_url
    link = await Link.open(base_url)
    try:
        served = Page(files, Backstage(stage, cast, link, night=night), link, base_url)
        async with served.serve():
            yield served
        await served.backstage.close()
    finally:
        await link.close()
