"""Discord has a bad evening: rate limits, errors, lost answers and lost connections, at every step."""

import os
from itertools import count
from typing import Any, Literal

import pytest

from tests.faults.evening import Evening
from tests.faults.replay import Scene, in_places, play

pytestmark = pytest.mark.timeout(900)

drill_only = pytest.mark.skipif(
    os.environ.get("RAIDBOT_DRILL") != "all", reason="takes minutes of hikari's growing pauses: make drill"
)

How = Literal["close", "cut", "reconnect", "invalidate"]
FAULTS: dict[str, dict[str, Any]] = {
    "429 user": {"kind": "rate_limit", "retry_after": 0.2, "scope": "user"},
    "429 global": {"kind": "rate_limit", "retry_after": 0.2, "scope": "global"},
    "503": {"kind": "status", "status": 503},
    "request lost": {"kind": "drop_before"},
}
BEFORE_START_AND_DESERTION = {1, 3}
"""Moments of the evening; with more of them hikari's pauses grow."""
REST = "/*"
"""Without the gateway's events, which are lost for good when they are dropped."""
REQUESTS = 300
"""More than an evening has when some are made again."""


async def _disturb(evening: Evening, fault: str, **how: Any) -> None:
    await evening.town.discord.fault(**FAULTS[fault], **how, route=REST)
    evening.excused.add("rate limited on the global bucket")  # hikari takes that for an error


async def test_the_evening_survives_that_every_request_fails_once(scene: Scene) -> None:
    async def one(place: int, fault: str) -> None:
        async with scene.evening(place=place) as evening:
            await evening.bot.ready()
            await _disturb(evening, fault, once=True)
            evening.patience = 90.0  # what changes before it is asked for again fails anew, with growing pauses
            await play(evening)
            assert evening.repeated == 0, f"{evening.repeated} clicks had to be repeated"
            assert evening.bot.deaths == 0

    failures = await in_places(scene, FAULTS, one)
    assert not failures, "\n".join(failures)


@drill_only
async def test_the_evening_survives_that_every_third_answer_is_lost(scene: Scene) -> None:
    async with scene.evening() as evening:
        await evening.bot.ready()
        for passing in range(0, REQUESTS, 3):
            await evening.town.discord.fault("drop_after", route=REST, skip=passing, times=1)
        evening.excused.add("was answered twice")  # the bot cannot know that the first answer had arrived
        await play(evening)
        assert evening.bot.deaths == 0


async def test_the_evening_survives_gateway_drops_without_a_click_lost(scene: Scene) -> None:
    async def one(place: int, how: How) -> None:
        async with scene.evening(place=place) as evening:

            async def drop() -> None:
                assert await evening.town.discord.drop_gateway(how=how, resumable=True) == 1

            evening.interrupt = drop
            await play(evening)
            assert evening.repeated == 0, f"{evening.repeated} clicks had to be repeated"
            assert evening.bot.deaths == 0

    ways: list[How] = ["close", "reconnect", "invalidate"]
    failures = await in_places(scene, ways, one)
    assert not failures, "\n".join(failures)


@drill_only
async def test_the_evening_survives_lost_gateway_events(scene: Scene) -> None:
    async def one(place: int, how: How) -> None:
        async with scene.evening(place=place) as evening:

            async def drop() -> None:
                if next(moment) in BEFORE_START_AND_DESERTION:
                    assert await evening.town.discord.drop_gateway(how=how, resumable=how == "cut") == 1

            moment = count()

            evening.interrupt = drop
            # Discord forgets what it could not deliver; after a cut, hikari takes its time before it resumes.
            evening.excused |= {"had no answer in 3 s", "was answered too late"}
            await play(evening)
            assert evening.bot.deaths == 0

    ways: list[How] = ["close", "cut", "invalidate"]
    failures = await in_places(scene, ways, one)
    assert not failures, "\n".join(failures)


async def test_a_start_in_a_bad_moment_of_discord_succeeds(scene: Scene) -> None:
    async def one(place: int, fault: str) -> None:
        async with scene.evening(place=place) as evening:
            await evening.bot.ready()
            await _disturb(evening, fault, times=1)
            await evening.bot.restart()
            await evening.bot.ready()

    failures = await in_places(scene, FAULTS, one)
    assert not failures, "\n".join(failures)
