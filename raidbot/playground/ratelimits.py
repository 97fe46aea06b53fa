"""Discord's rate limits: buckets with headers, the global limit, and the ban for too many invalid requests.

Most buckets slide: every use comes back after period / limit, so five in five seconds means a burst of five and then
one a second, and Reset-After grows with each use. Fixed buckets come back whole when their window ends. Clients tell
the two apart by whether Reset stands still.
"""

import hashlib
import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

import orjson

GLOBAL_LIMIT = 50  # requests a second of one bot
INVALID_LIMIT = 10_000  # 401, 403 and 429 that are not shared, …
INVALID_PERIOD_S = 600.0  # … in this time
BAN_S = 600.0
ALL_MEMBERS_INTERVAL_S = 30.0
GATEWAY_SENDS = 120
GATEWAY_PERIOD_S = 60.0
_ROLE_CREATION_PERIOD_S = 48 * 3600.0
# Times are floats of unix seconds: a use that is due in this many seconds is due now.
_SLACK_S = 0.001
_KEPT_BUCKETS = 20_000


class Bucket(Protocol):
    """Uses left for one key."""

    def wait(self, now: float) -> float:
        """Return in how many seconds a use is free, 0.0 for now."""

    def take(self, now: float) -> None:
        """Count one use."""

    def state(self, now: float) -> tuple[int, float]:
        """Return uses left, and seconds until all are back."""


class FixedWindow:
    """`limit` uses in a window of `period` seconds that the first use opens."""

    __slots__ = ("_ends", "_limit", "_period", "_used")

    def __init__(self, limit: int, period: float) -> None:
        self._limit = limit
        self._period = period
        self._used = 0
        self._ends = 0.0

    def wait(self, now: float) -> float:
        """Return in how many seconds a use is free, 0.0 for now."""
        return 0.0 if self._used < self._limit or now >= self._ends - _SLACK_S else self._ends - now

    def take(self, now: float) -> None:
        """Count one use."""
        if now >= self._ends - _SLACK_S:
            self._ends = now + self._period
            self._used = 0
        self._used += 1

    def state(self, now: float) -> tuple[int, float]:
        """Return uses left, and seconds until all are back."""
        if now >= self._ends:
            return self._limit, 0.0
        return max(0, self._limit - self._used), self._ends - now


class SlidingWindow:
    """`limit` uses of which one comes back every `period / limit` seconds."""

    __slots__ = ("_full_at", "_limit", "_slot")

    def __init__(self, limit: int, period: float) -> None:
        self._limit = limit
        self._slot = period / limit
        self._full_at = 0.0

    def wait(self, now: float) -> float:
        """Return in how many seconds a use is free, 0.0 for now."""
        wait = self._full_at - now - (self._limit - 1) * self._slot
        return wait if wait > _SLACK_S else 0.0

    def take(self, now: float) -> None:
        """Count one use."""
        self._full_at = max(now, self._full_at) + self._slot

    def state(self, now: float) -> tuple[int, float]:
        """Return uses left, and seconds until all are back."""
        reset_after = max(0.0, self._full_at - now)
        return max(0, math.floor(self._limit - (reset_after - _SLACK_S) / self._slot)), reset_after


@dataclass(frozen=True, slots=True)
class Limit:
    """A kind of bucket; routes with the same limit share buckets for the same major parameter."""

    name: str
    uses: int
    period: float
    fixed: bool = False
    hash: str = field(init=False, default="")

    def __post_init__(self) -> None:
        object.__setattr__(self, "hash", hashlib.sha256(self.name.encode()).hexdigest()[:32])

    def bucket(self) -> Bucket:
        """Make an unused bucket."""
        return FixedWindow(self.uses, self.period) if self.fixed else SlidingWindow(self.uses, self.period)


_SEND = Limit("send message", 5, 5.0)
_EDIT = Limit("edit message", 5, 5.0)
_DELETE = Limit("delete message", 5, 1.0)
_BULK_DELETE = Limit("bulk delete", 1, 1.0)
_REACTION = Limit("reaction", 1, 0.25)
_MEMBER_ROLES = Limit("member roles", 10, 10.0, fixed=True)
_NICKNAME = Limit("nickname", 1, 1.0)
_ROLE_CREATION = Limit("role creation", 250, _ROLE_CREATION_PERIOD_S, fixed=True)
_INTERACTION_WEBHOOK = Limit("interaction webhook", 5, 5.0)

_MESSAGES = "/channels/{channel_id}/messages"
_REACTIONS = _MESSAGES + "/{message_id}/reactions"
_MEMBER = "/guilds/{guild_id}/members/{user_id}"
_OWN_MEMBER = "/guilds/{guild_id}/members/@me"
_LIMITS: dict[tuple[str, str], Limit] = {
    ("POST", _MESSAGES): _SEND,
    ("PATCH", _MESSAGES + "/{message_id}"): _EDIT,
    ("DELETE", _MESSAGES + "/{message_id}"): _DELETE,
    ("POST", _MESSAGES + "/bulk-delete"): _BULK_DELETE,
    ("PUT", _REACTIONS + "/{emoji_name}/@me"): _REACTION,
    ("DELETE", _REACTIONS + "/{emoji_name}/@me"): _REACTION,
    ("DELETE", _REACTIONS + "/{emoji_name}/{user_id}"): _REACTION,
    ("DELETE", _REACTIONS + "/{emoji_name}"): _REACTION,
    ("DELETE", _REACTIONS): _REACTION,
    ("PUT", _MEMBER + "/roles/{role_id}"): _MEMBER_ROLES,
    ("DELETE", _MEMBER + "/roles/{role_id}"): _MEMBER_ROLES,
    ("PATCH", _MEMBER): _MEMBER_ROLES,
    ("POST", "/guilds/{guild_id}/roles"): _ROLE_CREATION,
}
# Limits on one field of a body: no header tells of them, the first sign is a 429.
_HIDDEN: dict[tuple[str, str, str], Limit] = {
    ("PATCH", _MEMBER, "nick"): _NICKNAME,
    ("PATCH", _OWN_MEMBER, "nick"): _NICKNAME,
}
_CALLBACK = "/interactions/{interaction_id}/{interaction_token}/callback"
_INTERACTION_WEBHOOKS = "/webhooks/{webhook_id}/{webhook_token}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a request may pass, and what the answer's headers say.

    Attributes:
        allowed: Handle it, and add `headers` to the answer.
        status: 429 when it is not allowed.
        headers: X-RateLimit-* (none on routes without buckets), Retry-After, Content-Type when it is not allowed.
        body: The 429's body.
        shared: The 429 has the scope `shared`: not counted as invalid.
    """

    allowed: bool
    headers: Mapping[str, str]
    status: int = 200
    body: bytes | None = None
    shared: bool = False


_FREE = Verdict(allowed=True, headers={})


class RateLimits:
    """All limits of one application; switched off, everything passes without headers."""

    def __init__(self, enabled: bool, clock: Callable[[], float], shift: Callable[[], float] = lambda: 0.0) -> None:
        """Build them unused; `clock` gives unix seconds, `shift` by how many of them it is ahead of the client's."""
        self.enabled = enabled
        self._clock = clock
        self._shift = shift
        self.clear()

    def clear(self) -> None:
        """Forget every use and ban."""
        self._buckets: dict[tuple[str, str], Bucket] = {}
        self._defaults: dict[tuple[str, str], Limit] = {}
        self._global = FixedWindow(GLOBAL_LIMIT, 1.0)
        self._invalid = FixedWindow(INVALID_LIMIT, INVALID_PERIOD_S)
        self._banned_until = 0.0
        self._members_asked: dict[int, float] = {}

    def check(
        self,
        method: str,
        route: str,
        major: str,
        *,
        authorised: bool,
        interaction: bool,
        fields: Collection[str] = (),
    ) -> Verdict:
        """Count a request and say whether it may pass.

        Args:
            method: The HTTP method.
            route: The template as the OpenAPI document writes it, e.g. `/channels/{channel_id}/messages`.
            major: The channel, guild, or webhook id and token that the bucket is for; empty where there is none.
            authorised: The request carries the bot's token: it counts to the 50 a second.
            interaction: It is a callback or goes to an interaction's webhook: neither token nor global limit.
            fields: The names in the JSON body, for limits on single fields (`nick`).
        """
        if not self.enabled:
            return _FREE
        now = self._clock()
        if now < self._banned_until:
            headers = {"Retry-After": str(math.ceil(self._banned_until - now)), "Content-Type": "text/html"}
            return Verdict(allowed=False, headers=headers, status=429, body=b"error code: 1015")
        if route == _CALLBACK:
            return _FREE
        if authorised and not interaction:
            if wait := self._global.wait(now):
                return _refuse(wait, "global", {"X-RateLimit-Global": "true"})
            self._global.take(now)
        limit = self._limit(method, route)
        bucket = self._bucket(limit, major)
        for name in fields:
            hidden = _HIDDEN.get((method, route, name))
            if hidden is None:
                continue
            hidden_bucket = self._bucket(hidden, major)
            if wait := hidden_bucket.wait(now):
                return _refuse(wait, "user", self._headers(limit, bucket, now))
            hidden_bucket.take(now)
        if wait := bucket.wait(now):
            return _refuse(wait, "user", self._headers(limit, bucket, now) | {"X-RateLimit-Remaining": "0"})
        bucket.take(now)
        return Verdict(allowed=True, headers=self._headers(limit, bucket, now))

    def invalid(self, status: int, *, shared: bool = False) -> None:
        """Count an answer towards the ban: 401, 403 and 429 do, other statuses and shared 429s do not."""
        if not self.enabled or shared or status not in {401, 403, 429}:
            return
        now = self._clock()
        self._invalid.take(now)
        if self._invalid.wait(now):
            self._banned_until = now + BAN_S
            self._invalid = FixedWindow(INVALID_LIMIT, INVALID_PERIOD_S)

    def all_members(self, guild_id: int) -> float:
        """Count a request for all members of a guild; return the seconds to wait, 0.0 when it passes."""
        if not self.enabled:
            return 0.0
        now = self._clock()
        wait = self._members_asked.get(guild_id, -math.inf) + ALL_MEMBERS_INTERVAL_S - now
        if wait > 0.0:
            return wait
        self._members_asked[guild_id] = now
        return 0.0

    def gateway_send(self, sends: FixedWindow) -> bool:
        """Count a client's payload on its connection's window; False closes the connection with 4008."""
        if not self.enabled:
            return True
        now = self._clock()
        if sends.wait(now):
            return False
        sends.take(now)
        return True

    def _limit(self, method: str, route: str) -> Limit:
        if route.startswith(_INTERACTION_WEBHOOKS):
            return _INTERACTION_WEBHOOK
        known = _LIMITS.get((method, route)) or self._defaults.get((method, route))
        if known is None:
            known = self._defaults[method, route] = Limit(f"{method} {route}", 5, 5.0)
        return known

    def _headers(self, limit: Limit, bucket: Bucket, now: float) -> dict[str, str]:
        remaining, reset_after = bucket.state(now)
        return {
            "X-RateLimit-Limit": str(limit.uses),
            "X-RateLimit-Remaining": str(remaining),
            "X-RateLimit-Reset": f"{now - self._shift() + reset_after:.3f}",
            "X-RateLimit-Reset-After": f"{reset_after:.3f}",
            "X-RateLimit-Bucket": limit.hash,
        }

    def _bucket(self, limit: Limit, major: str) -> Bucket:
        key = (limit.name, major)
        bucket = self._buckets.get(key)
        if bucket is None:
            if len(self._buckets) >= _KEPT_BUCKETS:  # Every interaction's token has one.
                now = self._clock()
                self._buckets = {each: kept for each, kept in self._buckets.items() if kept.state(now)[1] > 0.0}
            bucket = self._buckets[key] = limit.bucket()
        return bucket


def _refuse(wait: float, scope: Literal["user", "shared", "global"], headers: dict[str, str]) -> Verdict:
    retry_after = math.ceil(wait * 1000) / 1000
    answer = {
        "message": "You are being rate limited.",
        "retry_after": retry_after,
        "global": scope == "global",
        "code": 0,
    }
    told = headers | {
        "Retry-After": str(math.ceil(wait)),
        "X-RateLimit-Scope": scope,
        "Content-Type": "application/json",
    }
    return Verdict(allowed=False, headers=told, status=429, body=orjson.dumps(answer), shared=scope == "shared")
