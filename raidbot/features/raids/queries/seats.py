"""Statements on runs with limits and their seats. Whoever changes seats holds the run's row first."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from raidbot.features.raids.models import Limits, Offer, Participant, Run, Seat, Seating
from raidbot.features.raids.queries.clicks import ACTIVE, joined_at, topic
from raidbot.features.raids.tables import run, run_key, run_raider
from raidbot.kernel.database import Connection, Statement, records
from raidbot.kernel.owed import TopicVersion, touched, wanted_roles

_p = sa.bindparam
_TIME = sa.TIMESTAMP(timezone=True)
_NOW = _p("now", type_=_TIME)
_IDS = _p("run_ids", type_=pg.ARRAY(sa.BigInteger))
_RUN = [run.c[name] for name in Run.__slots__]
_this = (run.c.id == _p("run_id")) & (run.c.guild_id == _p("guild"))

# --- a run's limits and its last call ------------------------------------------------------------------------------

_cap = _p("new_cap", type_=sa.SmallInteger)
_classes, _keys = _p("of_classes", type_=pg.JSONB), _p("of_keys", type_=pg.JSONB)
_set_limits = Statement(
    "raids.set_limits",
    sa.update(run)
    .where(
        _this,
        ACTIVE,
        run.c.cap.is_distinct_from(_cap) | (run.c.class_limits != _classes) | (run.c.key_limits != _keys),
    )
    .values(cap=_cap, class_limits=_classes, key_limits=_keys)
    .returning(*_RUN),
    Run,
)
_last_call = Statement(
    "raids.last_call",
    sa.update(run)
    .where(_this, ACTIVE, ~run.c.join_locked, run.c.last_call_ends_at.is_(None))
    .values(last_call_ends_at=_p("ends", type_=_TIME))
    .returning(*_RUN),
    Run,
)
_take_back = Statement(
    "raids.take_back_last_call",
    sa.update(run)
    .where(_this, ACTIVE, run.c.last_call_ends_at.isnot(None))
    .values(last_call_ends_at=None)
    .returning(*_RUN),
    Run,
)
_close = Statement(
    "raids.close_last_call",
    sa.update(run)
    .where(run.c.id == _p("run_id"), ACTIVE, run.c.last_call_ends_at <= _NOW)
    .values(join_locked=True, last_call_ends_at=None)
    .returning(*_RUN),
    Run,
)


async def set_limits(conn: Connection, guild_id: int, run_id: int, limits: Limits) -> Run | None:
    """Set the limits of an active run; None when they were so already or the run is over. Index: the key."""
    return await conn.maybe(
        _set_limits,
        guild=guild_id,
        run_id=run_id,
        new_cap=limits.cap,
        of_classes=dict(limits.classes),
        of_keys=dict(limits.keys),
    )


async def last_call(conn: Connection, guild_id: int, run_id: int, *, ends_at: datetime) -> Run | None:
    """Begin the last call of an active run that is not locked; None when it is, or has begun. Index: the key."""
    return await conn.maybe(_last_call, guild=guild_id, run_id=run_id, ends=ends_at)


async def take_back_last_call(conn: Connection, guild_id: int, run_id: int) -> Run | None:
    """End the last call of an active run without a lock; None when there is none. Index: the key."""
    return await conn.maybe(_take_back, guild=guild_id, run_id=run_id)


async def close_last_call(conn: Connection, run_id: int, now: datetime) -> Run | None:
    """Lock joining, as the last call of an active run is over; None when it is not. Index: the key."""
    return await conn.maybe(_close, run_id=run_id, now=now)


# --- seats -----------------------------------------------------------------------------------------------------------


def _hold(name: str, which: sa.ColumnElement[bool]) -> Statement[Run]:
    return Statement(
        name, sa.select(*_RUN).where(which, ACTIVE).order_by(run.c.id).with_for_update(key_share=True), Run
    )


_hold_runs = _hold("raids.hold_runs", run.c.id == sa.any_(_IDS))
_hold_guild = _hold("raids.hold_guild", run.c.guild_id == _p("guild"))
_raider_class = run_raider.c["class"].label("raider_class")
_seats = Statement(
    "raids.seats",
    sa.select(
        run_raider.c.run_id,
        run_raider.c.user_id,
        run_raider.c.joined,
        _raider_class,
        run_raider.c.reserve,
        run_raider.c.click_id,
        run_raider.c.sees_place,
    ).where(run_raider.c.run_id == sa.any_(_IDS)),
    Seat,
)
_roster = Statement(
    "raids.roster",
    sa.select(run_raider.c.user_id, _raider_class, run_raider.c.joined_at, run_raider.c.reserve)
    .where(run_raider.c.run_id == _p("run_id"), run_raider.c.joined | run_raider.c.reserve.isnot(None))
    .order_by(run_raider.c.reserve, run_raider.c.joined_at, run_raider.c.click_id),
    Participant,
)
_offers = Statement(
    "raids.offers",
    sa.select(run_key.c.run_id, run_key.c.key, run_key.c.user_id, run_key.c.offered, run_key.c.click_id).where(
        run_key.c.run_id == sa.any_(_IDS), run_key.c.source == sa.literal_column("'run'")
    ),
    Offer,
)
_taken = sa.select(
    records(
        "seats",
        (
            sa.column("run_id", sa.BigInteger),
            sa.column("guild_id", sa.BigInteger),
            sa.column("user_id", sa.BigInteger),
            sa.column("joined", sa.Boolean),
            sa.column("class", sa.Text),
            sa.column("reserve", sa.Integer),
            sa.column("click_id", sa.BigInteger),
            sa.column("role_id", sa.BigInteger),
        ),
        alias="s",
    )
).cte("taken")
_write = pg.insert(run_raider).from_select(
    ["run_id", "user_id", "joined", "class", "reserve", "joined_at", "changed_at", "click_id"],
    sa.select(
        _taken.c.run_id,
        _taken.c.user_id,
        _taken.c.joined,
        _taken.c["class"],
        _taken.c.reserve,
        sa.case((_taken.c.joined, _NOW)),
        _NOW,
        _taken.c.click_id,
    ),
)
_changed = (
    _write.on_conflict_do_update(
        index_elements=["run_id", "user_id"],
        set_={
            "joined": _write.excluded.joined,
            "class": _write.excluded["class"],
            "reserve": _write.excluded.reserve,
            "joined_at": joined_at(_write),
            "changed_at": _write.excluded.changed_at,
            "click_id": _write.excluded.click_id,
        },
    )
    .returning(run_raider.c.run_id)
    .cte("changed")
)
_touched = touched(sa.select(topic(_changed.c.run_id)))
_roles = wanted_roles(
    sa.select(
        _taken.c.guild_id,
        _taken.c.user_id,
        _taken.c.role_id,
        _taken.c.joined,
        sa.case((_taken.c.joined, sa.false())),
        _NOW,
    ).where(_taken.c.role_id.isnot(None))
)
_take_seats = Statement(
    "raids.take_seats",
    sa.select(_touched.c.topic, _touched.c.version).add_cte(_roles),
    TopicVersion,
)


async def hold_runs(conn: Connection, run_ids: Iterable[int]) -> list[Run]:
    """Hold active runs until the transaction's end, so that nobody else takes seats in them. Index: the key."""
    return await conn.all(_hold_runs, run_ids=sorted(set(run_ids)))


async def hold_guild(conn: Connection, guild_id: int) -> list[Run]:
    """Hold a guild's active runs until the transaction's end. Index: run_active_idx."""
    return await conn.all(_hold_guild, guild=guild_id)


async def seats(conn: Connection, run_ids: Sequence[int]) -> list[Seat]:
    """List the seats of runs, those of who left included. Index: the key."""
    return await conn.all(_seats, run_ids=list(run_ids))


async def offers(conn: Connection, run_ids: Sequence[int]) -> list[Offer]:
    """List the key offers of runs, those taken back included. Index: the key."""
    return await conn.all(_offers, run_ids=list(run_ids))


async def roster(conn: Connection, run_id: int) -> list[Participant]:
    """List a run's reserves, in order, then who is joined, the first to come first. Index: the key."""
    return await conn.all(_roster, run_id=run_id)


async def take_seats(conn: Connection, seatings: Iterable[tuple[Run, Seating]], now: datetime) -> dict[str, int]:
    """Write the seats that changed, with the roles owed for them; return the versions of the topics that show them.

    Needs a transaction that holds the runs. Index: the key.
    """
    taken = [
        {
            "run_id": run.id,
            "guild_id": run.guild_id,
            "user_id": seat.user_id,
            "joined": seat.joined,
            "class": seat.raider_class,
            "reserve": seat.reserve,
            "click_id": seat.click_id,
            "role_id": run.role_id if seating.moved(seat.user_id) else None,
        }
        for run, seating in seatings
        for seat in seating.changed
    ]
    if not taken:
        return {}
    return {row.topic: row.version for row in await conn.all(_take_seats, seats=taken, now=now)}
