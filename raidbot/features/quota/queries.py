"""Statements on the ledger."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from raidbot.features.quota.models import PAGE, CompletedRun, DungeonTotal, Place
from raidbot.features.quota.tables import ledger
from raidbot.kernel.database import Connection, Statement

_p = sa.bindparam
_TIME = sa.TIMESTAMP(timezone=True)
_raiders = (
    sa.func.unnest(_p("user_ids", type_=pg.ARRAY(sa.BigInteger)))
    .table_valued(sa.column("user_id", sa.BigInteger))
    .render_derived("raider")
)
_completions = Statement(
    "quota.add_completions",
    pg.insert(ledger)
    .from_select(
        ["guild_id", "user_id", "kind", "run_id", "pop", "dungeon", "points", "earned_at"],
        sa.select(
            _p("guild", type_=sa.BigInteger),
            _raiders.c.user_id,
            sa.literal("completion"),
            _p("run", type_=sa.BigInteger),
            _p("of_pop", type_=sa.SmallInteger),
            _p("of_dungeon", type_=sa.Text),
            _p("worth", type_=sa.Numeric(10, 2)),
            _p("now", type_=_TIME),
        ),
    )
    .on_conflict_do_nothing(),
)

# --- a raider's history ------------------------------------------------------------------------------------------

_COMPLETION: sa.ColumnElement[str] = sa.literal_column("'completion'")
"""Written out, not as a parameter, so that the planner sees the partial index in a prepared statement too."""
_mine = (ledger.c.guild_id == _p("guild")) & (ledger.c.user_id == _p("member")) & (ledger.c.kind == _COMPLETION)
_other = ledger.alias("other")
_of_run = (_other.c.run_id == ledger.c.run_id) & (_other.c.user_id == ledger.c.user_id) & (_other.c.kind == _COMPLETION)
_pops = sa.select(sa.func.count()).where(_of_run, _other.c.pop > 0).scalar_subquery()
_last_of_run = ~sa.exists().where(_of_run, _other.c.pop > ledger.c.pop)
_completed = sa.select(ledger.c.run_id, ledger.c.dungeon, _pops.label("pops"), ledger.c.earned_at.label("at")).where(
    _mine, _last_of_run
)
_at, _run = _p("at", type_=_TIME), _p("run", type_=sa.BigInteger)
# The bare comparison of times is what the index can find.
_older = Statement(
    "quota.older_runs",
    _completed.where(ledger.c.earned_at <= _at, (ledger.c.earned_at < _at) | (ledger.c.run_id < _run))
    .order_by(ledger.c.earned_at.desc(), ledger.c.run_id.desc())
    .limit(PAGE + 1),
    CompletedRun,
)
_newer = Statement(
    "quota.newer_runs",
    _completed.where(ledger.c.earned_at >= _at, (ledger.c.earned_at > _at) | (ledger.c.run_id > _run))
    .order_by(ledger.c.earned_at, ledger.c.run_id)
    .limit(PAGE + 1),
    CompletedRun,
)
_count = sa.func.count()
_totals = Statement(
    "quota.completions_by_dungeon",
    sa.select(
        ledger.c.dungeon,
        _count.label("completions"),
        _count.filter(ledger.c.earned_at >= _p("week", type_=_TIME)).label("this_week"),
    )
    .where(_mine)
    .group_by(ledger.c.dungeon)
    .order_by(_count.desc(), ledger.c.dungeon),
    DungeonTotal,
)


async def add_completions(
    conn: Connection,
    *,
    guild_id: int,
    run_id: int,
    pop: int,
    dungeon: str,
    user_ids: Sequence[int],
    points: Decimal,
    now: datetime,
) -> None:
    """Note that raiders completed a pop; who has it already keeps one. Index: ledger_completion_key."""
    await conn.execute(
        _completions,
        guild=guild_id,
        run=run_id,
        of_pop=pop,
        of_dungeon=dungeon,
        user_ids=list(user_ids),
        worth=points,
        now=now,
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

    Index: ledger_member_idx.
    """
    return await conn.all(_totals, guild=guild_id, member=user_id, week=week)
