import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from raidbot.playground.ratelimits import (
    ALL_MEMBERS_INTERVAL_S,
    BAN_S,
    GLOBAL_LIMIT,
    INVALID_LIMIT,
    FixedWindow,
    RateLimits,
    SlidingWindow,
    Verdict,
)

SEND = ("POST", "/channels/{channel_id}/messages")
EDIT = ("PATCH", "/channels/{channel_id}/messages/{message_id}")
DELETE = ("DELETE", "/channels/{channel_id}/messages/{message_id}")
REACT = ("PUT", "/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me")
GIVE_ROLE = ("PUT", "/guilds/{guild_id}/members/{user_id}/roles/{role_id}")
TAKE_ROLE = ("DELETE", "/guilds/{guild_id}/members/{user_id}/roles/{role_id}")
MEMBER = ("PATCH", "/guilds/{guild_id}/members/{user_id}")
NEW_ROLE = ("POST", "/guilds/{guild_id}/roles")
CALLBACK = ("POST", "/interactions/{interaction_id}/{interaction_token}/callback")
ORIGINAL = ("PATCH", "/webhooks/{webhook_id}/{webhook_token}/messages/@original")
FOLLOW_UP = ("POST", "/webhooks/{webhook_id}/{webhook_token}")


class Limits:
    """Rate limits on a clock that the test moves."""

    def __init__(self, *, enabled: bool = True) -> None:
        self.now = 1_700_000_000.0
        self.of = RateLimits(enabled, lambda: self.now)

    def ask(self, route: tuple[str, str], major: str = "1", *, fields: tuple[str, ...] = ()) -> Verdict:
        free = route in {CALLBACK, ORIGINAL, FOLLOW_UP}
        return self.of.check(*route, major, authorised=not free, interaction=free, fields=fields)

    def burst(self, route: tuple[str, str], major: str = "1", most: int = 300) -> int:
        """Count how many pass at this instant, with the global limit out of the way."""
        for passed in range(most):
            if passed % 40 == 0:
                self.of._global = FixedWindow(GLOBAL_LIMIT, 1.0)
            if not self.ask(route, major).allowed:
                return passed
        return most


@pytest.mark.parametrize(
    ("route", "at_once", "next_after"),
    [(SEND, 5, 1.0), (EDIT, 5, 1.0), (DELETE, 5, 0.2), (REACT, 1, 0.25), (GIVE_ROLE, 10, 10.0),
     (NEW_ROLE, 250, 48 * 3600.0), (("POST", "/channels/{channel_id}/messages/bulk-delete"), 1, 1.0)],
)  # fmt: skip
def test_a_bucket_takes_its_burst_and_then_says_when_the_next_passes(
    route: tuple[str, str], at_once: int, next_after: float
) -> None:
    limits = Limits()
    assert limits.burst(route) == at_once
    refused = limits.ask(route)
    assert refused.status == 429
    assert orjson.loads(refused.body or b"")["retry_after"] == pytest.approx(next_after, abs=0.01)
    assert refused.headers["X-RateLimit-Scope"] == "user"
    assert refused.headers["X-RateLimit-Remaining"] == "0"
    assert float(refused.headers["Retry-After"]) >= next_after - 0.01
    assert limits.burst(route, major="2") == at_once
    limits.now += next_after
    assert limits.ask(route).allowed


def test_a_sliding_bucket_gives_back_one_use_at_a_time_and_a_fixed_one_all_at_once() -> None:
    limits = Limits()
    limits.burst(SEND)
    limits.burst(GIVE_ROLE)
    limits.now += 2.0
    assert limits.burst(SEND) == 2
    assert limits.burst(GIVE_ROLE) == 0
    limits.now += 8.0
    assert limits.burst(GIVE_ROLE) == 10


def test_headers_of_a_sliding_bucket_move_their_reset_and_those_of_a_fixed_one_do_not() -> None:
    limits = Limits()
    seen = [limits.ask(SEND).headers for _ in range(2)]
    assert [(h["X-RateLimit-Limit"], h["X-RateLimit-Remaining"], h["X-RateLimit-Reset-After"]) for h in seen] == [
        ("5", "4", "1.000"), ("5", "3", "2.000"),
    ]  # fmt: skip
    assert float(seen[1]["X-RateLimit-Reset"]) == limits.now + 2.0
    first = limits.ask(GIVE_ROLE).headers
    limits.now += 3.0
    second = limits.ask(GIVE_ROLE).headers
    assert (first["X-RateLimit-Reset"], "8", "7.000") == (
        second["X-RateLimit-Reset"], second["X-RateLimit-Remaining"], second["X-RateLimit-Reset-After"],
    )  # fmt: skip


def test_giving_taking_and_setting_roles_share_one_bucket_of_the_guild() -> None:
    limits = Limits()
    verdicts = [limits.ask(route) for route in (GIVE_ROLE, TAKE_ROLE, MEMBER) * 3] + [limits.ask(GIVE_ROLE)]
    assert all(verdict.allowed for verdict in verdicts)
    assert len({verdict.headers["X-RateLimit-Bucket"] for verdict in verdicts}) == 1
    assert not limits.ask(TAKE_ROLE).allowed


def test_a_second_nickname_in_a_second_is_refused_though_the_headers_promise_more() -> None:
    limits = Limits()
    assert limits.ask(MEMBER, fields=("nick",)).allowed
    refused = limits.ask(MEMBER, fields=("nick",))
    assert not refused.allowed
    assert int(refused.headers["X-RateLimit-Remaining"]) > 0
    assert limits.ask(MEMBER, fields=("roles",)).allowed
    limits.now += 1.0
    assert limits.ask(MEMBER, fields=("nick",)).allowed


def test_the_fifty_first_request_of_a_second_is_refused_globally() -> None:
    limits = Limits()
    for channel in range(GLOBAL_LIMIT):
        assert limits.ask(SEND, str(channel)).allowed
    refused = limits.ask(SEND, "fresh")
    assert orjson.loads(refused.body or b"")["global"] is True
    assert (refused.headers["X-RateLimit-Scope"], refused.headers["X-RateLimit-Global"]) == ("global", "true")
    assert limits.ask(CALLBACK).allowed
    assert limits.ask(ORIGINAL, "app/token").allowed
    limits.now += 1.0
    assert limits.ask(SEND, "fresh").allowed


def test_callbacks_are_never_limited_and_carry_no_bucket() -> None:
    limits = Limits()
    verdicts = [limits.ask(CALLBACK) for _ in range(1000)]
    assert all(verdict.allowed and not verdict.headers for verdict in verdicts)


def test_an_interactions_webhook_has_one_bucket_for_follow_ups_and_edits() -> None:
    limits = Limits()
    assert all(limits.ask(route, "a").allowed for route in (ORIGINAL, FOLLOW_UP, ORIGINAL, FOLLOW_UP, ORIGINAL))
    assert not limits.ask(FOLLOW_UP, "a").allowed
    assert limits.ask(FOLLOW_UP, "b").allowed


def test_ten_thousand_invalid_requests_ban_everything_for_a_while_without_json() -> None:
    limits = Limits()
    for _ in range(INVALID_LIMIT - 1):
        limits.of.invalid(403)
    limits.of.invalid(404)
    limits.of.invalid(429, shared=True)
    assert limits.ask(SEND).allowed
    limits.of.invalid(401)
    banned = limits.ask(CALLBACK)
    assert (banned.status, banned.headers["Content-Type"]) == (429, "text/html")
    with pytest.raises(orjson.JSONDecodeError):
        orjson.loads(banned.body or b"")
    limits.now += BAN_S
    assert limits.ask(CALLBACK).allowed


def test_invalid_requests_of_more_than_ten_minutes_ago_are_forgotten() -> None:
    limits = Limits()
    for _ in range(INVALID_LIMIT - 1):
        limits.of.invalid(403)
    limits.now += 601
    limits.of.invalid(403)
    assert limits.ask(SEND).allowed


def test_all_members_may_be_asked_for_once_in_thirty_seconds_and_guild() -> None:
    limits = Limits()
    assert limits.of.all_members(1) == 0.0
    limits.now += 10
    assert limits.of.all_members(1) == pytest.approx(ALL_MEMBERS_INTERVAL_S - 10)
    assert limits.of.all_members(2) == 0.0
    limits.now += 20
    assert limits.of.all_members(1) == 0.0


def test_switched_off_everything_passes_without_headers() -> None:
    limits = Limits(enabled=False)
    assert limits.burst(REACT) == 300
    assert not limits.ask(REACT).headers
    assert limits.of.all_members(1) == limits.of.all_members(1) == 0.0


def test_unused_buckets_are_let_go() -> None:
    limits = Limits()
    for token in range(25_000):
        limits.now += 1.0
        limits.ask(FOLLOW_UP, str(token))
    assert len(limits.of._buckets) < 20_001


gaps = st.lists(st.floats(0, 3), min_size=1, max_size=60)


@given(gaps=gaps, limit=st.integers(1, 10), period=st.sampled_from([0.25, 1.0, 5.0]))
def test_whoever_waits_as_told_is_never_refused(gaps: list[float], limit: int, period: float) -> None:
    for bucket in (SlidingWindow(limit, period), FixedWindow(limit, period)):
        now = 1_700_000_000.0
        for gap in gaps:
            now += gap
            now += bucket.wait(now)
            assert bucket.wait(now) == 0.0
            bucket.take(now)
            remaining, reset_after = bucket.state(now)
            assert 0 <= remaining < limit
            assert 0.0 < reset_after <= period * 1.001


@given(gaps=gaps)
def test_a_sliding_bucket_lets_no_more_through_than_its_burst_and_its_pace(gaps: list[float]) -> None:
    bucket, now, passed = SlidingWindow(5, 5.0), 1_700_000_000.0, 0
    for gap in gaps:
        now += gap
        while bucket.wait(now) == 0.0:
            bucket.take(now)
            passed += 1
    assert passed <= 5 + (now - 1_700_000_000.0) + 0.1
