"""Statements on who is in a run: who is carried over into it, taken off it, and there as a pop happens."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from raidbot.features.raids.models import KeyTakenBack
from raidbot.features.raids.queries.clicks import ACTIVE
from raidbot.features.raids.tables import pop_snapshot, run, run_key, run_raider, run_request, run_request_answer
from raidbot.kernel.database import Connection, Statement, records

_p = sa.bindparam
_IDS = pg.ARRAY(sa.BigInteger)
_NOW = _p("now", type_=sa.TIMESTAMP(timezone=True))
_carried = records("offers", (sa.column("key", sa.Text), sa.column("user_id", sa.BigInteger)), alias="carried")
_users = (
    sa.func.unnest(_p("user_ids", type_=_IDS))
    .table_valued(sa.column("user_id", sa.BigInteger))
    .render_derived("carried")
)
_to_run, _by_click = _p("run_id", type_=sa.BigInteger), _p("click_id", type_=sa.BigInteger)
_carry = pg.insert(run_raider).from_select(
    ["run_id", "user_id", "joined", "joined_at", "changed_at", "click_id"],
    sa.select(_to_run, _users.c.user_id, sa.true(), _NOW, _NOW, _by_click),
)
_carry_over = Statement(
    "raids.carry_over",
    _carry.on_conflict_do_update(
        index_elements=["run_id", "user_id"],
        set_={name: _carry.excluded[name] for name in ("joined", "joined_at", "changed_at", "click_id")}
        | {"reserve": None},
        where=~run_raider.c.joined,
    ),
)
_carry_offers = Statement(
    "raids.carry_offers",
    sa.insert(run_key).from_select(
        ["run_id", "key", "user_id", "source", "changed_at", "click_id"],
        sa.select(_to_run, _carried.c.key, _carried.c.user_id, sa.literal("headcount", sa.Text), _NOW, _by_click),
    ),
)
_raiders = Statement(
    "raids.raiders",
    sa.select(run_raider.c.user_id).where(run_raider.c.run_id == _p("run_id"), run_raider.c.joined),
    int,
)
_there = run_raider.c.joined | run_raider.c.reserve.isnot(None)
_active_raiders = Statement(
    "raids.active_raiders",
    sa.select(run_raider.c.user_id)
    .join(run, run.c.id == run_raider.c.run_id)
    .where(run.c.guild_id == _p("guild_id"), ACTIVE, _there)
    .union(
        sa.select(run_key.c.user_id)
        .join(run, run.c.id == run_key.c.run_id)
        .where(run.c.guild_id == _p("guild_id"), ACTIVE, run_key.c.offered),
        sa.select(run_request_answer.c.user_id)
        .join(run_request, run_request.c.id == run_request_answer.c.request_id)
        .join(run, run.c.id == run_request.c.run_id)
        .where(
            run.c.guild_id == _p("guild_id"), ACTIVE, run_request.c.closed_at.is_(None), run_request_answer.c.offered
        ),
    ),
    int,
)
_active_of_guild = sa.select(run.c.id).where(run.c.guild_id == _p("guild_id"), ACTIVE)
_take_off = Statement(
    "raids.take_off",
    sa.update(run_raider)
    .where(
        run_raider.c.user_id == sa.any_(_p("gone_ids", type_=_IDS)),
        _there,
        run_raider.c.run_id.in_(_active_of_guild),
    )
    .values(joined=False, reserve=None, changed_at=_NOW)
    .returning(run_raider.c.run_id),
    int,
)
_take_keys = Statement(
    "raids.take_keys",
    sa.delete(run_key)
    .where(run_key.c.user_id == sa.any_(_p("gone_ids", type_=_IDS)), run_key.c.run_id.in_(_active_of_guild))
    .returning(
        run_key.c.run_id, run_key.c.key, run_key.c.user_id, run_key.c.confirmed_at.isnot(None).label("confirmed")
    ),
    KeyTakenBack,
)
_snapshot = Statement(
    "raids.snapshot",
    sa.insert(pop_snapshot).from_select(
        ["run_id", "pop", "user_id", "class", "taken_at"],
        sa.select(
            run_raider.c.run_id, _p("of_pop", type_=sa.SmallInteger), run_raider.c.user_id, run_raider.c["class"], _NOW
        ).where(run_raider.c.run_id == _p("run_id"), run_raider.c.joined),
    ),
)
_snapped = Statement(
    "raids.snapped",
    sa.select(pop_snapshot.c.user_id).where(pop_snapshot.c.run_id == _p("run_id"), pop_snapshot.c.pop == _p("of_pop")),
    int,
)


async def carry_over(conn: Connection, run_id: int, user_ids: Sequence[int], click_id: int, now: datetime) -> None:
    """Join members, each named once, without a click of theirs: carried over from elsewhere. Index: the key."""
    await conn.execute(_carry_over, run_id=run_id, user_ids=list(user_ids), click_id=click_id, now=now)


async def carry_offers(
    conn: Connection, run_id: int, offers: Sequence[tuple[str, int]], click_id: int, now: datetime
) -> None:
    """Note keys, by key and member, that were offered in the headcount that a new run comes from."""
    given = [{"key": key, "user_id": user_id} for key, user_id in offers]
    await conn.execute(_carry_offers, run_id=run_id, offers=given, click_id=click_id, now=now)


async def raiders(conn: Connection, run_id: int) -> list[int]:
    """List who is joined. Index: the key."""
    return await conn.all(_raiders, run_id=run_id)


async def active_raiders(conn: Connection, guild_id: int) -> list[int]:
    """List who is joined to, on the reserve list of, or offers something for, an open or live run of the guild.

    Indexes: run_active_idx, run_request_open_key.
    """
    return await conn.all(_active_raiders, guild_id=guild_id)


async def take_off(conn: Connection, guild_id: int, user_ids: Sequence[int], now: datetime) -> set[int]:
    """Take members off every active run of the guild; return the runs that changed. Index: run_active_idx."""
    return set(await conn.all(_take_off, guild_id=guild_id, gone_ids=list(user_ids), now=now))


async def take_keys(conn: Connection, guild_id: int, user_ids: Sequence[int]) -> list[KeyTakenBack]:
    """Take members' keys off every active run of the guild and return them. Index: run_active_idx."""
    return await conn.all(_take_keys, guild_id=guild_id, gone_ids=list(user_ids))


async def snapshot(conn: Connection, run_id: int, pop: int, now: datetime) -> None:
    """Keep who is joined as a pop happens. Index: the key."""
    await conn.execute(_snapshot, run_id=run_id, of_pop=pop, now=now)


async def snapped(conn: Connection, run_id: int, pop: int) -> list[int]:
    """List who was joined as a pop happened. Index: the key."""
    return await conn.all(_snapped, run_id=run_id, of_pop=pop)
