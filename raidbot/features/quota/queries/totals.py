"""The statement that compares the totals with the rows."""

import sqlalchemy as sa

from raidbot.features.quota.tables import ledger_dungeon_total, ledger_total
from raidbot.kernel.database import Connection, Statement

_MEASURES = ("amount", "points", "quota_points")


def _differing(kept: sa.Table, view: str) -> sa.ScalarSelect[int]:
    """Count the totals of a table that are not what its view makes of the rows."""
    summed = sa.table(view, *(sa.column(column.name) for column in kept.c))
    same = sa.and_(*(summed.c[column.name] == column for column in kept.primary_key))
    return (
        sa.select(sa.func.count())
        .select_from(kept.outerjoin(summed, same, full=True))
        .where(sa.or_(*(summed.c[name].is_distinct_from(kept.c[name]) for name in _MEASURES)))
        .scalar_subquery()
    )


_wrong = Statement(
    "quota.wrong_totals",
    sa.select(
        (_differing(ledger_total, "ledger_sum") + _differing(ledger_dungeon_total, "ledger_dungeon_sum")).label("wrong")
    ),
    int,
)


async def wrong(conn: Connection) -> int:
    """Count the totals that are not the sum of their rows: reads the whole ledger, for the doctor. Index: none."""
    return await conn.one(_wrong)
