"""Statements on a raider's history."""

from datetime import datetime

import sqlalchemy as sa

from raidbot.features.quota.models import ALL_TIME, PAGE, CompletedRun, DungeonTotal, Place
from raidbot.features.quota.tables import ledger, ledger_dungeon_total
from raidbot.kernel.database import Connection, Statement

_p = sa.bindparam
_TIME = sa.TIMESTAMP(timezone=True)
_COMPLETION: sa.ColumnElement[str] = sa.literal_column("'completion'")
"""Written out, not as a parameter, so that the planner sees the partial index in a prepared statement too."""
_mine = (ledger.c.guild_id == _p("guild")) & (ledger.c.user_id == _p("member")) & (ledger.c.kind == _COMPLETION)
_other = ledger.alias("other")
_of_run = (_other.c.run_id == ledger.c.run_id) & (_other.c.user_id == ledger.c.user_id) & (_other.c.kind == _COMPLETION)
_pops = sa.select(sa.func.count()).where(_of_run, _other.c.pop > 0).scalar_subquery()
_last_of_run = ~sa.exists().where(_of_run, _other.c.pop > ledger.c.pop)
_completed = sa.select(ledger.c.run_id, ledger.c.dungeon, _pops.label("pops"), ledger.c.at).where(_mine, _last_of_run)
_at, _run = _p("at", type_=_TIME), _p("run", type_=sa.BigInteger)
# The bare comparison of times is what the index can find.
_older = Statement(
    "quota.older_runs",
    _completed.where(ledger.c.at <= _at, (ledger.c.at < _at) | (ledger.c.run_id < _run))
    .order_by(ledger.c.at.desc(), ledger.c.run_id.desc())
    .limit(PAGE + 1),
    CompletedRun,
)
_newer = Statement(
    "quota.newer_runs",
    _completed.where(ledger.c.at >= _at, (ledger.c.at > _at) | (ledger.c.run_id > _run))
    .order_by(ledger.c.at, ledger.c.run_id)
    .limit(PAGE + 1),
    CompletedRun,
)
_total = ledger_dungeon_total
_this_week = (
    sa.select(ledger.c.dungeon, sa.func.count().label("completions"))
    .where(_mine, ledger.c.at >= _p("week", type_=_TIME))
    .group_by(ledger.c.dungeon)
    .subquery("this_week")
)
_totals = Statement(
    "quota.completions_by_dungeon",
    sa.select(
        _total.c.dungeon,
        _total.c.amount.label("completions"),
        sa.func.coalesce(_this_week.c.completions, 0).label("this_week"),
    )
    .select_from(_total.outerjoin(_this_week, _this_week.c.dungeon == _total.c.dungeon))
    .where(
        _total.c.guild_id == _p("guild"),
        _total.c.user_id == _p("member"),
        _total.c.month == sa.literal(ALL_TIME, sa.Date),
        _total.c.kind == _COMPLETION,
    )
    .order_by(_total.c.amount.desc(), _total.c.dungeon),
    DungeonTotal,
)


async def older_runs(conn: Connection, guild_id: int, user_id: int, than: Place) -> list[CompletedRun]:
    """List a raider's runs behind a place in their history, the newest first: a page and one more.

    Indexes: ledger_member_idx, and for each run ledger_completion_key.
    """
    return await conn.all(_older, guild=guild_id, member=user_id, at=than.at, run=than.run_id)


async def newer_runs(conn: Connection, guild_id: int, user_id: int, than: Place) -> list[CompletedRun]:
    """List a raider's runs before a place in their history, the oldest first: a page and one more.

    Indexes: ledger_member_idx, and for each run ledger_completion_key.
    """
    return await conn.all(_newer, guild=guild_id, member=user_id, at=than.at, run=than.run_id)


async def completions_by_dungeon(conn: Connection, guild_id: int, user_id: int, week: datetime) -> list[DungeonTotal]:
    """Count a raider's completions, in all and since `week`, the most completed dungeon first.

    Indexes: ledger_dungeon_total's key, ledger_member_idx.
    """
    return await conn.all(_totals, guild=guild_id, member=user_id, week=week)
