"""Faults on demand: rules that make chosen requests and gateway events slow, wrong or lost.

A rule names what it hits by HTTP method and route template (globs). What happens on the gateway has the method
`GATEWAY` and as route the event's name, `HEARTBEAT_ACK` or `CONNECT`; there `drop_before` loses the event for good.
"""

import asyncio
import fnmatch
import hashlib
import math
import random
import re
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

import orjson
from aiohttp import web


class Kind(StrEnum):
    """What a rule does to what it hits."""

    LATENCY = "latency"
    STATUS = "status"
    RATE_LIMIT = "rate_limit"
    DROP_BEFORE = "drop_before"
    DROP_AFTER = "drop_after"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What to hit and what to do to it.

    Attributes:
        kind: The effect; `latency` adds to whatever else hits the same request.
        method: Glob over the HTTP method, or GATEWAY.
        route: Glob over the route template; `*` crosses slashes, braces are themselves.
        seconds: How long `latency` waits.
        status: What `status` answers, without Discord's JSON.
        retry_after: Seconds that `rate_limit` asks for.
        scope: `user`, `shared` or `global`, for `rate_limit`.
        probability: How likely a match is hit (seeded, so the same in every run).
        times: How many are hit at most.
        skip: How many matches pass before the first is hit.
        every_other: Of equal requests (method, path, body) the first, third, … are hit: a retry passes.
        once: Of equal requests the first is hit: all retries pass.
    """

    kind: Kind
    method: str = "*"
    route: str = "*"
    seconds: float = 0.0
    status: int = 503
    retry_after: float = 0.5
    scope: str = "user"
    probability: float = 1.0
    times: float = math.inf
    skip: int = 0
    every_other: bool = False
    once: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", Kind(self.kind))
        if self.scope not in {"user", "shared", "global"}:
            raise ValueError(f"unknown scope {self.scope!r}")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is to happen to one request or event.

    Attributes:
        delay: Seconds to wait first.
        status: The answer's status instead of handling, or 0.
        headers: Headers of that answer.
        body: JSON of that answer, or empty.
        lost: The request never arrives (nothing is handled, the connection is cut).
        response_lost: The request is handled, and the connection cut instead of answering.
    """

    delay: float = 0.0
    status: int = 0
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    lost: bool = False
    response_lost: bool = False


class _Armed:
    """A rule with its counts."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self._method = re.compile(fnmatch.translate(rule.method))
        self._route = re.compile(fnmatch.translate(rule.route))
        self._matched = 0
        self._hit = 0
        self._seen: Counter[bytes] = Counter()

    def hits(self, method: str, route: str, identity: Callable[[], bytes], chance: random.Random) -> bool:
        if not (self._method.match(method) and self._route.match(route)):
            return False
        if self.rule.every_other or self.rule.once:
            key = identity()
            self._seen[key] += 1
            if self._seen[key] > 1 and (self.rule.once or self._seen[key] % 2 == 0):
                return False
        self._matched += 1
        if self._matched <= self.rule.skip or self._hit >= self.rule.times:
            return False
        if self.rule.probability < 1.0 and chance.random() >= self.rule.probability:
            return False
        self._hit += 1
        return True


class Faults:
    """All rules; without any, nothing is slower for it."""

    def __init__(self, seed: int = 0) -> None:
        self._seed = seed
        self._chance = random.Random(seed)
        self._armed: list[_Armed] = []

    @property
    def active(self) -> bool:
        """There are rules."""
        return bool(self._armed)

    def add(self, rule: Rule) -> None:
        """Arm a rule, behind those that are there: the first that hits decides."""
        self._armed.append(_Armed(rule))

    def clear(self) -> None:
        """Forget all rules and start chance anew."""
        self._armed.clear()
        self._chance.seed(self._seed)

    def decide(self, method: str, route: str, *, path: str = "", body: bytes = b"") -> Fault | None:
        """Count a request or event and return what is to happen to it, or None."""
        delay = 0.0
        hit: Rule | None = None
        for armed in self._armed:
            if hit is not None and armed.rule.kind is not Kind.LATENCY:
                continue
            if not armed.hits(method, route, lambda: _identity(method, path or route, body), self._chance):
                continue
            if armed.rule.kind is Kind.LATENCY:
                delay += armed.rule.seconds
            else:
                hit = armed.rule
        if hit is None:
            return Fault(delay=delay) if delay else None
        return _fault(hit, delay)

    async def around(
        self, request: web.Request, route: str, body: bytes, handler: Callable[[], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        """Handle a REST request, with whatever fault is due to it; `handler` runs unless the request is lost."""
        fault = self.decide(request.method, route, path=request.path_qs, body=body) if self._armed else None
        if fault is None:
            return await handler()
        if fault.delay:
            await asyncio.sleep(fault.delay)
        if fault.status:
            content_type = "application/json" if fault.body else "text/html"
            return web.Response(status=fault.status, body=fault.body, headers=fault.headers, content_type=content_type)
        if fault.lost:
            return await cut(request)
        response = await handler()
        return await cut(request) if fault.response_lost else response


async def cut(request: web.Request) -> web.Response:
    """Break the request's connection; the response returned is never sent."""
    if request.transport is not None:
        request.transport.abort()
    await asyncio.sleep(0)  # The loop tells aiohttp of the loss before it tries to write.
    return web.Response(status=500)


def _fault(rule: Rule, delay: float) -> Fault:
    match rule.kind:
        case Kind.DROP_BEFORE:
            return Fault(delay=delay, lost=True)
        case Kind.DROP_AFTER:
            return Fault(delay=delay, response_lost=True)
        case Kind.RATE_LIMIT:
            everywhere = rule.scope == "global"
            headers = [("Retry-After", str(math.ceil(rule.retry_after))), ("X-RateLimit-Scope", rule.scope)]
            if everywhere:
                headers.append(("X-RateLimit-Global", "true"))
            answer = {
                "message": "You are being rate limited.",
                "retry_after": rule.retry_after,
                "global": everywhere,
                "code": 0,
            }
            return Fault(delay=delay, status=429, headers=tuple(headers), body=orjson.dumps(answer))
        case _:
            return Fault(delay=delay, status=rule.status)


def _identity(method: str, path: str, body: bytes) -> bytes:
    # A retry of a multipart body has another boundary of the same length.
    what = str(len(body)).encode() if body.startswith(b"--") else body
    return hashlib.blake2b(b"%b %b\n%b" % (method.encode(), path.encode(), what), digest_size=16).digest()
