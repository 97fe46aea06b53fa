"""Leaderboards and figures as the database makes them, beside a plain model."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from raidbot.features.quota import models as m
from raidbot.features.quota.service import BoardService
from raidbot.kernel.clock import Clock
from raidbot.kernel.database import Database
from tests.tables import rows

PARIS = ZoneInfo("Europe/Paris")
LOW, HIGH = 700_000_000_000_000_001, 700_000_000_000_000_002
MIDNIGHT = datetime(2026, 3, 31, 22, tzinfo=UTC)
"""In Paris the first of April begins, by UTC it is still March."""
NOUGHT = Decimal(0)
_guilds, _runs, _sources = count(1), count(1), count(1)


@dataclass(frozen=True)
class Row:
    """A row of the ledger, as far as a board may look at it."""

    user_id: int
    kind: m.Kind
    amount: int
    points: Decimal = NOUGHT
    quota_points: Decimal = NOUGHT
    role_id: int | None = None
    dungeon: str | None = None
    at: datetime = MIDNIGHT
    undone: bool = False
    """A reversal takes it back at once."""

    @property
    def all(self) -> "list[Row]":
        back = replace(self, amount=-self.amount, points=-self.points, quota_points=-self.quota_points)
        return [self, back] if self.undone else [self]


users, dungeons = st.integers(1, 4), st.sampled_from(["SNAKE_PIT", "THE_VOID"])
times = st.sampled_from([MIDNIGHT + timedelta(hours=hours) for hours in (-800, -1, 0, 1, 3, 100)])
some = st.decimals("0", "3", places=1)
undone = st.booleans()
entries = st.one_of(
    st.builds(Row, users, st.just(m.Kind.COMPLETION), st.just(1), some, dungeon=dungeons, at=times),
    st.builds(
        lambda user, amount, each, role, dungeon, at, back: Row(
            user, m.Kind.ORGANISED, amount, NOUGHT, each * amount, role, dungeon, at, back
        ),
        *(users, st.sampled_from([1, 2, -1]), some, st.sampled_from([LOW, HIGH]), dungeons, times, undone),
    ),
    st.builds(
        lambda user, amount, each, dungeon, at, back: Row(
            user, m.Kind.KEY_POP, amount, each * amount, dungeon=dungeon, at=at, undone=back
        ),
        *(users, st.sampled_from([1, 3, -2]), some, dungeons, times, undone),
    ),
    st.builds(
        lambda user, points, at, back: Row(user, m.Kind.ADJUSTMENT, 0, points, at=at, undone=back),
        *(users, st.sampled_from([Decimal("2.5"), Decimal("-1.25")]), times, undone),
    ),
    st.builds(Row, users, st.just(m.Kind.WARN), st.just(1), st.just(NOUGHT), some, st.just(HIGH), at=times),
)
periods = st.sampled_from(
    [
        None,
        m.Month(date(2026, 3, 1)),
        m.Month(date(2026, 4, 1)),
        m.Days(date(2026, 4, 1), None),
        m.Days(None, date(2026, 3, 31)),
        m.Days(date(2026, 4, 1), date(2026, 4, 1)),
    ]
)
spots = st.builds(m.Spot, st.integers(0, 6).map(Decimal), st.integers(0, 5))
rankings = st.builds(
    m.Ranking, st.sampled_from(m.Category), st.none() | dungeons, st.none() | st.sampled_from([LOW, HIGH]), periods
)


async def write(database: Database, guild_id: int, written: Sequence[Row]) -> None:
    """Write rows of a guild's ledger."""

    def value(one: Any) -> str:
        return "NULL" if one is None else f"'{one}'"

    for row in written:
        run_id = next(_runs) if row.kind is m.Kind.COMPLETION else None
        pop = None if run_id is None else 0
        source = f"test:{next(_sources)}" if run_id is None else None
        key = "KEY" if row.kind is m.Kind.KEY_POP else None
        same = (row.role_id, row.dungeon, run_id, pop, key, row.at)
        into = (
            "INSERT INTO ledger (guild_id, user_id, kind, counts_as, amount, points, quota_points, quota_role_id,"
            " dungeon, run_id, pop, key, at, source, reverses)"
        )
        first = (guild_id, row.user_id, row.kind, row.kind, row.amount, row.points, row.quota_points, *same, source)
        found = await rows(database, f"{into} VALUES ({', '.join(map(value, (*first, None)))}) RETURNING id")
        if row.undone:
            back = row.all[1]
            taken = (guild_id, row.user_id, m.Kind.REVERSAL, row.kind, back.amount, back.points, back.quota_points)
            values = (*taken, *same, f"undo:{source}", found[0][0])
            await rows(database, f"{into} VALUES ({', '.join(map(value, values))}) RETURNING id")


def ranked(written: Sequence[Row], ranking: m.Ranking) -> list[m.Line]:
    """Rank as anybody would."""
    within = None if ranking.period is None else m.bounds(ranking.period, PARIS)
    totals: defaultdict[int, Decimal] = defaultdict(Decimal)
    for row in (part for one in written for part in one.all):
        counted = row.kind in m.COUNTED_AS[ranking.category]
        of_dungeon = ranking.dungeon in {None, row.dungeon}
        of_role = ranking.role_id in {None, row.role_id}
        if counted and of_dungeon and of_role and (within is None or within[0] <= row.at < within[1]):
            match ranking.category:
                case m.Category.POINTS:
                    totals[row.user_id] += row.points
                case m.Category.QUOTA_POINTS:
                    totals[row.user_id] += row.quota_points
                case _:
                    totals[row.user_id] += row.amount
    order = sorted((-total, user_id) for user_id, total in totals.items() if total > 0)
    return [m.Line(place, user_id, -total) for place, (total, user_id) in enumerate(order, 1)]


@dataclass(frozen=True)
class Hall:
    """The service on a database, from tests that are not asynchronous."""

    runner: asyncio.Runner
    database: Database
    service: BoardService


@pytest.fixture
def hall(database_url: str) -> Iterator[Hall]:
    with asyncio.Runner() as runner:
        database = Database(database_url)
        runner.run(database.open())
        yield Hall(runner, database, BoardService(database, Clock(lambda: MIDNIGHT)))
        runner.run(database.close())


TIES = [
    Row(4, m.Kind.KEY_POP, 3, Decimal(3), dungeon="THE_VOID"),
    Row(2, m.Kind.KEY_POP, 3, Decimal(3), dungeon="THE_VOID"),
    Row(1, m.Kind.KEY_POP, 3, Decimal(3), dungeon="THE_VOID", undone=True),
    Row(3, m.Kind.KEY_POP, 1, Decimal(3), dungeon="THE_VOID"),
]


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(entries, max_size=12), rankings, users, spots)
@example(TIES, m.Ranking(m.Category.KEYS), 4, m.Spot(Decimal(3), 2))
@example(TIES, m.Ranking(m.Category.KEYS, "THE_VOID", None, m.Month(date(2026, 3, 1))), 1, m.Spot(Decimal(3), 4))
def test_a_board_is_what_a_plain_sum_says(
    hall: Hall, written: list[Row], ranking: m.Ranking, me: int, spot: m.Spot
) -> None:
    guild_id = next(_guilds)
    hall.runner.run(write(hall.database, guild_id, written))
    seen = hall.runner.run(hall.service.board(guild_id, ranking, me, PARIS))
    wanted = ranked(written, ranking)
    assert seen.lines == wanted
    assert seen.places == len(wanted)
    assert seen.own == next((line for line in wanted if line.user_id == me), None)
    below = hall.runner.run(hall.service.board(guild_id, ranking, me, PARIS, m.Way.BELOW, spot))
    behind = [line for line in wanted if (-line.total, line.user_id) > (-spot.total, spot.user_id)]
    assert below.lines == behind or not behind
    assert (below.places, below.own) == (seen.places, seen.own)


# --- pages


def places(board: m.Leaderboard) -> list[int]:
    return [line.place for line in board.lines]


@dataclass
class Crowd:
    """Sixty members whose points are 20 to 1, three of each."""

    database: Database
    service: BoardService
    ranking: m.Ranking

    async def turn(self, way: m.Way = m.Way.TOP, spot: m.Spot | None = None, *, me: int = 1) -> m.Leaderboard:
        return await self.service.board(1, self.ranking, me, PARIS, way, spot)

    async def give(self, user_id: int, points: int) -> None:
        await write(self.database, 1, [Row(user_id, m.Kind.ADJUSTMENT, 0, Decimal(points))])


@pytest.fixture(params=[None, m.Days(None, None)], ids=["kept", "added up"])
async def crowd(database: Database, request: pytest.FixtureRequest) -> Crowd:
    crowd = Crowd(database, BoardService(database, Clock()), m.Ranking(m.Category.POINTS, period=request.param))
    for number in range(60):
        await crowd.give(100 + number, 20 - number // 3)
    return crowd


async def test_every_member_is_on_one_page_also_when_others_pass_meanwhile(crowd: Crowd) -> None:
    page, seen = await crowd.turn(), list[int]()
    while True:
        seen += [line.user_id for line in page.lines]
        await crowd.give(1000 + len(seen), 50)
        if page.at_bottom:
            break
        page = await crowd.turn(m.Way.BELOW, page.lines[-1].spot)
    assert seen == [100 + number for number in range(60)]
    assert page.places == 62
    assert places(page)[0] == 53


async def test_pages_go_back_and_the_first_and_last_are_whole(crowd: Crowd) -> None:
    first = await crowd.turn()
    second = await crowd.turn(m.Way.BELOW, first.lines[-1].spot)
    assert (places(first), places(second)) == (list(range(1, 26)), list(range(26, 51)))
    assert (await crowd.turn(m.Way.ABOVE, second.lines[0].spot)).lines == first.lines
    assert places(await crowd.turn(m.Way.ABOVE, first.lines[9].spot)) == list(range(1, 26))
    last = await crowd.turn(m.Way.BOTTOM)
    assert places(last) == list(range(36, 61))
    assert (first.at_top, first.at_bottom, last.at_top, last.at_bottom) == (True, False, False, True)
    assert (await crowd.turn(m.Way.BELOW, last.lines[-1].spot)).lines == last.lines


async def test_my_place_is_in_the_middle_and_told_on_every_page(crowd: Crowd) -> None:
    mine = await crowd.turn(m.Way.MINE, me=130)
    assert places(mine) == list(range(19, 44))
    assert mine.own == mine.lines[12] == m.Line(31, 130, Decimal(10))
    assert places(await crowd.turn(m.Way.MINE, me=101)) == list(range(1, 26))
    assert (await crowd.turn(m.Way.BOTTOM, me=101)).own == m.Line(2, 101, Decimal(20))
    nobody = await crowd.turn(m.Way.MINE, me=1)
    assert (nobody.own, places(nobody)) == (None, list(range(1, 26)))


async def test_a_ranking_of_nobody_is_empty_from_every_side(database: Database) -> None:
    service = BoardService(database, Clock())
    for way in m.Way:
        seen = await service.board(1, m.Ranking(m.Category.KEYS), 1, PARIS, way, m.Spot(Decimal(5), 5))
        assert seen == m.Leaderboard(m.Ranking(m.Category.KEYS), [], 0, None)


# --- a member's figures


async def test_figures_are_sums_by_dungeon_key_role_and_act(database: Database) -> None:
    service = BoardService(database, Clock())
    await write(
        database,
        1,
        [
            *(Row(7, m.Kind.COMPLETION, 1, Decimal("1.5"), dungeon="SNAKE_PIT") for _ in range(3)),
            Row(7, m.Kind.COMPLETION, 1, Decimal(1), dungeon="THE_VOID"),
            Row(7, m.Kind.KEY_POP, 4, Decimal(20), dungeon="THE_VOID"),
            Row(7, m.Kind.ORGANISED, 2, NOUGHT, Decimal("2.20"), HIGH, "THE_VOID"),
            Row(7, m.Kind.ORGANISED, 1, NOUGHT, Decimal(9), LOW, "THE_VOID", undone=True),
            Row(7, m.Kind.WARN, 1, NOUGHT, Decimal("0.29"), LOW),
            Row(7, m.Kind.ADJUSTMENT, 0, Decimal("-0.5")),
            Row(8, m.Kind.COMPLETION, 1, Decimal(1), dungeon="SNAKE_PIT"),
        ],
    )
    seen = await service.stats(1, 7)
    assert seen.points == Decimal("25.00")
    assert list(seen.quota_points.items()) == [(HIGH, Decimal("2.20")), (LOW, Decimal("0.29"))]
    assert {kind: n for kind, n in seen.counts.items() if n} == {
        m.Kind.COMPLETION: 4,
        m.Kind.ORGANISED: 2,
        m.Kind.KEY_POP: 4,
        m.Kind.WARN: 1,
    }
    assert seen.keys == {("THE_VOID", "KEY"): 4}
    assert seen.dungeons == [m.OfDungeon("THE_VOID", 1, 4, 2), m.OfDungeon("SNAKE_PIT", 3, 0, 0)]
    nothing = await service.stats(2, 7)
    assert nothing.points == 0
    assert not nothing.quota_points
    assert not nothing.dungeons


async def test_weeks_begin_on_monday_in_the_servers_zone_and_none_is_left_out(database: Database) -> None:
    sunday = datetime(2026, 3, 29, 21, 59, tzinfo=UTC)  # the day on which Paris changes its clocks; 23:59 there
    service = BoardService(database, Clock(lambda: MIDNIGHT))
    moments = [sunday, sunday + timedelta(minutes=1), sunday - timedelta(weeks=24), sunday - timedelta(weeks=25)]
    await write(database, 1, [Row(7, m.Kind.COMPLETION, 1, dungeon="SNAKE_PIT", at=at) for at in moments])
    await write(database, 1, [Row(7, m.Kind.KEY_POP, 3, dungeon="SNAKE_PIT", at=sunday)])
    weeks = await service.weeks(1, 7, PARIS)
    assert len(weeks) == m.WEEKS
    assert [week.monday for week in weeks][-2:] == [date(2026, 3, 23), date(2026, 3, 30)]
    assert [(week.completions, week.keys) for week in weeks if week != m.Week(week.monday, 0, 0, 0)] == [
        (1, 0),
        (1, 3),
        (1, 0),
    ]
