"""The statements of the audit."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import product
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from raidbot.kernel.audit.models import PAGE, TOLD_ELSEWHERE, Entry, Filters
from raidbot.kernel.audit.tables import audit
from raidbot.kernel.database import Connection, Statement

_p = sa.bindparam
_TIME = sa.TIMESTAMP(timezone=True)
_IDS = pg.ARRAY(sa.BigInteger)
_ENTRY = [column for column in audit.c if column.name not in {"guild_id", "told"}]
_of_guild = audit.c.guild_id == _p("guild")

_write = Statement(
    "audit.write",
    sa.insert(audit).values(
        guild_id=_p("guild_id"),
        actor_id=_p("actor_id"),
        action=_p("action"),
        subject=_p("subject"),
        detail=_p("detail", type_=pg.JSONB),
        created_at=_p("now"),
        target_id=_p("target_id"),
        told=_p("told"),
    ),
)


async def write(
    conn: Connection,
    *,
    guild_id: int,
    actor_id: int | None,
    action: str,
    subject: str,
    detail: Mapping[str, Any],
    now: datetime,
    target_id: int | None = None,
) -> None:
    """Note a change in the caller's transaction; RuntimeError outside one. Index: none is read.

    `target_id` is the member to whom something was done.
    """
    if not conn.in_transaction:
        raise RuntimeError(f"{action} audited outside the transaction of the change")
    await conn.execute(
        _write,
        guild_id=guild_id,
        actor_id=actor_id,
        action=action,
        subject=subject,
        detail=dict(detail),
        now=now,
        target_id=target_id,
        told=action.startswith(TOLD_ELSEWHERE),
    )


# --- telling staff -----------------------------------------------------------------------------------------------

# Written out, not as a parameter, so that the planner sees the partial index in a prepared statement too.
_untold: Final = sa.text("NOT audit.told")
_untold_guilds = Statement(
    "audit.untold_guilds",
    sa.select(audit.c.guild_id)
    .where(_untold, audit.c.guild_id != sa.all_(_p("skip", type_=_IDS)))
    .distinct()
    .limit(PAGE),
    int,
)
_next = sa.select(audit.c.id).where(_of_guild, _untold).order_by(audit.c.id).limit(PAGE).cte("waiting")
_take = Statement(
    "audit.take_untold",
    sa.update(audit).where(audit.c.id == _next.c.id, _untold).values(told=True).returning(audit.c.id),
    int,
)
_entries = Statement(
    "audit.entries",
    sa.select(*_ENTRY).where(audit.c.id == sa.any_(_p("ids", type_=_IDS))).order_by(audit.c.id),
    Entry,
)


async def untold_guilds(conn: Connection, skip: Sequence[int]) -> list[int]:
    """List ten guilds whose staff have not heard of everything yet. Index: audit_untold_idx."""
    return await conn.all(_untold_guilds, skip=list(skip))


async def take_untold(conn: Connection, guild_id: int) -> list[int]:
    """Take the ten oldest entries that a guild's staff have not heard of. Index: audit_untold_idx, the key."""
    return sorted(await conn.all(_take, guild=guild_id))


async def entries(conn: Connection, ids: Sequence[int]) -> list[Entry]:
    """Read entries, the oldest first. Index: the key."""
    return await conn.all(_entries, ids=list(ids))


# --- looking back ------------------------------------------------------------------------------------------------

_FILTERS: Final = {
    "actor": audit.c.actor_id == _p("actor"),
    "target": audit.c.target_id == _p("target"),
    "action": audit.c.action == _p("action"),
}
_place = _p("place", type_=sa.BigInteger)
_then = sa.select(audit.c.created_at).where(audit.c.id == _place).scalar_subquery()
_START: sa.ColumnElement[datetime] = sa.literal_column("'-infinity'::timestamptz")
_END: sa.ColumnElement[datetime] = sa.literal_column("'infinity'::timestamptz")
# The bare comparisons of times are what the index can find.
_between = (audit.c.created_at >= sa.func.coalesce(_p("since", type_=_TIME), _START)) & (
    audit.c.created_at < sa.func.coalesce(_p("until", type_=_TIME), _END)
)
_behind = (audit.c.created_at <= sa.func.coalesce(_then, _END)) & (
    _place.is_(None) | (audit.c.created_at < _then) | (audit.c.id < _place)
)
_before = (audit.c.created_at >= _then) & ((audit.c.created_at > _then) | (audit.c.id > _place))


def _pages(
    name: str, place: sa.ColumnElement[bool], *order: sa.ColumnElement[Any]
) -> dict[tuple[str, ...], Statement[Entry]]:
    """Build one statement for each choice of filters, by their names: each finds the index that serves it."""
    chosen = [tuple(n for n, on in zip(_FILTERS, some, strict=True) if on) for some in product((False, True), repeat=3)]
    return {
        names: Statement(
            f"audit.{'_'.join([name, *names])}",
            sa.select(*_ENTRY)
            .where(_of_guild, _between, place, *(_FILTERS[n] for n in names))
            .order_by(*order)
            .limit(PAGE + 1),
            Entry,
        )
        for names in chosen
    }


_older = _pages("older", _behind, audit.c.created_at.desc(), audit.c.id.desc())
_newer = _pages("newer", _before, audit.c.created_at, audit.c.id)
_first = sa.select(audit.c.action).where(_of_guild).order_by(audit.c.action).limit(1).cte("seen", recursive=True)
_following = (
    sa.select(audit.c.action)
    .where(_of_guild, audit.c.action > _first.c.action)
    .order_by(audit.c.action)
    .limit(1)
    .scalar_subquery()
)
_seen = _first.union_all(sa.select(_following).where(_first.c.action.isnot(None)))
_actions = Statement("audit.actions", sa.select(_seen.c.action).where(_seen.c.action.isnot(None)), str)


async def older(conn: Connection, guild_id: int, filters: Filters, place: int | None = None) -> list[Entry]:
    """List a guild's entries behind one (None: from the newest), the newest first: a page and one more.

    Indexes: audit_guild_created_idx, or that of a filter.
    """
    return await _page(conn, _older, guild_id, filters, place)


async def newer(conn: Connection, guild_id: int, filters: Filters, place: int) -> list[Entry]:
    """List a guild's entries before one, the oldest first: a page and one more.

    Indexes: audit_guild_created_idx, or that of a filter.
    """
    return await _page(conn, _newer, guild_id, filters, place)


async def actions(conn: Connection, guild_id: int) -> list[str]:
    """List the actions that a guild has entries of. Index: audit_guild_action_idx, once an action."""
    return await conn.all(_actions, guild=guild_id)


async def _page(
    conn: Connection,
    pages: Mapping[tuple[str, ...], Statement[Entry]],
    guild_id: int,
    filters: Filters,
    place: int | None,
) -> list[Entry]:
    asked = {"actor": filters.actor_id, "target": filters.target_id, "action": filters.action}
    chosen = {name: value for name, value in asked.items() if value is not None}
    return await conn.all(
        pages[tuple(chosen)], guild=guild_id, since=filters.since, until=filters.until, place=place, **chosen
    )
