"""The rows of the benchmark. A new one is a line here and, where it is of a new kind, a module beside `storm`."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.bench.arena import MEMBERS, Arena, arena
from tests.bench.expiry import expiry
from tests.bench.hour import hour
from tests.bench.meanwhile import run_meanwhile, typing_meanwhile
from tests.bench.meter import Pair
from tests.bench.panels import busy_panels
from tests.bench.postgres import Postgres
from tests.bench.reading import charts, reading
from tests.bench.startup import startup
from tests.bench.steady import steady
from tests.bench.storm import storm


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that is measured, on the bot and (where one makes sense) on the floor, in the same arena."""

    name: str
    measure: Callable[[Arena], Awaitable[Pair]]
    """Gives what was measured of the bot, and of the floor; raises when the bot did wrong."""
    rate_limits: bool = True
    repeats: int = 3
    """The table shows the medians."""


ROWS = (
    Row("storm of 1", partial(storm, clicks=1, times=30, apart=0.1), repeats=1),
    Row("storm of 50", partial(storm, clicks=50)),
    Row("storm of 200", partial(storm, clicks=200)),
    Row("storm of 1,000", partial(storm, clicks=1000)),
    Row("steady 20/s", partial(steady, rate=20), repeats=1),
    Row("steady 50/s", partial(steady, rate=50), repeats=1),
    Row("steady 100/s", partial(steady, rate=100), repeats=1),
    Row("steady 200/s", partial(steady, rate=200), repeats=1),
    Row("steady 400/s", partial(steady, rate=400), repeats=1),
    Row("/run in a storm", partial(run_meanwhile, clicks=1000)),
    Row("typing in a storm", partial(typing_meanwhile, clicks=1000, letters=50)),
    Row(
        "a hundred /leaderboard",
        partial(reading, command="leaderboard", words="at place", asks=100, times=3, category="points"),
        repeats=1,
    ),
    Row("a hundred /stats", partial(reading, command="stats", words="Runs organised", asks=100, times=3), repeats=1),
    Row("fifty charts", partial(charts, asks=25), repeats=1),
    Row("five busy panels", partial(busy_panels, panels=5, clicks=200)),
    Row("start", startup),
    Row("expiry of 200 runs", partial(expiry, runs_at_once=200, channels=4, raiders=5), repeats=1),
    Row("an hour", partial(hour, runs=20, raiders=60), repeats=1),
)


async def run(row: Row, folder: Path, postgres: Postgres, *, members: int = MEMBERS) -> Pair:
    """Measure a row once, in an arena of its own."""
    async with arena(folder, postgres, members=members, rate_limits=row.rate_limits) as own:
        return await row.measure(own)
