"""Statements on raiders and keys. A storm of clicks is a handful of them: each takes many clicks at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from raidbot.features.members.api import Standing
from raidbot.features.raids.models import KEY_WITHDRAWN, Click, Outcome, Wish
from raidbot.features.raids.tables import run, run_key, run_raider
from raidbot.kernel.database import Connection, Statement, records
from raidbot.kernel.owed import owed_effects, touched, wanted_roles

_p = sa.bindparam
_NOW = _p("now", type_=sa.TIMESTAMP(timezone=True))
ACTIVE = sa.text("run.status IN ('open', 'live')")
"""Written out, not as parameters, so that the planner sees the partial index in a prepared statement too."""
suspension = sa.table("member_suspension", sa.column("guild_id"), sa.column("user_id"), sa.column("suspended_until"))


@dataclass(frozen=True, slots=True)
class ClickRow:
    """What became of one click, and the version that its topic has now (None: nothing changed)."""

    outcome: Outcome
    party: str | None
    location: str | None
    topic: str | None
    version: int | None
    guild_id: int | None


_clicks = sa.select(
    records(
        "clicks",
        (
            sa.column("ord", sa.Integer),
            sa.column("click_id", sa.BigInteger),
            sa.column("run_id", sa.BigInteger),
            sa.column("guild_id", sa.BigInteger),
            sa.column("user_id", sa.BigInteger),
            sa.column("wish", sa.Text),
            sa.column("standing", sa.Text),
            sa.column("wish_value", sa.Text),
        ),
        alias="u",
    )
).cte("click")
_NO_LIMITS = sa.cast(sa.literal_column("'{}'"), pg.JSONB)
# The share lock puts each click before or after a concurrent end, lock or new role, never between.
_target = (
    sa.select(
        run.c.id,
        run.c.guild_id,
        run.c.role_id,
        run.c.join_locked,
        run.c.party,
        run.c.location,
        run.c.status,
        (run.c.cap.isnot(None) | (run.c.class_limits != _NO_LIMITS)).label("limited"),
        run.c.key_limits,
    )
    .where(run.c.id.in_(sa.select(_clicks.c.run_id)), ACTIVE)
    .order_by(run.c.id)
    .with_for_update(read=True)
    .cte("target")
)
# One look by the key for each click: an EXISTS may be planned as a hash of all suspended members.
_until = (
    sa.select(suspension.c.suspended_until)
    .where(suspension.c.guild_id == _clicks.c.guild_id, suspension.c.user_id == _clicks.c.user_id)
    .scalar_subquery()
)
_suspended = (_clicks.c.standing == Standing.SUSPENDED.value) | sa.func.coalesce(_until > _NOW, sa.false())
_refusals = (
    (_suspended, Outcome.SUSPENDED.value),
    (_clicks.c.standing == Standing.UNVERIFIED.value, Outcome.UNVERIFIED.value),
)
_of_target = (_target.c.id == _clicks.c.run_id) & (_target.c.guild_id == _clicks.c.guild_id)
_of_raider = (run_raider.c.run_id == _clicks.c.run_id) & (run_raider.c.user_id == _clicks.c.user_id)
_live = _target.c.status == sa.literal_column("'live'")


def topic(run_id: Any) -> Any:
    """Build the part of a statement that names a run's panel topic."""
    return sa.literal("run:", sa.Text).concat(sa.cast(run_id, sa.Text))


def _place(known: sa.ColumnElement[bool]) -> tuple[sa.ColumnElement[Any], ...]:
    """Build the columns that tell where a run is, to whom may know it."""
    return tuple(sa.case((known, column)).label(column.name) for column in (_target.c.party, _target.c.location))


def joined_at(write: pg.Insert) -> sa.ColumnElement[datetime]:
    """Build the part of a statement that keeps since when a raider is joined, as it writes over their row."""
    return sa.case((run_raider.c.joined, run_raider.c.joined_at), else_=write.excluded.joined_at)


# --- join, leave, class ------------------------------------------------------------------------------------------

_joined = sa.func.coalesce(run_raider.c.joined, sa.false())
_done_before = sa.func.coalesce(run_raider.c.click_id == _clicks.c.click_id, sa.false())
_verdict = (
    sa.select(
        *_clicks.c,
        _target.c.role_id,
        *_place(_live | sa.func.coalesce(run_raider.c.sees_place, sa.false())),
        sa.case(
            (_target.c.id.is_(None), Outcome.OVER.value),
            ((_clicks.c.wish == Wish.LEAVE.value) & _target.c.limited, Outcome.LIMITED.value),
            ((_clicks.c.wish == Wish.LEAVE.value) & (_joined | _done_before), Outcome.LEFT.value),
            (_clicks.c.wish == Wish.LEAVE.value, Outcome.NOT_JOINED.value),
            *_refusals,
            (_target.c.limited, Outcome.LIMITED.value),
            ((_clicks.c.wish == Wish.CLASS.value) & _joined, Outcome.CLASS_SET.value),
            (_clicks.c.wish == Wish.CLASS.value, Outcome.NOT_JOINED.value),
            (_joined & ~_done_before, Outcome.ALREADY_JOINED.value),
            (_target.c.join_locked & ~_joined, Outcome.LOCKED.value),
            else_=Outcome.JOINED.value,
        ).label("outcome"),
    )
    .select_from(_clicks)
    .outerjoin(_target, _of_target)
    .outerjoin(run_raider, _of_raider)
).cte("verdict")


def _came_out(*outcomes: Outcome) -> sa.ColumnElement[bool]:
    return sa.or_(*(_verdict.c.outcome == outcome.value for outcome in outcomes))


_write = pg.insert(run_raider).from_select(
    ["run_id", "user_id", "joined", "class", "joined_at", "changed_at", "click_id"],
    sa.select(
        _verdict.c.run_id,
        _verdict.c.user_id,
        _verdict.c.outcome != Outcome.LEFT.value,
        _verdict.c.wish_value,
        sa.case((_verdict.c.outcome == Outcome.JOINED.value, _NOW)),
        _NOW,
        _verdict.c.click_id,
    ).where(_came_out(Outcome.JOINED, Outcome.LEFT, Outcome.CLASS_SET)),
)
_changed = (
    _write.on_conflict_do_update(
        index_elements=["run_id", "user_id"],
        set_={
            "joined": _write.excluded.joined,
            "class": sa.func.coalesce(_write.excluded["class"], run_raider.c["class"]),
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
        _verdict.c.guild_id,
        _verdict.c.user_id,
        _verdict.c.role_id,
        _verdict.c.outcome == Outcome.JOINED.value,
        sa.case((_verdict.c.outcome == Outcome.LEFT.value, sa.null()), else_=sa.false()),
        _NOW,
    ).where(_verdict.c.role_id.isnot(None), _came_out(Outcome.JOINED, Outcome.LEFT))
)
_participate = Statement(
    "raids.participate",
    sa.select(
        _verdict.c.outcome,
        _verdict.c.party,
        _verdict.c.location,
        _touched.c.topic,
        _touched.c.version,
        sa.case((_verdict.c.role_id.isnot(None), _verdict.c.guild_id)).label("guild_id"),
    )
    .select_from(_verdict)
    .outerjoin(_touched, _touched.c.topic == topic(_verdict.c.run_id))
    .order_by(_verdict.c.ord)
    .add_cte(_roles),
    ClickRow,
)

# --- keys --------------------------------------------------------------------------------------------------------

_key_verdict = (
    sa.select(
        *_clicks.c,
        *_place(_live | sa.func.coalesce(run_raider.c.sees_place, sa.false())),
        sa.case(
            (_target.c.id.is_(None), Outcome.OVER.value),
            *_refusals,
            (_target.c.key_limits.has_key(_clicks.c.wish_value) & ~_p("limits_kept"), Outcome.LIMITED.value),
        ).label("refusal"),
    )
    .select_from(_clicks)
    .outerjoin(_target, _of_target)
    .outerjoin(run_raider, _of_raider)
).cte("verdict")
# Of a bare IS NULL the planner believes that it lets one row in 200 through, and joins the clicks pair by pair.
_accepted = sa.func.coalesce(_key_verdict.c.refusal.is_(None), sa.false())
_offer = pg.insert(run_key).from_select(
    ["run_id", "key", "user_id", "source", "changed_at", "click_id"],
    sa.select(
        _key_verdict.c.run_id,
        _key_verdict.c.wish_value,
        _key_verdict.c.user_id,
        sa.literal("run", sa.Text),
        _NOW,
        _key_verdict.c.click_id,
    ).where(_accepted),
)
_toggled = (
    _offer.on_conflict_do_update(
        index_elements=["run_id", "key", "user_id", "source"],
        set_={
            "offered": ~run_key.c.offered,
            "confirmed_at": None,
            "backed_out_at": sa.case((run_key.c.confirmed_at.isnot(None), _offer.excluded.changed_at)),
            "changed_at": _offer.excluded.changed_at,
            "click_id": _offer.excluded.click_id,
        },
        where=run_key.c.click_id != _offer.excluded.click_id,
    )
    .returning(run_key.c.run_id, run_key.c.user_id, run_key.c.key, run_key.c.offered, run_key.c.backed_out_at)
    .cte("toggled")
)
_of_toggled = (
    (_toggled.c.run_id == _key_verdict.c.run_id)
    & (_toggled.c.user_id == _key_verdict.c.user_id)
    & (_toggled.c.key == _key_verdict.c.wish_value)
)
_of_key = (
    (run_key.c.run_id == _key_verdict.c.run_id)
    & (run_key.c.user_id == _key_verdict.c.user_id)
    & (run_key.c.key == _key_verdict.c.wish_value)
    & (run_key.c.source == sa.literal_column("'run'"))
)


def _as_it_is(column: sa.Column[Any]) -> sa.ColumnElement[Any]:
    """Read what the click wrote, or what it found, as it had been done before: only then is the row looked up."""
    found = sa.select(column).where(_of_key).scalar_subquery()
    return sa.case((_toggled.c.run_id.isnot(None), _toggled.c[column.name]), else_=found)


_keys_touched = touched(sa.select(topic(_toggled.c.run_id)))
_withdrawn = owed_effects(
    sa.select(
        sa.literal(KEY_WITHDRAWN, sa.Text),
        _key_verdict.c.guild_id,
        sa.func.concat_ws(":", _toggled.c.run_id, _toggled.c.key, _toggled.c.user_id),
        _NOW,
        _NOW,
    )
    .join(_key_verdict, _of_toggled)
    .where(_toggled.c.backed_out_at.isnot(None))
)
_toggle = Statement(
    "raids.toggle_keys",
    sa.select(
        sa.case(
            (_key_verdict.c.refusal.isnot(None), _key_verdict.c.refusal),
            (_as_it_is(run_key.c.offered), Outcome.KEY_ADDED.value),
            (_as_it_is(run_key.c.backed_out_at).isnot(None), Outcome.KEY_BACKED_OUT.value),
            else_=Outcome.KEY_REMOVED.value,
        ).label("outcome"),
        _key_verdict.c.party,
        _key_verdict.c.location,
        _keys_touched.c.topic,
        _keys_touched.c.version,
        sa.cast(sa.null(), sa.BigInteger).label("guild_id"),
    )
    .select_from(_key_verdict)
    .outerjoin(_toggled, _of_toggled)
    .outerjoin(_keys_touched, _keys_touched.c.topic == topic(_key_verdict.c.run_id))
    .order_by(_key_verdict.c.ord)
    .add_cte(_withdrawn),
    ClickRow,
)


async def participate(conn: Connection, clicks: Sequence[Click], now: datetime) -> list[ClickRow]:
    """Let raiders join, leave or choose a class: one row a click, in order. Indexes: the keys of run and run_raider.

    No two clicks may be of one raider and run. Of runs with limits nothing is done: the outcome is LIMITED.
    """
    return await conn.all(_participate, now=now, clicks=_records(clicks))


async def toggle_keys(
    conn: Connection, clicks: Sequence[Click], now: datetime, *, limits_kept: bool = False
) -> list[ClickRow]:
    """Offer keys, or take the offers back: one row a click, in order. Indexes: the keys of run and run_key.

    No two clicks may be of one raider, run and key. With keys that have a limit nothing is done, the outcome is
    LIMITED, unless somebody who holds the run has seen to it (`limits_kept`).
    """
    return await conn.all(_toggle, now=now, clicks=_records(clicks), limits_kept=limits_kept)


def _records(clicks: Sequence[Click]) -> list[dict[str, Any]]:
    return [
        {
            "ord": number,
            "click_id": click.id,
            "run_id": click.run_id,
            "guild_id": click.guild_id,
            "user_id": click.user_id,
            "wish": click.wish.value,
            "standing": click.standing.value,
            "wish_value": click.value,
        }
        for number, click in enumerate(clicks)
    ]
