"""Statements on the ledger."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from raidbot.features.quota.tables import ledger
from raidbot.kernel.database import Connection, Statement

_p = sa.bindparam
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
            _p("now", type_=sa.TIMESTAMP(timezone=True)),
        ),
    )
    .on_conflict_do_nothing(),
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
