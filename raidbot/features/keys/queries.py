"""Statements on the keys of runs that were logged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from raidbot.features.keys.models import PoppedKey
from raidbot.features.keys.tables import popped_key
from raidbot.kernel.database import Connection, Statement

_p = sa.bindparam
_POPPED = [popped_key.c[name] for name in PoppedKey.__slots__]
_STANDS = popped_key.c.undone_at.is_(None)


@dataclass(frozen=True, slots=True)
class _Logged:
    run_id: int
    keys: int


_keep = Statement(
    "keys.keep",
    pg.insert(popped_key)
    .values({name: _p(name) for name in PoppedKey.__slots__})
    .on_conflict_do_nothing()
    .returning(*_POPPED),
    PoppedKey,
)
_of_entry = Statement("keys.of_entry", sa.select(*_POPPED).where(popped_key.c.entry_id == _p("entry")), PoppedKey)
_take_back = Statement(
    "keys.take_back",
    sa.update(popped_key)
    .where(popped_key.c.entry_id == _p("entry"), popped_key.c.run_id == _p("of_run"), _STANDS)
    .values(undone_at=_p("now", type_=sa.TIMESTAMP(timezone=True)))
    .returning(*_POPPED),
    PoppedKey,
)
_of_run = Statement(
    "keys.of_run",
    sa.select(*_POPPED).where(popped_key.c.run_id == _p("of_run"), _STANDS).order_by(popped_key.c.entry_id),
    PoppedKey,
)
_counts = Statement(
    "keys.logged_of_runs",
    sa.select(popped_key.c.run_id, sa.func.count().label("keys"))
    .where(popped_key.c.run_id == sa.any_(_p("run_ids", type_=pg.ARRAY(sa.BigInteger))), _STANDS)
    .group_by(popped_key.c.run_id),
    _Logged,
)


async def keep(conn: Connection, new: PoppedKey) -> PoppedKey | None:
    """Keep a key of a run as logged; None when this one was before, by this row of the ledger or another.

    Indexes: popped_key_slot_key, the key.
    """
    return await conn.maybe(_keep, **{name: getattr(new, name) for name in PoppedKey.__slots__})


async def of_entry(conn: Connection, entry_id: int) -> PoppedKey | None:
    """Find what a row of the ledger logged, taken back or not. Index: the key."""
    return await conn.maybe(_of_entry, entry=entry_id)


async def take_back(conn: Connection, run_id: int, entry_id: int, now: datetime) -> PoppedKey | None:
    """Open a key of a run again; None when it is not logged any more. Index: the key."""
    return await conn.maybe(_take_back, entry=entry_id, of_run=run_id, now=now)


async def of_run(conn: Connection, run_id: int) -> list[PoppedKey]:
    """List what is logged of a run, the first to be logged first. Index: popped_key_slot_key."""
    return await conn.all(_of_run, of_run=run_id)


async def logged_of_runs(conn: Connection, run_ids: Sequence[int]) -> Mapping[int, int]:
    """Count what is logged of each of these runs; of those not in it nothing is. Index: popped_key_slot_key."""
    found = await conn.all(_counts, run_ids=list(run_ids))
    return {one.run_id: one.keys for one in found}
