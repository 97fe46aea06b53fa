"""Statements on role changes. `wanted_roles` is a part for a feature's own statement."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from raidbot.kernel.database import Connection, Statement
from raidbot.kernel.owed.models import RoleChange
from raidbot.kernel.owed.tables import member_role

_p = sa.bindparam
_BIGINTS = pg.ARRAY(sa.BigInteger)
_NOW = _p("now", type_=sa.TIMESTAMP(timezone=True))


def wanted_roles(changes: sa.Select[Any]) -> sa.CTE:
    """Build the part of a statement that owes role changes.

    `changes` selects guild_id, user_id, role_id, wanted, given (of a new row) and the time.
    """
    write = pg.insert(member_role).from_select(["guild_id", "user_id", "role_id", "wanted", "given", "due_at"], changes)
    return (
        write.on_conflict_do_update(
            index_elements=["role_id", "user_id"],
            set_={"wanted": write.excluded.wanted, "due_at": write.excluded.due_at, "attempts": 0},
            where=member_role.c.wanted != write.excluded.wanted,
        )
        .returning(member_role.c.guild_id)
        .cte("owed_roles")
    )


_role_due = Statement(
    "owed.roles_due",
    sa.select(
        member_role.c.guild_id,
        member_role.c.user_id,
        member_role.c.role_id,
        member_role.c.wanted,
        member_role.c.attempts,
    )
    .where(
        member_role.c.guild_id == _p("guild_id"),
        member_role.c.wanted.is_distinct_from(member_role.c.given),
        member_role.c.due_at <= _NOW,
    )
    .order_by(member_role.c.due_at)
    .limit(1),
    RoleChange,
)
_role_guilds = Statement(
    "owed.guilds_with_owed_roles",
    sa.select(member_role.c.guild_id)
    .where(member_role.c.wanted.is_distinct_from(member_role.c.given), member_role.c.due_at <= _NOW)
    .distinct(),
    int,
)
_role_asking = Statement(
    "owed.role_asking",
    sa.update(member_role)
    .where(member_role.c.role_id == _p("role"), member_role.c.user_id == _p("member"))
    .values(given=None),
    None,
)
_role_given = Statement(
    "owed.role_given",
    sa.update(member_role)
    .where(member_role.c.role_id == _p("role"), member_role.c.user_id == _p("member"))
    .values(given=_p("is_given", type_=sa.Boolean), attempts=0),
    None,
)
_role_later = Statement(
    "owed.role_later",
    sa.update(member_role)
    .where(
        member_role.c.role_id == _p("role"),
        member_role.c.user_id == _p("member"),
        member_role.c.wanted == _p("was_wanted", type_=sa.Boolean),
    )
    .values(due_at=_p("again_at", type_=sa.TIMESTAMP(timezone=True)), attempts=member_role.c.attempts + 1),
    None,
)
_forget_role = Statement("owed.forget_role", sa.delete(member_role).where(member_role.c.role_id == _p("role")), None)
_has_role = Statement(
    "owed.members_with_role",
    sa.select(member_role.c.user_id).where(member_role.c.role_id == _p("role"), member_role.c.given),
    int,
)
_input = (
    sa.func.unnest(_p("users", type_=_BIGINTS))
    .table_valued(sa.column("user_id", sa.BigInteger))
    .render_derived("input")
)
_want = Statement(
    "owed.want_role",
    sa.select(sa.func.count()).select_from(
        wanted_roles(
            sa.select(
                _p("guild", type_=sa.BigInteger),
                _input.c.user_id,
                _p("role", type_=sa.BigInteger),
                _p("is_wanted", type_=sa.Boolean),
                sa.literal(False),
                _NOW,
            )
        )
    ),
    int,
)

_brought_in = (
    sa.func.unnest(_p("users", type_=_BIGINTS), _p("wishes", type_=pg.ARRAY(sa.Boolean)))
    .table_valued(sa.column("user_id", sa.BigInteger), sa.column("wanted", sa.Boolean))
    .render_derived("input")
)
_bring = pg.insert(member_role).from_select(
    ["guild_id", "user_id", "role_id", "wanted", "given", "due_at"],
    sa.select(
        _p("guild", type_=sa.BigInteger),
        _brought_in.c.user_id,
        _p("role", type_=sa.BigInteger),
        _brought_in.c.wanted,
        sa.null(),
        _NOW,
    ),
)
# Whatever was known of who has it, they were just seen in the other state: so Discord is asked.
_bring_in_line = Statement(
    "owed.bring_in_line",
    _bring.on_conflict_do_update(
        index_elements=["role_id", "user_id"],
        set_={"wanted": _bring.excluded.wanted, "given": None, "due_at": _bring.excluded.due_at, "attempts": 0},
        where=(member_role.c.wanted != _bring.excluded.wanted) | (member_role.c.given == _bring.excluded.wanted),
    ).returning(member_role.c.user_id),
    int,
)


async def bring_in_line(
    conn: Connection, *, guild_id: int, role_id: int, wishes: Mapping[int, bool], now: datetime
) -> list[int]:
    """Owe a role to members seen without it, or its removal to those seen with it (member -> wanted).

    Returns those to whom it was not owed yet. Index: the key.
    """
    return await conn.all(
        _bring_in_line, guild=guild_id, role=role_id, users=list(wishes), wishes=list(wishes.values()), now=now
    )


async def want_role(
    conn: Connection, *, guild_id: int, role_id: int, user_ids: Sequence[int], wanted: bool, now: datetime
) -> None:
    """Owe one role change to each of these members; the latest wish wins. Index: the key."""
    await conn.one(_want, guild=guild_id, role=role_id, users=list(user_ids), is_wanted=wanted, now=now)


async def role_due(conn: Connection, guild_id: int, now: datetime) -> RoleChange | None:
    """Read the role change of a guild that is due longest. Index: member_role_owed_idx."""
    return await conn.maybe(_role_due, guild_id=guild_id, now=now)


async def guilds_with_owed_roles(conn: Connection, now: datetime) -> list[int]:
    """List the guilds that have a role change due. Index: member_role_owed_idx."""
    return await conn.all(_role_guilds, now=now)


async def role_asking(conn: Connection, change: RoleChange) -> None:
    """Note that Discord is being asked: until the answer nobody knows who has the role. Index: the key."""
    await conn.execute(_role_asking, role=change.role_id, member=change.user_id)


async def role_given(conn: Connection, change: RoleChange) -> None:
    """Note that Discord did a change. Index: the key."""
    await conn.execute(_role_given, role=change.role_id, member=change.user_id, is_given=change.wanted)


async def role_later(conn: Connection, change: RoleChange, again_at: datetime) -> None:
    """Put a change that failed off, unless the opposite is wanted by now. Index: the key."""
    await conn.execute(
        _role_later, role=change.role_id, member=change.user_id, was_wanted=change.wanted, again_at=again_at
    )


async def forget_role(conn: Connection, role_id: int) -> None:
    """Forget all changes of a role that is gone. Index: the key."""
    await conn.execute(_forget_role, role=role_id)


async def members_with_role(conn: Connection, role_id: int) -> frozenset[int]:
    """List who is known to have a role. Index: the key."""
    return frozenset(await conn.all(_has_role, role=role_id))
