"""Statements on what earns how much."""

from collections.abc import Collection
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from raidbot.features.quota.models import ACTS, KEY_POP_POINTS, Kind, Rate
from raidbot.features.quota.tables import POINTS, key_pop_points, quota_dungeon_points, quota_role
from raidbot.kernel.database import Connection, Statement

_p = sa.bindparam
_among = (quota_role.c.guild_id == _p("guild")) & (
    quota_role.c.role_id == sa.any_(_p("role_ids", type_=pg.ARRAY(sa.BigInteger)))
)
_of_run = Statement(
    "quota.run_rates",
    sa.select(
        quota_role.c.role_id,
        sa.func.coalesce(
            quota_dungeon_points.c.points,
            sa.case(
                (_p("exalt", type_=sa.Boolean), quota_role.c.base_exalt_points),
                else_=quota_role.c.base_non_exalt_points,
            ),
        ).label("points"),
    )
    .select_from(
        quota_role.outerjoin(
            quota_dungeon_points,
            (quota_dungeon_points.c.guild_id == quota_role.c.guild_id)
            & (quota_dungeon_points.c.role_id == quota_role.c.role_id)
            & (quota_dungeon_points.c.dungeon == _p("of_dungeon")),
        )
    )
    .where(_among),
    Rate,
)
_of_act = Statement(
    "quota.act_rates",
    sa.select(
        quota_role.c.role_id,
        sa.case({act.value: quota_role.c[f"{act}_points"] for act in ACTS}, value=_p("act", type_=sa.Text)).label(
            "points"
        ),
    ).where(_among),
    Rate,
)
_roles = Statement("quota.roles_among", sa.select(quota_role.c.role_id).where(_among), int)
_of_key = Statement(
    "quota.key_points",
    sa.select(
        sa.func.coalesce(
            sa.select(key_pop_points.c.points)
            .where(key_pop_points.c.guild_id == _p("guild"), key_pop_points.c.dungeon == _p("of_dungeon"))
            .scalar_subquery(),
            sa.literal(KEY_POP_POINTS, POINTS),
        ).label("points")
    ),
    Decimal,
)


async def of_run(
    conn: Connection, guild_id: int, role_ids: Collection[int], dungeon: str, *, exalt: bool
) -> list[Rate]:
    """List what a run of a dungeon is worth to each of these roles that has a quota. Index: the keys."""
    return await conn.all(_of_run, guild=guild_id, role_ids=list(role_ids), of_dungeon=dungeon, exalt=exalt)


async def of_act(conn: Connection, guild_id: int, role_ids: Collection[int], act: Kind) -> list[Rate]:
    """List what an act is worth to each of these roles that has a quota. Index: the key."""
    return await conn.all(_of_act, guild=guild_id, role_ids=list(role_ids), act=act)


async def roles_among(conn: Connection, guild_id: int, role_ids: Collection[int]) -> list[int]:
    """List which of these roles have a quota. Index: the key."""
    return await conn.all(_roles, guild=guild_id, role_ids=list(role_ids))


async def of_key(conn: Connection, guild_id: int, dungeon: str) -> Decimal:
    """Tell what a key popped in a dungeon is worth. Index: the key."""
    return await conn.one(_of_key, guild=guild_id, of_dungeon=dungeon)
