"""A raider's history in the database: pages that nothing moves, and totals."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from itertools import count, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from raidbot.features.dungeons.api import catalogue
from raidbot.features.quota import models as m
from raidbot.features.quota.service import HistoryService, Ledger
from raidbot.features.raids.events import CompletionsEarned
from raidbot.kernel.clock import Clock
from raidbot.kernel.database import Database
from raidbot.kernel.owed import Owed
from tests.factories import GUILD, House

A, B = 500_000_000_000_000_001, 500_000_000_000_000_002
EVENING = datetime(2026, 3, 4, 20, tzinfo=UTC)
"""A Wednesday."""
zones = st.integers(-23, 23).map(lambda hours: timezone(timedelta(hours=hours)))


@dataclass
class Past:
    """The history service, and completions to fill it with."""

    database: Database
    clock: Clock
    history: HistoryService
    ledger: Ledger
    ids: "count[int]"

    async def complete(
        self,
        *pops: int,
        at: datetime = EVENING,
        users: Sequence[int] = (A,),
        dungeon: str = "SNAKE_PIT",
        guild_id: int = GUILD,
        run_id: int | None = None,
    ) -> int:
        """Complete pops of a run, a minute each, the first at `at`; return its id."""
        run_id = run_id or next(self.ids)
        async with self.database.transaction() as conn:
            for number, pop in enumerate(pops or (0,)):
                when = at + number * timedelta(minutes=1)
                fact = CompletionsEarned(guild_id, run_id, pop, dungeon, tuple(users), when)
                await self.ledger.note_completions(conn, fact)
        return run_id

    async def pages(self, user_id: int = A) -> list[m.History]:
        """Turn from the newest page to the oldest."""
        found = [await self.history.older(GUILD, user_id)]
        while found[-1].older:
            found.append(await self.history.older(GUILD, user_id, found[-1].runs[-1].place))
        return found


def ids_of(page: m.History) -> list[int]:
    """List a page's runs."""
    return [run.run_id for run in page.runs]


@pytest.fixture
def past(database: Database) -> Past:
    clock = Clock()
    clock.shift(EVENING + timedelta(hours=3) - clock.now())
    return Past(
        database,
        clock,
        HistoryService(database, clock),
        Ledger(catalogue(), lambda _: {}, clock, Owed(clock)),
        count(1),
    )


# --- what a run shows


async def test_a_run_is_one_line_with_the_pops_that_were_completed_and_the_last_of_their_dates(past: Past) -> None:
    plain = await past.complete()
    chain = await past.complete(2, 3, 5, at=EVENING + timedelta(hours=1), dungeon="THE_VOID")
    page = await past.history.older(GUILD, A)
    assert list(page.runs) == [
        m.CompletedRun(chain, "THE_VOID", 3, EVENING + timedelta(hours=1, minutes=2)),
        m.CompletedRun(plain, "SNAKE_PIT", 0, EVENING),
    ]
    assert (page.newer, page.older) == (False, False)


async def test_a_history_holds_nobody_elses_runs_and_no_other_servers(past: Past) -> None:
    both = await past.complete(1, users=(A, B))
    await past.complete(2, users=(B,), run_id=both, at=EVENING + timedelta(hours=1))
    await past.complete(guild_id=GUILD + 1)
    await past.complete(users=(B,))
    page = await past.history.older(GUILD, A)
    assert list(page.runs) == [m.CompletedRun(both, "SNAKE_PIT", 1, EVENING)]
    assert page.completions == 1


async def test_who_completed_nothing_has_an_empty_page(past: Past) -> None:
    assert await past.history.older(GUILD, A) == m.History([], newer=False, older=False, totals=[])


async def test_a_raid_that_was_played_is_in_the_history_of_who_was_there(database: Database) -> None:
    house = House.build(database)
    run_id = await house.make_live()
    await house.join(run_id, [A])
    await house.organizers.pop_key(GUILD, run_id, 1, seen=0)
    await house.join(run_id, [B])
    await house.organizers.pop_key(GUILD, run_id, 1, seen=1)
    await house.organizers.end(GUILD, run_id, 1)
    history = HistoryService(database, house.clock)
    for user_id, pops in ((A, 2), (B, 1)):
        page = await history.older(GUILD, user_id)
        assert [(run.run_id, run.pops) for run in page.runs] == [(run_id, pops)]
        assert (page.completions, page.this_week) == (pops, pops)


# --- pages


@pytest.mark.parametrize("number", [1, 9, 10, 11, 20, 21, 33])
async def test_turning_the_pages_shows_every_run_once_the_newest_first_and_back_again(past: Past, number: int) -> None:
    # Three runs each end in the same moment, as after a restart; each has two pops.
    made = [await past.complete(1, 2, at=EVENING - timedelta(hours=n // 3)) for n in range(number)]
    pages = await past.pages()
    expected = sorted(made, key=lambda run_id: (-((run_id - 1) // 3), run_id), reverse=True)
    assert [run_id for page in pages for run_id in ids_of(page)] == expected
    assert {len(page.runs) for page in pages[:-1]} <= {m.PAGE}
    assert [page.newer for page in pages] == [False] + [True] * (len(pages) - 1)
    assert [page.older for page in pages] == [True] * (len(pages) - 1) + [False]
    for before, page in pairwise(pages):
        assert await past.history.newer(GUILD, A, page.runs[0].place) == before


async def test_what_is_completed_meanwhile_moves_no_page(past: Past) -> None:
    for n in range(25):
        await past.complete(at=EVENING - timedelta(hours=n))
    first, second, third = await past.pages()
    added = [await past.complete(at=EVENING + timedelta(hours=n)) for n in (1, 2)]
    assert ids_of(await past.history.older(GUILD, A, first.runs[-1].place)) == ids_of(second)
    assert ids_of(await past.history.newer(GUILD, A, third.runs[0].place)) == ids_of(second)
    back = await past.history.newer(GUILD, A, second.runs[0].place)
    assert ids_of(back) == ids_of(first)
    newest = await past.history.newer(GUILD, A, first.runs[0].place)
    assert ids_of(newest) == [*added[::-1], *ids_of(first)[:8]]
    assert (back.newer, newest.newer) == (True, False)


# --- totals


async def test_totals_count_completions_by_dungeon_and_since_monday(past: Past) -> None:
    monday = datetime(2026, 3, 2, tzinfo=UTC)
    await past.complete(1, 2, 3, dungeon="THE_VOID", at=EVENING)
    await past.complete(dungeon="SNAKE_PIT", at=monday)
    await past.complete(dungeon="SNAKE_PIT", at=monday - timedelta(microseconds=1))
    await past.complete(dungeon="LOST_HALLS", at=monday - timedelta(days=300))
    await past.complete(dungeon="ABYSS", at=monday - timedelta(days=300))
    page = await past.history.older(GUILD, A)
    assert page.totals == [
        m.DungeonTotal("THE_VOID", 3, 3),
        m.DungeonTotal("SNAKE_PIT", 2, 1),
        m.DungeonTotal("ABYSS", 1, 0),
        m.DungeonTotal("LOST_HALLS", 1, 0),
    ]
    assert (page.completions, page.this_week) == (7, 4)


@given(st.datetimes(datetime(2000, 1, 10), datetime(2100, 1, 1), timezones=zones))  # noqa: DTZ001 - hypothesis adds the zone
def test_a_week_begins_on_the_monday_at_or_before_a_moment(moment: datetime) -> None:
    week = m.week_of(moment)
    assert (week.weekday(), week.hour, week.minute, week.second, week.microsecond) == (0, 0, 0, 0, 0)
    assert timedelta(0) <= moment - week < timedelta(days=7)
