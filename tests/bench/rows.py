"""The rows of the benchmark. A new one is a line here and, where it is of a new kind, a module beside `storm`."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.bench.arena import MEMBERS, Arena, arena
from tests.bench.meter import Measured
from tests.bench.postgres import Postgres
from tests.bench.storm import storm


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that is measured, on the bot and on the floor, in the same arena."""

    name: str
    measure: Callable[[Arena], Awaitable[tuple[Measured, Measured]]]
    """Gives what was measured of the bot, and of the floor; raises when the bot did wrong."""
    rate_limits: bool = True
    repeats: int = 3
    """The table shows the medians."""


ROWS = (
    Row("storm of 50", partial(storm, clicks=50)),
    Row("storm of 1,000", partial(storm, clicks=1000)),
)


async def run(row: Row, folder: Path, postgres: Postgres, *, members: int = MEMBERS) -> tuple[Measured, Measured]:
    """Measure a row once, in an arena of its own."""
    async with arena(folder, postgres, members=members, rate_limits=row.rate_limits) as own:
        return await row.measure(own)
