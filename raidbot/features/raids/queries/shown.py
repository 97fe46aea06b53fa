"""The statement that reads what a run's panels show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from raidbot.features.raids.models import BACKED_OUT_SHOWN, HOLDERS_SHOWN, Holders, Run, RunView
from raidbot.features.raids.queries import runs
from raidbot.features.raids.tables import run, run_key, run_raider
from raidbot.kernel.database import Connection, Statement

_p = sa.bindparam
_count = sa.select(sa.func.count()).where(run_raider.c.run_id == run.c.id, run_raider.c.joined).scalar_subquery()
_reserves = (
    sa.select(sa.func.count())
    .where(run_raider.c.run_id == run.c.id, run_raider.c.reserve.isnot(None))
    .scalar_subquery()
)
_class_counts = (
    sa.select(run_raider.c["class"].label("class"), sa.func.count().label("n"))
    .where(run_raider.c.run_id == run.c.id, run_raider.c.joined, run_raider.c["class"].isnot(None))
    .group_by(run_raider.c["class"])
    .correlate(run)
    .lateral("classes")
)
_key_counts = (
    sa.select(
        run_key.c.source,
        run_key.c.key,
        sa.func.count().filter(run_key.c.offered).label("n"),
        sa.func.count(run_key.c.confirmed_at).label("confirmed"),
        sa.func.array_agg(pg.aggregate_order_by(run_key.c.user_id, run_key.c.confirmed_at, run_key.c.changed_at))
        .filter(run_key.c.offered)
        .label("users"),
        sa.func.array_agg(pg.aggregate_order_by(run_key.c.user_id, run_key.c.backed_out_at.desc()))
        .filter(~run_key.c.offered)
        .label("backed_out"),
    )
    .where(run_key.c.run_id == run.c.id, run_key.c.offered | run_key.c.backed_out_at.isnot(None))
    .group_by(run_key.c.source, run_key.c.key)
    .correlate(run)
    .lateral("keys")
)
_classes = sa.select(sa.func.jsonb_object_agg(_class_counts.c["class"], _class_counts.c.n)).scalar_subquery()
_keys = sa.select(
    sa.func.jsonb_agg(
        sa.func.jsonb_build_array(
            _key_counts.c.source,
            _key_counts.c.key,
            _key_counts.c.n,
            sa.func.to_jsonb(_key_counts.c.users[1:HOLDERS_SHOWN]),
            _key_counts.c.confirmed,
            sa.func.to_jsonb(_key_counts.c.backed_out[1:BACKED_OUT_SHOWN]),
        )
    )
).scalar_subquery()


@dataclass(frozen=True, slots=True)
class _ViewRow(Run):
    raiders: int
    reserves: int
    classes: Mapping[str, int] | None
    keys: Sequence[Any] | None


_view = Statement(
    "raids.view",
    sa.select(
        *runs.COLUMNS,
        _count.label("raiders"),
        _reserves.label("reserves"),
        _classes.label("classes"),
        _keys.label("keys"),
    ).where(run.c.id == _p("run_id")),
    _ViewRow,
)


async def view(conn: Connection, run_id: int) -> RunView | None:
    """Read a run with what its panels show, in one statement. Index: the keys."""
    row = await conn.maybe(_view, run_id=run_id)
    if row is None:
        return None
    own = {name: getattr(row, name) for name in Run.__slots__}
    keys: dict[str, dict[str, Holders]] = {"run": {}, "headcount": {}}
    for source, key, number, first, confirmed, backed_out in row.keys or ():
        keys[source][key] = Holders(number, tuple(first or ()), confirmed, tuple(backed_out or ()))
    return RunView(Run(**own), row.raiders, row.classes or {}, keys["run"], keys["headcount"], row.reserves)
