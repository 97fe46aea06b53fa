"""The statement that finds what today's rates change."""

from collections.abc import Collection
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from raidbot.features.quota.models import RERATE, Correction, Period
from raidbot.features.quota.tables import SUM, ledger, quota_dungeon_points, quota_role
from raidbot.kernel.database import Connection, Statement

_p = sa.bindparam
_TIME = sa.TIMESTAMP(timezone=True)
# What a run earned by itself, and what was corrected of that; never what somebody wrote down.
_run = (ledger.c.kind == "organised") & ledger.c.run_id.isnot(None)
_correction = (ledger.c.kind == "adjustment") & ledger.c.source.startswith(RERATE)


def _base(points: sa.Column[Decimal]) -> sa.ScalarSelect[Decimal]:
    """Read a number of the quota, once for all rows."""
    of_role = (quota_role.c.guild_id == _p("guild")) & (quota_role.c.role_id == _p("role"))
    return sa.select(points).where(of_role).scalar_subquery()


_rate = sa.func.coalesce(
    quota_dungeon_points.c.points,
    sa.case(
        (ledger.c.dungeon == sa.any_(_p("exalts", type_=pg.ARRAY(sa.Text))), _base(quota_role.c.base_exalt_points)),
        else_=_base(quota_role.c.base_non_exalt_points),
    ),
)
_worth = sa.func.coalesce(sa.func.sum(_rate).filter(_run), sa.literal(0, SUM))
_counted = sa.func.sum(ledger.c.quota_points)
_corrections = Statement(
    "quota.corrections",
    sa.select(
        ledger.c.user_id,
        sa.func.count().filter(_run).label("runs"),
        _counted.label("counted"),
        _worth.label("worth"),
    )
    .select_from(
        ledger.outerjoin(
            quota_dungeon_points,
            (quota_dungeon_points.c.guild_id == _p("guild"))
            & (quota_dungeon_points.c.role_id == _p("role"))
            & (quota_dungeon_points.c.dungeon == ledger.c.dungeon),
        )
    )
    .where(
        ledger.c.guild_id == _p("guild"),
        ledger.c.quota_role_id == _p("role"),
        ledger.c.at >= _p("begin", type_=_TIME),
        ledger.c.at < _p("end", type_=_TIME),
        _run | _correction,
    )
    .group_by(ledger.c.user_id)
    .having(_worth != _counted)
    .order_by(ledger.c.user_id),
    Correction,
)


async def corrections(conn: Connection, period: Period, exalts: Collection[str]) -> list[Correction]:
    """List whose runs of a period count other than at today's rates; `exalts` are exaltation dungeons.

    Indexes: ledger_quota_idx, the keys.
    """
    return await conn.all(
        _corrections,
        guild=period.guild_id,
        role=period.role_id,
        begin=period.starts_at,
        end=period.ends_at,
        exalts=list(exalts),
    )
