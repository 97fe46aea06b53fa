"""Statements on a member's figures."""

from datetime import datetime

import sqlalchemy as sa

from raidbot.features.quota.models import ALL_TIME, Counted, Kind, Week
from raidbot.features.quota.tables import ledger, ledger_dungeon_total, ledger_total
from raidbot.kernel.database import Connection, Statement

_p = sa.bindparam
_total, _of_dungeon = ledger_total.c, ledger_dungeon_total.c


def _whose(table: sa.Table) -> sa.ColumnElement[bool]:
    return (
        (table.c.guild_id == _p("guild"))
        & (table.c.user_id == _p("member"))
        & (table.c.month == sa.literal(ALL_TIME, sa.Date))
    )


_figures = Statement(
    "quota.figures",
    sa.union_all(
        sa.select(
            _total.kind,
            sa.literal_column("''", sa.Text).label("dungeon"),
            sa.literal_column("''", sa.Text).label("key"),
            _total.quota_role_id,
            _total.amount,
            _total.points,
            _total.quota_points,
        ).where(_whose(ledger_total)),
        sa.select(
            _of_dungeon.kind,
            _of_dungeon.dungeon,
            _of_dungeon.key,
            sa.literal_column("0", sa.BigInteger).label("quota_role_id"),
            _of_dungeon.amount,
            _of_dungeon.points,
            _of_dungeon.quota_points,
        ).where(_whose(ledger_dungeon_total)),
    ),
    Counted,
)


def _amount(kind: Kind) -> sa.ColumnElement[int]:
    counted = sa.func.sum(ledger.c.amount).filter(ledger.c.counts_as == sa.literal_column(f"'{kind}'"))
    return sa.func.coalesce(counted, 0)


_monday = sa.cast(sa.func.date_trunc("week", sa.func.timezone(_p("zone", type_=sa.Text), ledger.c.at)), sa.Date)
_weeks = Statement(
    "quota.weeks",
    sa.select(
        _monday.label("monday"),
        _amount(Kind.COMPLETION).label("completions"),
        _amount(Kind.ORGANISED).label("organised"),
        _amount(Kind.KEY_POP).label("keys"),
    )
    .where(
        ledger.c.guild_id == _p("guild"),
        ledger.c.user_id == _p("member"),
        ledger.c.at >= _p("since", type_=sa.TIMESTAMP(timezone=True)),
    )
    .group_by(sa.literal_column("1")),
    Week,
)


async def figures(conn: Connection, guild_id: int, user_id: int) -> list[Counted]:
    """Read a member's totals of all time, about two for each dungeon. Indexes: the totals' keys."""
    return await conn.all(_figures, guild=guild_id, member=user_id)


async def weeks(conn: Connection, guild_id: int, user_id: int, since: datetime, zone: str) -> list[Week]:
    """Add up what a member did since then, by week in a time zone, quiet weeks left out. Index: ledger_member_idx."""
    return await conn.all(_weeks, guild=guild_id, member=user_id, since=since, zone=zone)
