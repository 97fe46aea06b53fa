"""The evening, killed at every step: at each request that the local Discord receives, and right after each commit."""

import os
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

import pytest

from tests.faults.bots import Kill
from tests.faults.replay import Scene, in_places, play

EVERY: int = 1 if os.environ.get("RAIDBOT_DRILL") == "all" else 5
PARTS = 2
"""One a worker."""


@dataclass
class Sweep:
    """Plays the evening again and again; each time the bot is killed a little later."""

    scene: Scene
    part: int
    last: dict[str, float] = field(default_factory=dict)
    """How many requests and commits an evening has, as soon as a first one without a kill has been counted."""
    tried: Counter[str] = field(default_factory=Counter)
    unreached: list[Kill] = field(default_factory=list)

    async def run(self) -> list[str]:
        """Play until every point of this part was tried; return what failed."""
        return await in_places(self.scene, self._points(), self._evening)

    def _points(self) -> Iterator[Kill | None]:
        """Give the points, earliest first; the first evening is left alone."""
        yield None
        number = count()
        for n in count(EVERY, EVERY):
            points = [Kill("request lost", n), Kill("answer lost", n), Kill("commit", n)]
            if EVERY > 1:
                del points[n // EVERY % 2]
            alive = [one for one in points if n <= self.last.get(one.at, n)]
            if not alive:
                return
            for kill in alive:
                if next(number) % PARTS == self.part:
                    yield kill

    async def _evening(self, place: int, kill: Kill | None) -> None:
        async with self.scene.evening(place=place, kill=kill) as evening:
            await play(evening)
            if kill is not None:
                self.tried[kill.at] += evening.bot.deaths
                if not evening.bot.deaths:
                    self.unreached.append(kill)
                return
            assert (evening.repeated, evening.bot.deaths) == (0, 0)
            requests = await evening.town.discord.total_requests()
            assert await evening.bot.terminate() == 0
            commits = evening.bot.life.commits
            self.last = {"request lost": requests, "answer lost": requests, "commit": commits}

    def __str__(self) -> str:
        tried = ", ".join(f"{number} at a {at}" for at, number in sorted(self.tried.items()))
        return f"fault sweep, part {self.part + 1} of {PARTS}: killed {tried}; {len(self.unreached)} came too late"


@pytest.mark.timeout(7200)
@pytest.mark.parametrize("part", range(PARTS))
async def test_the_evening_survives_a_kill_at_any_request_and_after_any_commit(
    scene: Scene, part: int, capfd: pytest.CaptureFixture[str]
) -> None:
    sweep = Sweep(scene, part)
    failures = await sweep.run()
    with capfd.disabled():
        print(f"\n{sweep}", file=sys.stderr)  # noqa: T201 - how many points were tried is this test's report
    assert not failures, "\n".join(failures)
