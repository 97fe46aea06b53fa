"""Statements on role pings."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from raidbot.features.role_pings.models import Mapped, Posting, Row
from raidbot.features.role_pings.tables import role_ping, role_ping_panel
from raidbot.kernel.database import Connection, Statement
from raidbot.kernel.owed.tables import member_role

_p = sa.bindparam
_TIME = sa.TIMESTAMP(timezone=True)
_suspension = sa.table("member_suspension", sa.column("guild_id"), sa.column("user_id"), sa.column("suspended_until"))
_of_guild = role_ping.c.guild_id == _p("guild")


def _array(name: str, kind: Any) -> sa.BindParameter[Any]:
    return _p(name, type_=pg.ARRAY(kind))


_mapped = Statement(
    "role_pings.mapped",
    sa.select(role_ping.c.dungeon, role_ping.c.role_id).where(_of_guild).order_by(role_ping.c.dungeon),
    Mapped,
)
_of_dungeons = Statement(
    "role_pings.of_dungeons",
    sa.select(role_ping.c.dungeon, role_ping.c.role_id).where(
        _of_guild, role_ping.c.dungeon == sa.any_(_array("dungeons", sa.Text))
    ),
    Mapped,
)
_new = pg.insert(role_ping).values(
    guild_id=_p("guild_id"),
    dungeon=_p("dungeon"),
    role_id=_p("role_id"),
    updated_at=_p("now"),
    updated_by=_p("actor_id"),
)
_map = Statement(
    "role_pings.map",
    _new.on_conflict_do_update(
        constraint="role_ping_pkey",
        set_={column: _new.excluded[column] for column in ("role_id", "updated_at", "updated_by")},
        where=role_ping.c.role_id != _new.excluded.role_id,
    ).returning(role_ping.c.role_id),
    int,
)
_unmap = Statement(
    "role_pings.unmap",
    sa.delete(role_ping)
    .where(_of_guild, role_ping.c.dungeon == _p("of_dungeon"))
    .returning(role_ping.c.dungeon, role_ping.c.role_id),
    Mapped,
)
_forget = Statement(
    "role_pings.forget_role",
    sa.delete(role_ping).where(_of_guild, role_ping.c.role_id == _p("role")).returning(role_ping.c.dungeon),
    str,
)
_suspended_until = (
    sa.select(_suspension.c.suspended_until)
    .where(_suspension.c.guild_id == _p("guild"), _suspension.c.user_id == _p("member"))
    .scalar_subquery()
    .label("suspended_until")
)
_choices = Statement(
    "role_pings.choices",
    sa.select(
        role_ping.c.dungeon,
        role_ping.c.role_id,
        member_role.c.wanted,
        member_role.c.given,
        member_role.c.due_at,
        _suspended_until,
    )
    .outerjoin(member_role, (member_role.c.role_id == role_ping.c.role_id) & (member_role.c.user_id == _p("member")))
    .where(_of_guild)
    .order_by(role_ping.c.dungeon),
    Row,
)
_wishes = (
    sa.func.unnest(_array("roles", sa.BigInteger), _array("wishes", sa.Boolean), _array("held", sa.Boolean))
    .table_valued(sa.column("role_id", sa.BigInteger), sa.column("wanted", sa.Boolean), sa.column("held", sa.Boolean))
    .render_derived("wish")
)
_owe = pg.insert(member_role).from_select(
    ["guild_id", "user_id", "role_id", "wanted", "given", "due_at"],
    sa.select(
        role_ping.c.guild_id,
        _p("member", type_=sa.BigInteger),
        role_ping.c.role_id,
        _wishes.c.wanted,
        _wishes.c.held,
        _p("now", type_=_TIME),
    )
    .join(_wishes, _wishes.c.role_id == role_ping.c.role_id)
    .where(_of_guild)
    .distinct()
    .order_by(role_ping.c.role_id),
)
# Discord confirmed the wish once, and the press carries otherwise: somebody changed it by hand, or the press is older.
# Nobody knows which, so it is asked for again: twice does no harm.
_in_doubt = (member_role.c.given == _owe.excluded.wanted) & (_owe.excluded.given != _owe.excluded.wanted)
_choose = Statement(
    "role_pings.choose",
    _owe.on_conflict_do_update(
        index_elements=["role_id", "user_id"],
        set_={
            "wanted": _owe.excluded.wanted,
            "given": sa.case((_in_doubt, sa.null()), else_=member_role.c.given),
            "due_at": _owe.excluded.due_at,
            "attempts": 0,
        },
        where=(member_role.c.wanted != _owe.excluded.wanted) | _in_doubt,
    ).returning(member_role.c.role_id),
    int,
)
_posting = Statement(
    "role_pings.posting",
    sa.select(role_ping_panel.c.interaction_id, role_ping_panel.c.replaces).where(
        role_ping_panel.c.guild_id == _p("guild")
    ),
    Posting,
)
_newest = pg.insert(role_ping_panel).values(guild_id=_p("guild_id"), interaction_id=_p("interaction_id"))
_post = Statement(
    "role_pings.post",
    _newest.on_conflict_do_update(
        constraint="role_ping_panel_pkey",
        set_={"interaction_id": _newest.excluded.interaction_id, "replaces": role_ping_panel.c.interaction_id},
        where=role_ping_panel.c.interaction_id < _newest.excluded.interaction_id,
    ).returning(role_ping_panel.c.interaction_id, role_ping_panel.c.replaces),
    Posting,
)


async def mapped(conn: Connection, guild_id: int) -> list[Mapped]:
    """List a guild's dungeons that have a ping role. Index: the key."""
    return await conn.all(_mapped, guild=guild_id)


async def of_dungeons(conn: Connection, guild_id: int, dungeons: Sequence[str]) -> list[Mapped]:
    """List those of these dungeons that have a ping role. Index: the key."""
    return await conn.all(_of_dungeons, guild=guild_id, dungeons=list(dungeons))


async def map_role(conn: Connection, guild_id: int, dungeon: str, role_id: int, actor_id: int, now: datetime) -> bool:
    """Give a dungeon its ping role, or another one; False when it has this one. Index: the key."""
    written = await conn.maybe(_map, guild_id=guild_id, dungeon=dungeon, role_id=role_id, actor_id=actor_id, now=now)
    return written is not None


async def unmap(conn: Connection, guild_id: int, dungeon: str) -> Mapped | None:
    """Take a dungeon's ping role away; None when it has none. Index: the key."""
    return await conn.maybe(_unmap, guild=guild_id, of_dungeon=dungeon)


async def forget_role(conn: Connection, guild_id: int, role_id: int) -> list[str]:
    """Take a role away from all its dungeons and return them. Index: the key, by the guild."""
    return await conn.all(_forget, guild=guild_id, role=role_id)


async def choices(conn: Connection, guild_id: int, user_id: int) -> list[Row]:
    """List a guild's dungeons with what a member is owed of their roles. Index: the keys."""
    return await conn.all(_choices, guild=guild_id, member=user_id)


async def choose(
    conn: Connection, guild_id: int, user_id: int, wishes: Mapping[int, bool], held: Sequence[bool], now: datetime
) -> list[int]:
    """Owe a member these roles (role -> wanted), and return those that really are.

    `held` says of each whether the press carried it. Roles that are no ping roles any more are passed over. The same
    again changes nothing. Index: the keys.
    """
    return await conn.all(
        _choose,
        guild=guild_id,
        member=user_id,
        roles=list(wishes),
        wishes=list(wishes.values()),
        held=list(held),
        now=now,
    )


async def posting(conn: Connection, guild_id: int) -> Posting | None:
    """Read which panel of a guild counts. Index: the key."""
    return await conn.maybe(_posting, guild=guild_id)


async def post(conn: Connection, guild_id: int, interaction_id: int) -> Posting | None:
    """Make a command's panel the one that counts; None when it, or a later one, is already. Index: the key."""
    return await conn.maybe(_post, guild_id=guild_id, interaction_id=interaction_id)
