"""One HTTP server on 127.0.0.1: REST at /api/v10, the gateway at /gw, the CDN at /cdn, drivers at /playground."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import orjson
from aiohttp import BodyPartReader, MultipartReader, web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.http import RawRequestMessage
from aiohttp.streams import StreamReader
from aiohttp.web_protocol import RequestHandler

from raidbot.playground import refusals, sight, validation
from raidbot.playground.contract import Contract
from raidbot.playground.control import Control
from raidbot.playground.faults import Faults
from raidbot.playground.gateway import Gateway
from raidbot.playground.messages import Upload, Uploads
from raidbot.playground.ratelimits import RateLimits
from raidbot.playground.realm import Realm, RealmSource
from raidbot.playground.records import Recorded, Records, execute
from raidbot.playground.refusals import RefusedError
from raidbot.playground.rest import router
from raidbot.playground.rest.routing import Call, Endpoint, checked, major, typed
from raidbot.playground.snowflakes import Snowflakes, WorldClock
from raidbot.playground.stream import Stream

API = "/api/v10"
BACKLOG = 8192
"""Connections waiting to be accepted: a storm opens a thousand at once, and with fewer some wait for a second."""
MAX_BODY_BYTES = 64 * 1024 * 1024

_JSON = "application/json"


class Server:
    def __init__(self, token: str, *, rate_limits: bool, clock_file: Path | None, contract: Path | None) -> None:
        self._token = token
        self._router = router()
        self._contract = None if contract is None else Contract(contract)
        self._base_url = ""
        self.clock = WorldClock(clock_file)
        self._ids = Snowflakes(self.clock)
        self.records = Records()
        self.stream = Stream(self.records)
        self.limits = RateLimits(rate_limits, self.clock.now, lambda: self.clock.offset)
        self.faults = Faults()
        self._source = RealmSource(self._new_realm())
        self.gateway = Gateway(self._source, self.clock.now, self.limits, self.faults)
        self.stream.gateway = self.gateway
        self.control = Control(self)

    @property
    def realm(self) -> Realm:
        return self._source.realm

    def _new_realm(self) -> Realm:
        return Realm(self._token, self.clock, self._ids, self._base_url, self.stream)

    async def start(self, port: int) -> int:
        """Listen on 127.0.0.1 (port 0: any free one) and return the port."""
        server = web.Server(
            self._handle, request_factory=_request, access_log=None, keepalive_timeout=3600.0, max_line_size=16384
        )
        runner = web.ServerRunner(server, shutdown_timeout=0.5)
        await runner.setup()
        self._listener = web.TCPSite(runner, "127.0.0.1", port, backlog=BACKLOG)
        await self._listener.start()
        self._server = server
        bound = int(runner.addresses[0][1])
        self._base_url = f"http://127.0.0.1:{bound}"
        self._source.realm = self._new_realm()
        self._runner, self._port = runner, bound
        return bound

    async def refuse_connections(self, seconds: float) -> None:
        """Be gone from the network for a while: every connection but the driver's is cut and none is taken."""
        await self._listener.stop()
        self.gateway.drop(None)
        for connection in self._server.connections:
            request = connection._current_request  # noqa: SLF001 - aiohttp tells it nowhere else
            driver = request is not None and request.path.startswith("/playground/")
            if connection.transport is not None and not driver:
                connection.transport.abort()
        await asyncio.sleep(seconds)
        self._listener = web.TCPSite(self._runner, "127.0.0.1", self._port, backlog=BACKLOG, reuse_address=True)
        await self._listener.start()

    async def stop(self) -> None:
        """Close every connection."""
        self.realm.interactions.forget()
        await self.gateway.reset()
        await self._runner.cleanup()

    async def reset(self, *, rate_limits: bool) -> None:
        """Begin anew: an empty world, no sessions, limits, faults or records, the right time."""
        self.realm.interactions.forget()
        self.clock.rewind()
        self._ids.rewind()
        self.faults.clear()
        self.limits.enabled = rate_limits
        self.limits.clear()
        self._source.realm = self._new_realm()
        await self.gateway.reset()
        self.records.clear()

    # -- requests

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        assert isinstance(request, web.Request)
        path = request.path
        if "Origin" in request.headers:  # a page in a browser, and none has any business here
            return web.Response(status=403)
        if path.startswith(API):
            return await self._rest(request, path.removeprefix(API))
        if path.startswith("/gw"):
            return await self.gateway.handle(request)
        if path == "/playground/stream":
            return await self.control.handle(request)
        if path == "/playground/sight":
            return await sight.handle(self, request)
        if path.startswith("/cdn/"):
            return self._cdn(request)
        self.records.problems.append(f"unknown route {request.method} {path}")
        return _refusal(RefusedError(refusals.NOT_FOUND))

    async def _rest(self, request: web.Request, path: str) -> web.StreamResponse:
        raw = await request.read() if request.body_exists else b""
        order = self.records.arrived()
        found = self._router.find(request.method, path)
        if found is None:
            self.records.problems.append(f"unknown route {request.method} {path}")
            self._record(request.method, "", path, 404, raw, None)
            return _refusal(RefusedError(refusals.NOT_FOUND))
        endpoint, parameters = found
        if endpoint.needs_token and request.headers.get("Authorization") != f"Bot {self._token}":
            self.limits.invalid(401)
            self._record(request.method, endpoint.template, path, 401, raw, None)
            return _refusal(RefusedError(refusals.UNAUTHORIZED))
        if not self.faults.active:
            response: web.StreamResponse = await self._answer(request, endpoint, parameters, path, raw)
        else:
            response = await self._faulty(request, endpoint, parameters, path, raw)
        if order is not None:
            execute(order)
        return response

    async def _faulty(
        self, request: web.Request, endpoint: Endpoint, parameters: Mapping[str, str], path: str, raw: bytes
    ) -> web.StreamResponse:
        """Answer with whatever fault is due, and record also what is never handled (status 0: cut off)."""
        handled = False

        async def handler() -> web.StreamResponse:
            nonlocal handled
            handled = True
            return await self._answer(request, endpoint, parameters, path, raw)

        response = await self.faults.around(request, endpoint.template, raw, handler)
        if not handled:
            gone = request.transport is None or request.transport.is_closing()
            self._record(request.method, endpoint.template, path, 0 if gone else response.status, raw, None)
        return response

    async def _answer(
        self, request: web.Request, endpoint: Endpoint, parameters: Mapping[str, str], path: str, raw: bytes
    ) -> web.Response:
        body: Any = None
        try:
            body, uploads = await _read(request, raw)
        except (orjson.JSONDecodeError, ValueError):
            self._record(request.method, endpoint.template, path, 400, raw, None)
            return _refusal(RefusedError(refusals.INVALID_JSON))
        verdict = self.limits.check(
            request.method,
            endpoint.template,
            major(parameters),
            authorised=endpoint.needs_token,
            interaction=not endpoint.needs_token,
            fields=body.keys() if isinstance(body, dict) else (),
        )
        if not verdict.allowed:
            self.limits.invalid(verdict.status, shared=verdict.shared)
            self._record(request.method, endpoint.template, path, verdict.status, raw, body)
            return web.Response(status=verdict.status, headers=verdict.headers, body=verdict.body)
        status, payload = self._execute(request, endpoint, parameters, body, uploads)
        if self._contract is not None:
            self._check(endpoint, status, body, payload)
        self.limits.invalid(status)
        self._record(request.method, endpoint.template, path, status, raw, body)
        if payload is None:
            return web.Response(status=status, headers=verdict.headers)
        return web.Response(body=orjson.dumps(payload), status=status, headers=verdict.headers, content_type=_JSON)

    def _execute(
        self,
        request: web.Request,
        endpoint: Endpoint,
        parameters: Mapping[str, str],
        body: Any,
        uploads: Uploads,
    ) -> tuple[int, Any]:
        reason = request.headers.get("X-Audit-Log-Reason")
        try:
            if reason is not None:
                reason = unquote(reason)
                checked(validation.audit_reason(reason))
            query = request.query if request.query_string else {}
            call = Call(self.realm, query, endpoint.accepted(body), uploads, reason)
            payload = endpoint.handler(call, **typed(parameters))
        except RefusedError as refused:
            return refused.status, refused.body
        except Exception as error:
            self.records.problems.append(f"{request.method} {endpoint.template} failed: {error!r}")
            raise
        return (204, None) if payload is None else (endpoint.status, payload)

    def _check(self, endpoint: Endpoint, status: int, body: Any, payload: Any) -> None:
        assert self._contract is not None
        where = f"{endpoint.method} {endpoint.template}"
        if status < 400 and body is not None:
            fault = self._contract.request(endpoint.method, endpoint.template, body)
            if fault is not None:
                self.records.problems.append(f"request {where}: {fault}")
        fault = self._contract.response(endpoint.method, endpoint.template, status, payload)
        if fault is not None:
            self.records.problems.append(f"response {where} {status}: {fault}")

    def _record(self, method: str, route: str, path: str, status: int, raw: bytes, body: Any) -> None:
        self.records.answered(Recorded(method, route, path, status, self.clock.now(), len(raw), body))
        self.realm.interactions.count(path, status)

    def _cdn(self, request: web.Request) -> web.Response:
        parts = request.path.split("/")
        attachment_id = parts[4] if len(parts) == 6 and parts[2] == "attachments" else ""
        found = self.realm.world.attachments.get(int(attachment_id)) if attachment_id.isdecimal() else None
        raw_path = request.raw_path.split("?", 1)[0]
        if found is None or not self.realm.links.valid(raw_path, request.query, self.clock.now()):
            return web.Response(status=404, text="This content is no longer available.")
        return web.Response(body=found.content, content_type=found.content_type.split(";", 1)[0])


def _request(
    message: RawRequestMessage,
    payload: StreamReader,
    protocol: RequestHandler,
    writer: AbstractStreamWriter,
    task: "asyncio.Task[None]",
) -> web.Request:
    loop = asyncio.get_running_loop()
    return web.Request(message, payload, protocol, writer, task, loop, client_max_size=MAX_BODY_BYTES)


def _refusal(refused: RefusedError) -> web.Response:
    return web.Response(body=orjson.dumps(refused.body), status=refused.status, content_type=_JSON)


async def _read(request: web.Request, raw: bytes) -> tuple[Any, Uploads]:
    """Decode a body: JSON, or multipart with `payload_json` and `files[n]`."""
    if not raw:
        return None, {}
    if not request.content_type.startswith("multipart/"):
        return orjson.loads(raw), {}
    body: Any = {}
    uploads: dict[int, Upload] = {}
    stream = StreamReader(request.protocol, len(raw) + 1, loop=asyncio.get_running_loop())
    stream.feed_data(raw)
    stream.feed_eof()
    reader = MultipartReader(request.headers, stream)
    while (part := await reader.next()) is not None:
        assert isinstance(part, BodyPartReader)
        content = bytes(await part.read(decode=True))
        name = part.name or ""
        if name == "payload_json":
            body = orjson.loads(content)
        elif name.startswith("files["):
            kind = part.headers.get("Content-Type", "application/octet-stream")
            uploads[int(name[6:-1])] = Upload(part.filename or "unknown", content, kind)
    return body, uploads
