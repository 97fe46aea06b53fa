"""Statements on who has a quota's role."""

from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from raidbot.features.quota.models import Holding
from raidbot.features.quota.tables import quota_holder, quota_look, quota_role
from raidbot.kernel.database import Connection, Statement
from raidbot.kernel.database.records import records

_p = sa.bindparam
_TIME = sa.TIMESTAMP(timezone=True)
_some = records("some", [sa.column("role", sa.BigInteger), sa.column("member", sa.BigInteger)], alias="some")

_holdings = Statement(
    "quota.holdings",
    sa.select(quota_role.c.role_id, quota_holder.c.user_id)
    .select_from(
        quota_role.outerjoin(
            quota_holder,
            (quota_holder.c.guild_id == quota_role.c.guild_id) & (quota_holder.c.role_id == quota_role.c.role_id),
        )
    )
    .where(quota_role.c.guild_id == _p("guild")),
    Holding,
)
_add = Statement(
    "quota.add_holders",
    pg.insert(quota_holder)
    .from_select(
        ["guild_id", "role_id", "user_id", "since"],
        sa.select(quota_role.c.guild_id, quota_role.c.role_id, _some.c.member, _p("now", type_=_TIME))
        .join(_some, _some.c.role == quota_role.c.role_id)
        .where(quota_role.c.guild_id == _p("guild")),
    )
    .on_conflict_do_nothing(),
)
_drop = Statement(
    "quota.drop_holders",
    sa.delete(quota_holder).where(
        quota_holder.c.guild_id == _p("guild"),
        quota_holder.c.role_id == _some.c.role,
        quota_holder.c.user_id == _some.c.member,
    ),
)
_new_look = pg.insert(quota_look).values(guild_id=_p("guild"), due_at=_p("now", type_=_TIME))
_owe_look = Statement(
    "quota.owe_look",
    _new_look.on_conflict_do_update(index_elements=["guild_id"], set_={"due_at": _new_look.excluded.due_at}),
)
_looks_due = Statement(
    "quota.looks_due",
    sa.select(quota_look.c.guild_id)
    .where(
        quota_look.c.due_at <= _p("now", type_=_TIME),
        quota_look.c.guild_id != sa.all_(_p("skip", type_=pg.ARRAY(sa.BigInteger))),
    )
    .order_by(quota_look.c.due_at)
    .limit(10),
    int,
)
_begin_look = Statement(
    "quota.begin_look",
    sa.update(quota_look)
    .where(quota_look.c.guild_id == _p("guild"), quota_look.c.due_at <= _p("now", type_=_TIME))
    .values(due_at=_p("again", type_=_TIME))
    .returning(quota_look.c.guild_id),
    int,
)
_looked = Statement(
    "quota.looked",
    sa.delete(quota_look).where(quota_look.c.guild_id == _p("guild"), quota_look.c.due_at == _p("again", type_=_TIME)),
)

Pairs = Collection[tuple[int, int]]
"""Roles with a member each."""


async def holdings(conn: Connection, guild_id: int) -> list[Holding]:
    """List a guild's quota roles with who has them; a role that nobody has once, with nobody. Index: the keys."""
    return await conn.all(_holdings, guild=guild_id)


async def add(conn: Connection, guild_id: int, pairs: Pairs, now: datetime) -> None:
    """Note that members have these roles; what is no quota role is left out. Indexes: the keys."""
    await conn.execute(_add, guild=guild_id, some=_listed(pairs), now=now)


async def drop(conn: Connection, guild_id: int, pairs: Pairs) -> None:
    """Note that members have these roles no longer. Index: the key."""
    await conn.execute(_drop, guild=guild_id, some=_listed(pairs))


async def owe_look(conn: Connection, guild_id: int, now: datetime) -> None:
    """Owe a look at all members of a guild, from now on. Index: the key."""
    await conn.execute(_owe_look, guild=guild_id, now=now)


async def looks_due(conn: Connection, now: datetime, skip: Sequence[int]) -> list[int]:
    """List ten guilds whose members are to be looked at. Index: quota_look_due_idx."""
    return await conn.all(_looks_due, now=now, skip=list(skip))


async def begin_look(conn: Connection, guild_id: int, now: datetime, again_at: datetime) -> bool:
    """Take a look that is due; if it comes to nothing, again then. False when somebody took it. Index: the key."""
    return await conn.maybe(_begin_look, guild=guild_id, now=now, again=again_at) is not None


async def looked(conn: Connection, guild_id: int, again_at: datetime) -> None:
    """Note that all members were looked at, unless another look was owed since this one began. Index: the key."""
    await conn.execute(_looked, guild=guild_id, again=again_at)


def _listed(pairs: Pairs) -> list[dict[str, int]]:
    return [{"role": role, "member": member} for role, member in pairs]
