"""Rate limits of members, against a clock that stands still between two presses."""

import math
from collections.abc import Iterator

import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st

from raidbot.kernel.discord.answers import Bucket
from raidbot.kernel.discord.error_texts import KERNEL_TEXTS, RateLimitedError
from raidbot.kernel.discord.limiter import SWEEP_EVERY, Limiter, Windows


@pytest.fixture(params=[0.0, 7.3, 19.0])
def clock(request: pytest.FixtureRequest) -> Iterator[time_machine.Traveller]:
    """Lend a clock that stands somewhere inside the windows of a limiter that would count in fixed ones."""
    with time_machine.travel(1_700_000_000 + request.param, tick=False) as clock:
        yield clock


async def _refused(limiter: Limiter, bucket: Bucket, *subject: object) -> float:
    """Press until refused; return the seconds that are told."""
    for _ in range(bucket.value[1]):
        await limiter.hit(bucket, *subject)
    with pytest.raises(RateLimitedError) as refusal:
        await limiter.hit(bucket, *subject)
    return refusal.value.seconds


@pytest.mark.parametrize("bucket", Bucket)
async def test_a_bucket_takes_its_uses_and_no_more(bucket: Bucket, clock: time_machine.Traveller) -> None:
    limiter = Limiter()
    for _ in range(bucket.value[1]):
        await limiter.hit(bucket, 1)
    with pytest.raises(RateLimitedError):
        await limiter.hit(bucket, 1)


@pytest.mark.parametrize("bucket", Bucket)
async def test_the_seconds_told_are_the_seconds_to_wait(bucket: Bucket, clock: time_machine.Traveller) -> None:
    limiter = Limiter()
    seconds = await _refused(limiter, bucket, 1)
    assert 0 < seconds <= bucket.value[2] + 1
    clock.shift(math.ceil(seconds) - 1.1)
    with pytest.raises(RateLimitedError):
        await limiter.hit(bucket, 1)
    clock.shift(1.2)
    await limiter.hit(bucket, 1)


async def test_a_key_is_popped_once_in_twenty_seconds(clock: time_machine.Traveller) -> None:
    limiter = Limiter()
    await limiter.hit(Bucket.KEY_POP, "run_id", 1)
    for _ in range(39):
        clock.shift(0.5)
        with pytest.raises(RateLimitedError):
            await limiter.hit(Bucket.KEY_POP, "run_id", 1)
    clock.shift(1.0)
    await limiter.hit(Bucket.KEY_POP, "run_id", 1)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(0.05, 6.0), min_size=5, max_size=60), st.sampled_from(Bucket), st.floats(0, 40))
async def test_no_window_holds_more_than_its_uses(pauses: list[float], bucket: Bucket, start: float) -> None:
    _, uses, seconds = bucket.value
    taken: list[float] = []
    limiter, now = Limiter(), start
    with time_machine.travel(1_700_000_000 + start, tick=False) as clock:
        for pause in pauses:
            clock.shift(pause)
            now += pause
            try:
                await limiter.hit(bucket, 1)
            except RateLimitedError:
                continue
            taken.append(now)
    for first, after in zip(taken, taken[uses:], strict=False):
        assert after - first > seconds - 0.01, f"{uses + 1} uses within {after - first:.2f} s"


async def test_subjects_and_buckets_are_counted_each_for_itself(clock: time_machine.Traveller) -> None:
    limiter = Limiter()
    await _refused(limiter, Bucket.PARTICIPATION, 1, "user", 1)
    await limiter.hit(Bucket.PARTICIPATION, 1, "user", 2)
    await limiter.hit(Bucket.PARTICIPATION, 2, "user", 1)
    await limiter.hit(Bucket.BUTTON, 1, "user", 1)


@pytest.mark.parametrize(("seconds", "told"), [(0.0, "1 s"), (0.2, "1 s"), (1.0, "1 s"), (1.4, "2 s"), (19.7, "20 s")])
def test_the_sentence_names_whole_seconds_that_are_enough(seconds: float, told: str) -> None:
    assert told in KERNEL_TEXTS[RateLimitedError](RateLimitedError(seconds))


async def test_members_who_are_idle_are_forgotten(clock: time_machine.Traveller) -> None:
    windows = Windows()
    for user in range(SWEEP_EVERY - 1):
        await windows.acquire_entry(f"user {user}", 3, 10)
    clock.shift(11)
    await windows.acquire_entry("somebody", 3, 10)
    assert list(windows._uses) == ["somebody"]
