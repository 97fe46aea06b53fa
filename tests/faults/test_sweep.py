"""Evenings killed at every step: at each request that the local Discord receives, and right after each commit."""

import os
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Final

import pytest

from tests.faults.bots import Kill
from tests.faults.chronicle import chronicle
from tests.faults.oryx_evening import OryxEvening
from tests.faults.replay import Scene, in_places, play
from tests.faults.story import Story
from tests.faults.void_evening import VoidEvening

STORIES: Final[Mapping[type[Story], range]] = {VoidEvening: range(5, 500, 5), OryxEvening: range(45, 136, 45)}
"""With the steps at which there is a kill where time is short; the second takes one round of the places."""
DRILL: Final = os.environ.get("RAIDBOT_DRILL") == "all"
PARTS = 2
"""One a worker."""


@dataclass
class Sweep:
    """Plays an evening again and again; each time the bot is killed a little later."""

    scene: Scene
    story: type[Story]
    part: int
    last: dict[str, float] = field(default_factory=dict)
    """How many requests and commits an evening has, as soon as a first one without a kill has been counted."""
    tried: Counter[str] = field(default_factory=Counter)
    unreached: list[Kill] = field(default_factory=list)
    left: str = ""
    """What the evening without a kill left on Discord, and what it took."""

    async def run(self) -> list[str]:
        """Play until every point of this part was tried; return what failed."""
        return await in_places(self.scene, self._points(), self._evening)

    def _points(self) -> Iterator[Kill | None]:
        """Give the points, earliest first; the first evening is left alone."""
        yield None
        number = count()
        for turn, n in enumerate(count(1) if DRILL else STORIES[self.story]):
            points = [Kill("request lost", n), Kill("answer lost", n), Kill("commit", n)]
            if not DRILL:
                del points[turn % 2]
            alive = [one for one in points if n <= self.last.get(one.at, n)]
            if not alive:
                return
            for kill in alive:
                if next(number) % PARTS == self.part:
                    yield kill

    async def _evening(self, place: int, kill: Kill | None) -> None:
        async with self.scene.evening(place=place, kill=kill, channels=self.story.CHANNELS) as evening:
            await play(evening, self.story)
            if kill is not None:
                self.tried[kill.at] += evening.bot.deaths
                if not evening.bot.deaths:
                    self.unreached.append(kill)
                return
            assert (evening.repeated, evening.bot.deaths) == (0, 0)
            self.left = await chronicle(evening.town)
            requests = await evening.town.discord.total_requests()
            assert await evening.bot.terminate() == 0
            commits = evening.bot.life.commits
            self.last = {"request lost": requests, "answer lost": requests, "commit": commits}

    def __str__(self) -> str:
        tried = ", ".join(f"{number} at a {at}" for at, number in sorted(self.tried.items()))
        part = f"{self.story.__name__}, part {self.part + 1} of {PARTS}"
        return f"fault sweep, {part}: killed {tried}; {len(self.unreached)} came too late"


@pytest.mark.timeout(7200)
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("story", STORIES)
async def test_an_evening_survives_a_kill_at_any_request_and_after_any_commit(
    scene: Scene, story: type[Story], part: int, capfd: pytest.CaptureFixture[str]
) -> None:
    sweep = Sweep(scene, story, part)
    failures = await sweep.run()
    with capfd.disabled():
        print(f"\n{sweep}", file=sys.stderr)  # noqa: T201 - how many points were tried is this test's report
    print(sweep.left)  # noqa: T201 - shown with -s
    assert not failures, "\n".join(failures)
