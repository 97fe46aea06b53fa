"""Statements on leaderboards, a row a line: two for each category, of what is kept and of what is added up."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

import sqlalchemy as sa

from raidbot.features.quota.models import (
    ALL_TIME,
    COUNTED_AS,
    LINES,
    Category,
    Leaderboard,
    Line,
    Month,
    Ranking,
    Spot,
    Way,
)
from raidbot.features.quota.tables import SUM, ledger, ledger_board
from raidbot.kernel.database import Connection, Statement

_p = sa.bindparam
_TIME = sa.TIMESTAMP(timezone=True)
_guild, _me = _p("guild", type_=sa.BigInteger), _p("me", type_=sa.BigInteger)
_dungeon, _role = _p("of_dungeon", type_=sa.Text), _p("quota_role", type_=sa.BigInteger)
_TOP: Final = Spot(Decimal(10**11), 0)
_BOTTOM: Final = Spot(Decimal(0), 0)
_UP: Final = {Way.TOP: 0, Way.ABOVE: LINES, Way.BELOW: 0, Way.BOTTOM: LINES, Way.MINE: LINES // 2}
"""Lines of a page before its spot."""


@dataclass(frozen=True, slots=True)
class _Found:
    """A line of a page, with what is the same for all; without lines there is one row that has no member."""

    places: int
    own_total: Decimal | int | None
    own_ahead: int
    """How many stand before whoever asks."""
    ahead: int
    """How many stand before the spot."""
    user_id: int | None
    total: Decimal | int | None


def _kept(category: Category) -> sa.Select[Any]:
    """Read who has how much from the boards that are kept."""
    board = ledger_board.alias()
    return sa.select(board.c.user_id, board.c[category].label("total")).where(
        board.c.guild_id == _guild,
        board.c.month == _p("of_month", type_=sa.Date),
        board.c.quota_role_id == _role,
        board.c.dungeon == _dungeon,
        board.c[category] > sa.literal_column("0"),
    )


def _summed(category: Category) -> sa.Select[Any]:
    """Add up who earned how much in some time."""
    column = category if category in {Category.POINTS, Category.QUOTA_POINTS} else "amount"
    total = sa.cast(sa.func.sum(ledger.c[column]), SUM)
    return (
        sa.select(ledger.c.user_id, total.label("total"))
        .where(
            ledger.c.guild_id == _guild,
            ledger.c.counts_as.in_([sa.literal_column(f"'{kind}'") for kind in COUNTED_AS[category]]),
            ledger.c.at >= _p("since", type_=_TIME),
            ledger.c.at < _p("until", type_=_TIME),
            (_dungeon == sa.literal_column("''")) | (ledger.c.dungeon == _dungeon),
            (_role == sa.literal_column("0")) | (ledger.c.quota_role_id == _role),
        )
        .group_by(ledger.c.user_id)
        .having(total > sa.literal_column("0"))
    )


def _page(name: str, they: sa.FromClause) -> Statement[_Found]:
    """Make the statement that finds a page of those who have something: `up` lines before a spot, and on from there.

    The spot and who asks part the ranking in three, so that everybody is counted once.
    """

    def count(*which: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
        return sa.select(sa.func.count()).select_from(they).where(*which).scalar_subquery()

    def once(name: str, *columns: sa.ColumnElement[Any]) -> sa.CTE:
        """Work columns out once, not wherever they are used."""
        return sa.select(*columns).cte(name).prefix_with("MATERIALIZED")

    total, user_id = they.c.total, they.c.user_id
    wanted, at_user = _p("spot", type_=total.type), _p("at_user", type_=sa.BigInteger)
    own = once("own", sa.select(total).where(user_id == _me).scalar_subquery().label("total"))
    mine = sa.func.coalesce(own.c.total, 0)
    begins = sa.case((_p("mine", type_=sa.Boolean), sa.func.coalesce(own.c.total, wanted)), else_=wanted)
    spot_first = (begins > mine) | ((begins == mine) & (at_user <= _me))
    marks = once(
        "marks",
        own.c.total.label("own_total"),
        begins.label("at"),
        spot_first.label("spot_first"),
        sa.case((spot_first, begins), else_=mine).label("high"),
        sa.case((spot_first, at_user), else_=_me).label("high_user"),
        sa.case((spot_first, mine), else_=begins).label("low"),
        sa.case((spot_first, _me), else_=at_user).label("low_user"),
    )
    at, *edges = (sa.select(marks.c[one]).scalar_subquery() for one in ("at", "high", "high_user", "low", "low_user"))
    high, low = edges[:2], edges[2:]
    parts = once(
        "parts",
        count(_before(they, *high)).label("above"),
        count(_from(they, *high), _before(they, *low)).label("between"),
        count(_from(they, *low)).label("below"),
    )
    above, between, below = parts.c.above, parts.c.between, parts.c.below
    up = (
        sa.select(they)
        .where(_before(they, at, at_user))
        .order_by(total, user_id.desc())
        .limit(_p("up", type_=sa.Integer))
        .subquery("up")
    )
    down = (
        sa.select(they)
        .where(_from(they, at, at_user))
        .order_by(total.desc(), user_id)
        .limit(sa.literal_column(str(LINES)))
        .subquery("down")
    )
    line = sa.union_all(sa.select(up), sa.select(down)).subquery("line")
    return Statement(
        name,
        sa.select(
            (above + between + below).label("places"),
            marks.c.own_total,
            sa.case((marks.c.spot_first, above + between), else_=above).label("own_ahead"),
            sa.case((marks.c.spot_first, above), else_=above + between).label("ahead"),
            *line.c,
        )
        .select_from(marks.join(parts, sa.true()).outerjoin(line, sa.true()))
        .order_by(line.c.total.desc(), line.c.user_id)
        .limit(sa.literal_column(str(LINES))),
        _Found,
    )


def _before(
    they: sa.FromClause, total: sa.ColumnElement[Any], user_id: sa.ColumnElement[int]
) -> sa.ColumnElement[bool]:
    """Stand before a spot. The bare comparison of totals, here and below, is what an index can find."""
    return (they.c.total >= total) & ((they.c.total > total) | (they.c.user_id < user_id))


def _from(they: sa.FromClause, total: sa.ColumnElement[Any], user_id: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    """Stand at a spot or behind it."""
    return (they.c.total <= total) & ((they.c.total < total) | (they.c.user_id >= user_id))


_of_boards = {category: _page(f"quota.board_of_{category}", _kept(category).subquery()) for category in Category}
_of_days = {
    category: _page(f"quota.board_of_days_of_{category}", _summed(category).cte("earned")) for category in Category
}


async def kept(conn: Connection, guild_id: int, ranking: Ranking, me: int, way: Way, spot: Spot | None) -> Leaderboard:
    """Read a page of a ranking of all time, or of a month without a dungeon. Index: ledger_board's of the category."""
    month = ranking.period.first if isinstance(ranking.period, Month) else ALL_TIME
    found = await conn.all(_of_boards[ranking.category], of_month=month, **_asked(guild_id, ranking, me, way, spot))
    return _board(ranking, me, way, found)


async def of_days(
    conn: Connection,
    guild_id: int,
    ranking: Ranking,
    within: tuple[datetime, datetime],
    me: int,
    way: Way,
    spot: Spot | None,
) -> Leaderboard:
    """Read a page of a ranking of some time, which is added up row by row. Index: ledger_kind_idx."""
    since, until = within
    found = await conn.all(
        _of_days[ranking.category],
        since=since,
        until=until,
        **_asked(guild_id, ranking, me, way, spot),
    )
    return _board(ranking, me, way, found)


def _asked(guild_id: int, ranking: Ranking, me: int, way: Way, spot: Spot | None) -> dict[str, Any]:
    at = {Way.TOP: _TOP, Way.MINE: Spot(_TOP.total, me), Way.BOTTOM: _BOTTOM}.get(way, spot or _TOP)
    return {
        "guild": guild_id,
        "of_dungeon": ranking.dungeon or "",
        "quota_role": ranking.role_id or 0,
        "me": me,
        "mine": way is Way.MINE,
        "spot": at.total,
        "at_user": at.user_id + (way is Way.BELOW),
        "up": _UP[way],
    }


def _board(ranking: Ranking, me: int, way: Way, found: list[_Found]) -> Leaderboard:
    head = found[0]
    first = head.ahead - min(head.ahead, _UP[way]) + 1
    return Leaderboard(
        ranking,
        lines=[
            Line(place, row.user_id, Decimal(row.total))
            for place, row in enumerate(found, first)
            if row.user_id is not None and row.total is not None
        ],
        places=head.places,
        own=None if head.own_total is None else Line(head.own_ahead + 1, me, Decimal(head.own_total)),
    )
