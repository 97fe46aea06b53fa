"""Statements on what administrators set: quotas, and what dungeons are worth."""

from collections.abc import Collection, Mapping
from dataclasses import fields
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from raidbot.features.quota.models import Calendar, DungeonPoints, Figure, Quota, Worth
from raidbot.features.quota.tables import POINTS, key_pop_points, quota_dungeon_points, quota_role, raider_points
from raidbot.kernel.database import Connection, Statement
from raidbot.kernel.owed import TopicVersion, touched

_p = sa.bindparam
_QUOTA = [quota_role.c[field.name] for field in fields(Quota)]
_this = (quota_role.c.guild_id == _p("guild")) & (quota_role.c.role_id == _p("role"))

_quota = Statement("quota.quota", sa.select(*_QUOTA).where(_this), Quota)
_hold = Statement("quota.hold_quota", sa.select(*_QUOTA).where(_this).with_for_update(), Quota)
_of_guild = Statement(
    "quota.quotas", sa.select(*_QUOTA).where(quota_role.c.guild_id == _p("guild")).order_by(quota_role.c.role_id), Quota
)
_of_posting = Statement("quota.quota_of_posting", sa.select(*_QUOTA).where(quota_role.c.posting == _p("post")), Quota)
_add = Statement(
    "quota.add_quota",
    pg.insert(quota_role)
    .values(guild_id=_p("guild"), role_id=_p("role"), created_at=_p("now", type_=sa.TIMESTAMP(timezone=True)))
    .on_conflict_do_nothing()
    .returning(*_QUOTA),
    Quota,
)
_set_figures = Statement(
    "quota.set_figures",
    sa.update(quota_role).where(_this).values({figure.value: _p(figure.value) for figure in Figure}),
)
_set_calendar = Statement(
    "quota.set_calendar",
    sa.update(quota_role)
    .where(_this)
    .values(calendar=_p("of_calendar", type_=sa.Text), anchor=_p("of_anchor", type_=sa.TIMESTAMP)),
)
_set_posting = Statement(
    "quota.set_posting", sa.update(quota_role).where(_this).values(posting=_p("post", type_=sa.BigInteger))
)
_delete = Statement("quota.delete_quota", sa.delete(quota_role).where(_this).returning(*_QUOTA), Quota)

_override = (quota_dungeon_points.c.guild_id == _p("guild")) & (quota_dungeon_points.c.role_id == _p("role"))
_overrides = Statement(
    "quota.overrides",
    sa.select(quota_dungeon_points.c.dungeon, quota_dungeon_points.c.points)
    .where(_override)
    .order_by(quota_dungeon_points.c.points.desc(), quota_dungeon_points.c.dungeon),
    DungeonPoints,
)
_new_override = pg.insert(quota_dungeon_points).values(
    guild_id=_p("guild"), role_id=_p("role"), dungeon=_p("of_dungeon"), points=_p("worth")
)
_set_override = Statement(
    "quota.set_override",
    _new_override.on_conflict_do_update(
        index_elements=["guild_id", "role_id", "dungeon"], set_={"points": _new_override.excluded.points}
    ),
)
_drop_override = Statement(
    "quota.drop_override",
    sa.delete(quota_dungeon_points).where(_override, quota_dungeon_points.c.dungeon == _p("of_dungeon")),
)


class _Worths:
    """The statements on one of the tables of what dungeons are worth."""

    def __init__(self, name: str, table: sa.Table) -> None:
        of_dungeon = (table.c.guild_id == _p("guild")) & (table.c.dungeon == _p("of_dungeon"))
        self.all = Statement(
            f"quota.{name}",
            sa.select(table.c.dungeon, table.c.points)
            .where(table.c.guild_id == _p("guild"))
            .order_by(table.c.points.desc(), table.c.dungeon),
            DungeonPoints,
        )
        self.hold = Statement(
            f"quota.hold_{name}", sa.select(table.c.points).where(of_dungeon).with_for_update(), Decimal
        )
        new = pg.insert(table).values(guild_id=_p("guild"), dungeon=_p("of_dungeon"), points=_p("worth", type_=POINTS))
        self.set = Statement(
            f"quota.set_{name}",
            new.on_conflict_do_update(index_elements=["guild_id", "dungeon"], set_={"points": new.excluded.points}),
        )
        self.drop = Statement(f"quota.drop_{name}", sa.delete(table).where(of_dungeon))


_worths = {
    Worth.COMPLETION: _Worths("completion_worths", raider_points),
    Worth.KEY_POP: _Worths("key_worths", key_pop_points),
}
_topic: Any = sa.literal("quota.", sa.Text).concat(sa.cast(quota_role.c.posting, sa.Text))
_boards = touched(
    sa.select(_topic).where(
        quota_role.c.guild_id == _p("guild"),
        quota_role.c.role_id == sa.any_(_p("role_ids", type_=pg.ARRAY(sa.BigInteger))),
        quota_role.c.posting.isnot(None),
    )
)
_touch = Statement("quota.touch_boards", sa.select(_boards.c.topic, _boards.c.version), TopicVersion)


async def quota(conn: Connection, guild_id: int, role_id: int) -> Quota | None:
    """Read a role's quota. Index: the key."""
    return await conn.maybe(_quota, guild=guild_id, role=role_id)


async def hold(conn: Connection, guild_id: int, role_id: int) -> Quota | None:
    """Read a role's quota and keep everybody else from changing it until the transaction ends. Index: the key."""
    return await conn.maybe(_hold, guild=guild_id, role=role_id)


async def of_guild(conn: Connection, guild_id: int) -> list[Quota]:
    """List a guild's quotas. Index: the key."""
    return await conn.all(_of_guild, guild=guild_id)


async def of_posting(conn: Connection, posting: int) -> Quota | None:
    """Read the quota whose panel that is; None when another panel took its place. Index: quota_role_posting_key."""
    return await conn.maybe(_of_posting, post=posting)


async def add(conn: Connection, guild_id: int, role_id: int, now: datetime) -> Quota | None:
    """Give a role a quota with what holds where nothing is set; None when it has one. Index: the key."""
    return await conn.maybe(_add, guild=guild_id, role=role_id, now=now)


async def set_figures(conn: Connection, quota: Quota, figures: Mapping[Figure, Decimal]) -> None:
    """Write numbers of a quota that is held. Index: the key."""
    every = {figure.value: figures.get(figure, quota[figure]) for figure in Figure}
    await conn.execute(_set_figures, guild=quota.guild_id, role=quota.role_id, **every)


async def set_calendar(conn: Connection, quota: Quota, calendar: Calendar, anchor: datetime) -> None:
    """Write when the periods of a quota begin; the anchor is of no zone. Index: the key."""
    await conn.execute(
        _set_calendar, guild=quota.guild_id, role=quota.role_id, of_calendar=calendar.value, of_anchor=anchor
    )


async def set_posting(conn: Connection, quota: Quota, posting: int) -> None:
    """Note which panel of a quota stands. Index: the key."""
    await conn.execute(_set_posting, guild=quota.guild_id, role=quota.role_id, post=posting)


async def delete(conn: Connection, guild_id: int, role_id: int) -> Quota | None:
    """Take a role's quota away, with its holders and excuses; None when it has none. Index: the key."""
    return await conn.maybe(_delete, guild=guild_id, role=role_id)


async def overrides(conn: Connection, guild_id: int, role_id: int) -> list[DungeonPoints]:
    """List what a quota gives for dungeons other than its base, the most first. Index: the key."""
    return await conn.all(_overrides, guild=guild_id, role=role_id)


async def set_override(conn: Connection, quota: Quota, dungeon: str, points: Decimal | None) -> None:
    """Write what a quota that is held gives for a dungeon; None: its base. Index: the key."""
    key = {"guild": quota.guild_id, "role": quota.role_id, "of_dungeon": dungeon}
    if points is None:
        await conn.execute(_drop_override, **key)
    else:
        await conn.execute(_set_override, **key, worth=points)


async def worths(conn: Connection, guild_id: int, kind: Worth) -> list[DungeonPoints]:
    """List what dungeons are worth to raiders where it is not the default, the most first. Index: the key."""
    return await conn.all(_worths[kind].all, guild=guild_id)


async def hold_worth(conn: Connection, guild_id: int, kind: Worth, dungeon: str) -> Decimal | None:
    """Read what a dungeon is worth and hold it until the transaction ends; None: the default. Index: the key."""
    return await conn.maybe(_worths[kind].hold, guild=guild_id, of_dungeon=dungeon)


async def set_worth(conn: Connection, guild_id: int, kind: Worth, dungeon: str, points: Decimal | None) -> None:
    """Write what a dungeon is worth to raiders; None: the default. Index: the key."""
    if points is None:
        await conn.execute(_worths[kind].drop, guild=guild_id, of_dungeon=dungeon)
    else:
        await conn.execute(_worths[kind].set, guild=guild_id, of_dungeon=dungeon, worth=points)


async def touch_boards(conn: Connection, guild_id: int, role_ids: Collection[int]) -> list[TopicVersion]:
    """Raise the versions of the panels of these roles' quotas. Indexes: the keys."""
    return await conn.all(_touch, guild=guild_id, role_ids=list(role_ids))
