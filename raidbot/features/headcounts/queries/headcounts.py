"""Statements on headcounts. Each change is guarded by the state it may start from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from raidbot.features.headcounts.models import HOLDERS_NAMED, NAMED, Crowd, Draft, EndReason, Headcount, Status, View
from raidbot.features.headcounts.tables import headcount, headcount_key, headcount_member
from raidbot.kernel.database import Connection, Statement

_p = sa.bindparam
_TIME = sa.TIMESTAMP(timezone=True)
_NOW = _p("now", type_=_TIME)
_HEADCOUNT = [column for column in headcount.c if column.name != "interaction_id"]
_this = (headcount.c.id == _p("headcount_id")) & (headcount.c.guild_id == _p("guild"))
OPEN = sa.text("headcount.status = 'open'")
"""Written out, not as a parameter, so that the planner sees the partial index in a prepared statement too."""

_open = Statement(
    "headcounts.open",
    pg.insert(headcount)
    .values(
        guild_id=_p("guild_id"),
        organizer_id=_p("organizer_id"),
        organizer_name=_p("organizer_name"),
        interaction_id=_p("interaction_id"),
        channel_id=_p("channel_id"),
        dungeons=_p("dungeons", type_=pg.ARRAY(sa.Text)),
        opened_at=_NOW,
        touched_at=_NOW,
    )
    .returning(*_HEADCOUNT),
    Headcount,
)
_of_interaction = Statement(
    "headcounts.of_interaction",
    sa.select(*_HEADCOUNT).where(headcount.c.interaction_id == _p("interaction_id")),
    Headcount,
)
_by_id = Statement(
    "headcounts.headcount", sa.select(*_HEADCOUNT).where(headcount.c.id == _p("headcount_id")), Headcount
)
_hold = Statement("headcounts.hold", sa.select(*_HEADCOUNT).where(_this).with_for_update(), Headcount)
_take_over = Statement(
    "headcounts.take_over",
    sa.update(headcount)
    .where(_this, OPEN, headcount.c.organizer_id == _p("seen"))
    .values(organizer_id=_p("new_id"), organizer_name=_p("new_name"), touched_at=_NOW)
    .returning(*_HEADCOUNT),
    Headcount,
)


def _over(name: str, status: Status, *allowed: sa.ColumnElement[bool]) -> Statement[Headcount]:
    return Statement(
        name,
        sa.update(headcount)
        .where(_this, OPEN, *allowed)
        .values(
            status=status.value,
            run_id=_p("run", type_=sa.BigInteger),
            ended_at=_NOW,
            ended_by=_p("by", type_=sa.BigInteger),
            end_reason=_p("reason"),
            end_click_id=_p("click", type_=sa.BigInteger),
        )
        .returning(*_HEADCOUNT),
        Headcount,
    )


_end = _over("headcounts.end", Status.ENDED)
_convert = _over("headcounts.convert", Status.CONVERTED)
_close_stale = _over("headcounts.close_stale", Status.ENDED, headcount.c.touched_at <= _p("moment", type_=_TIME))
_stale = Statement(
    "headcounts.stale",
    sa.select(*_HEADCOUNT)
    .where(
        OPEN,
        headcount.c.touched_at <= _p("moment", type_=_TIME),
        headcount.c.id != sa.all_(_p("skip", type_=pg.ARRAY(sa.BigInteger))),
    )
    .order_by(headcount.c.touched_at)
    .limit(10),
    Headcount,
)

# --- the view ----------------------------------------------------------------------------------------------------


def _users(table: sa.Table) -> sa.ColumnElement[Any]:
    """Build the list of a group's members, the first to come first."""
    return sa.func.array_agg(pg.aggregate_order_by(table.c.user_id, table.c.changed_at, table.c.user_id))


_interested = (
    sa.select(sa.func.count().label("n"), _users(headcount_member).label("users"))
    .where(headcount_member.c.headcount_id == headcount.c.id, headcount_member.c.joined)
    .correlate(headcount)
    .lateral("interested")
)
_groups = (
    sa.select(
        headcount_key.c.dungeon,
        headcount_key.c.key,
        sa.func.count().label("n"),
        _users(headcount_key).label("users"),
    )
    .where(headcount_key.c.headcount_id == headcount.c.id, headcount_key.c.offered)
    .group_by(headcount_key.c.dungeon, headcount_key.c.key)
    .correlate(headcount)
    .lateral("offers")
)
_offers = sa.select(
    sa.func.jsonb_agg(
        sa.func.jsonb_build_array(
            _groups.c.dungeon, _groups.c.key, _groups.c.n, sa.func.to_jsonb(_groups.c.users[1:HOLDERS_NAMED])
        )
    )
).scalar_subquery()


@dataclass(frozen=True, slots=True)
class _ViewRow(Headcount):
    interested: int
    first: tuple[int, ...] | None
    offers: Sequence[Any] | None


_view = Statement(
    "headcounts.view",
    sa.select(
        *_HEADCOUNT,
        _interested.c.n.label("interested"),
        _interested.c.users[1:NAMED].label("first"),
        _offers.label("offers"),
    )
    .select_from(headcount)
    .join(_interested, sa.true())
    .where(headcount.c.id == _p("headcount_id")),
    _ViewRow,
)


async def add(
    conn: Connection, draft: Draft, *, interaction_id: int, name: str, dungeons: Sequence[str], now: datetime
) -> Headcount:
    """Write a new headcount. Raises Conflict when this interaction opened one before."""
    return await conn.one(
        _open,
        guild_id=draft.guild_id,
        organizer_id=draft.user_id,
        organizer_name=name,
        interaction_id=interaction_id,
        channel_id=draft.channel_id,
        dungeons=list(dungeons),
        now=now,
    )


async def of_interaction(conn: Connection, interaction_id: int) -> Headcount | None:
    """Read the headcount that an interaction opened. Index: headcount_interaction_key."""
    return await conn.maybe(_of_interaction, interaction_id=interaction_id)


async def by_id(conn: Connection, headcount_id: int) -> Headcount | None:
    """Read a headcount. Index: the key."""
    return await conn.maybe(_by_id, headcount_id=headcount_id)


async def hold(conn: Connection, guild_id: int, headcount_id: int) -> Headcount | None:
    """Read a headcount and keep everybody else from changing it until the transaction ends. Index: the key."""
    return await conn.maybe(_hold, guild=guild_id, headcount_id=headcount_id)


async def view(conn: Connection, headcount_id: int) -> View | None:
    """Read a headcount with what its panels show, in one statement. Index: the keys."""
    row = await conn.maybe(_view, headcount_id=headcount_id)
    if row is None:
        return None
    own = {name: getattr(row, name) for name in Headcount.__slots__}
    offers = {(dungeon, key): Crowd(number, tuple(first)) for dungeon, key, number, first in row.offers or ()}
    return View(Headcount(**own), Crowd(row.interested, row.first or ()), offers)


async def take_over(
    conn: Connection, guild_id: int, headcount_id: int, *, seen: int, organizer_id: int, name: str, now: datetime
) -> Headcount | None:
    """Give an open headcount of the organizer `seen` to another; None when it is not one. Index: the key."""
    return await conn.maybe(
        _take_over, guild=guild_id, headcount_id=headcount_id, seen=seen, new_id=organizer_id, new_name=name, now=now
    )


async def end(
    conn: Connection, guild_id: int, headcount_id: int, *, by: int, click_id: int, now: datetime
) -> Headcount | None:
    """End an open headcount; None when it is not one. Index: the key."""
    reason = EndReason.ENDED.value
    return await conn.maybe(
        _end, guild=guild_id, headcount_id=headcount_id, run=None, by=by, reason=reason, click=click_id, now=now
    )


async def convert(
    conn: Connection, guild_id: int, headcount_id: int, *, run_id: int, by: int, click_id: int, now: datetime
) -> Headcount | None:
    """Note the run that an open headcount became; None when it is not one. Index: the key."""
    reason = EndReason.CONVERTED.value
    return await conn.maybe(
        _convert, guild=guild_id, headcount_id=headcount_id, run=run_id, by=by, reason=reason, click=click_id, now=now
    )


async def close_stale(conn: Connection, stale: Headcount, moment: datetime, now: datetime) -> Headcount | None:
    """End an open headcount that nobody touched since a moment; None when it is not one. Index: the key."""
    of_headcount = {"guild": stale.guild_id, "headcount_id": stale.id, "run": None, "by": None, "click": None}
    return await conn.maybe(_close_stale, reason=EndReason.STALE.value, moment=moment, now=now, **of_headcount)


async def untouched(conn: Connection, moment: datetime, skip: Sequence[int]) -> list[Headcount]:
    """List ten open headcounts that nobody touched since a moment, longest first. Index: headcount_open_idx."""
    return await conn.all(_stale, moment=moment, skip=list(skip))
