"""The statement that compares the totals with the rows."""

import operator
from functools import reduce

import sqlalchemy as sa

from raidbot.features.quota.tables import ledger_board, ledger_dungeon_total, ledger_total
from raidbot.kernel.database import Connection, Statement

_KEPT = {ledger_total: "ledger_sum", ledger_dungeon_total: "ledger_dungeon_sum", ledger_board: "ledger_board_sum"}
"""The tables, each with the view of what it must hold."""


def _differing(kept: sa.Table, view: str) -> sa.ScalarSelect[int]:
    """Count the totals of a table that are not what its view makes of the rows."""
    summed = sa.table(view, *(sa.column(column.name) for column in kept.c))
    same = sa.and_(*(summed.c[column.name] == column for column in kept.primary_key))
    return (
        sa.select(sa.func.count())
        .select_from(kept.outerjoin(summed, same, full=True))
        .where(sa.or_(*(summed.c[column.name].is_distinct_from(column) for column in kept.c)))
        .scalar_subquery()
    )


_wrong = Statement(
    "quota.wrong_totals",
    sa.select(reduce(operator.add, (_differing(kept, view) for kept, view in _KEPT.items())).label("wrong")),
    int,
)


async def wrong(conn: Connection) -> int:
    """Count the totals that are not the sum of their rows: reads the whole ledger, for the doctor. Index: none."""
    return await conn.one(_wrong)
