"""Statements on who wants to be reminded. A storm of presses is a handful of them: each takes many at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from raidbot.features.members.api import Standing
from raidbot.features.schedule.models import Click, Outcome
from raidbot.features.schedule.queries.plans import PLANNED, topic
from raidbot.features.schedule.tables import planned_run, planned_run_interest
from raidbot.kernel.database import Connection, Statement, records
from raidbot.kernel.owed import touched

_p = sa.bindparam
_NOW = _p("now", type_=sa.TIMESTAMP(timezone=True))
_suspension = sa.table("member_suspension", sa.column("guild_id"), sa.column("user_id"), sa.column("suspended_until"))


@dataclass(frozen=True, slots=True)
class ClickRow:
    """What became of one click, and the version that its topic has now (None: nothing changed)."""

    outcome: Outcome
    remind_at: datetime | None
    topic: str | None
    version: int | None


_clicks = sa.select(
    records(
        "clicks",
        (
            sa.column("ord", sa.Integer),
            sa.column("click_id", sa.BigInteger),
            sa.column("guild_id", sa.BigInteger),
            sa.column("plan_id", sa.BigInteger),
            sa.column("user_id", sa.BigInteger),
            sa.column("standing", sa.Text),
        ),
        alias="u",
    )
).cte("click")
# The share lock puts each click before or after a concurrent opening or cancellation, never between.
_target = (
    sa.select(planned_run.c.id, planned_run.c.guild_id, planned_run.c.remind_at)
    .where(planned_run.c.id.in_(sa.select(_clicks.c.plan_id)), PLANNED)
    .order_by(planned_run.c.id)
    .with_for_update(read=True)
    .cte("target")
)
# One look by the key for each click: an EXISTS may be planned as a hash of all suspended members.
_until = (
    sa.select(_suspension.c.suspended_until)
    .where(_suspension.c.guild_id == _clicks.c.guild_id, _suspension.c.user_id == _clicks.c.user_id)
    .scalar_subquery()
)
_verdict = (
    sa.select(
        *_clicks.c,
        _target.c.remind_at,
        sa.case(
            (_target.c.id.is_(None), Outcome.OVER.value),
            (
                (_clicks.c.standing == Standing.SUSPENDED.value) | sa.func.coalesce(_until > _NOW, sa.false()),
                Outcome.SUSPENDED.value,
            ),
            (_clicks.c.standing == Standing.UNVERIFIED.value, Outcome.UNVERIFIED.value),
        ).label("refusal"),
    )
    .select_from(_clicks)
    .outerjoin(_target, (_target.c.id == _clicks.c.plan_id) & (_target.c.guild_id == _clicks.c.guild_id))
).cte("verdict")
# Of a bare IS NULL the planner believes that it lets one row in 200 through, and joins the clicks pair by pair.
_accepted = sa.func.coalesce(_verdict.c.refusal.is_(None), sa.false())
_ask = pg.insert(planned_run_interest).from_select(
    ["plan_id", "user_id", "changed_at", "click_id"],
    sa.select(_verdict.c.plan_id, _verdict.c.user_id, _NOW, _verdict.c.click_id).where(_accepted),
)
_toggled = (
    _ask.on_conflict_do_update(
        index_elements=["plan_id", "user_id"],
        set_={
            "interested": ~planned_run_interest.c.interested,
            "changed_at": _ask.excluded.changed_at,
            "click_id": _ask.excluded.click_id,
        },
        where=planned_run_interest.c.click_id != _ask.excluded.click_id,
    )
    .returning(planned_run_interest.c.plan_id, planned_run_interest.c.user_id, planned_run_interest.c.interested)
    .cte("toggled")
)
_of_click = (planned_run_interest.c.plan_id == _verdict.c.plan_id) & (
    planned_run_interest.c.user_id == _verdict.c.user_id
)

_touched = touched(sa.select(topic(_toggled.c.plan_id)))
_toggle = Statement(
    "schedule.toggle_interest",
    sa.select(
        sa.case(
            (_verdict.c.refusal.isnot(None), _verdict.c.refusal),
            (sa.func.coalesce(_toggled.c.interested, planned_run_interest.c.interested), Outcome.REMINDED.value),
            else_=Outcome.NOT_REMINDED.value,
        ).label("outcome"),
        _verdict.c.remind_at,
        _touched.c.topic,
        _touched.c.version,
    )
    .select_from(_verdict)
    .outerjoin(_toggled, (_toggled.c.plan_id == _verdict.c.plan_id) & (_toggled.c.user_id == _verdict.c.user_id))
    .outerjoin(planned_run_interest, _of_click)
    .outerjoin(_touched, _touched.c.topic == topic(_verdict.c.plan_id))
    .order_by(_verdict.c.ord),
    ClickRow,
)
_interested = Statement(
    "schedule.interested",
    sa.select(planned_run_interest.c.user_id)
    .select_from(planned_run_interest)
    .outerjoin(
        _suspension,
        (_suspension.c.guild_id == _p("guild")) & (_suspension.c.user_id == planned_run_interest.c.user_id),
    )
    .where(
        planned_run_interest.c.plan_id == _p("plan_id"),
        planned_run_interest.c.interested,
        ~sa.func.coalesce(_suspension.c.suspended_until > _NOW, sa.false()),
    )
    .order_by(planned_run_interest.c.changed_at, planned_run_interest.c.user_id),
    int,
)


_number = Statement(
    "schedule.interested_number",
    sa.select(sa.func.count())
    .select_from(planned_run_interest)
    .where(planned_run_interest.c.plan_id == _p("plan_id"), planned_run_interest.c.interested),
    int,
)


async def toggle(conn: Connection, clicks: Sequence[Click], now: datetime) -> list[ClickRow]:
    """Note who wants to be reminded, or does not any more: one row a click, in order. Indexes: the keys.

    No two clicks may be of one member and planned run.
    """
    records_of = [
        {
            "ord": number,
            "click_id": click.id,
            "guild_id": click.guild_id,
            "plan_id": click.plan_id,
            "user_id": click.user_id,
            "standing": click.standing.value,
        }
        for number, click in enumerate(clicks)
    ]
    return await conn.all(_toggle, clicks=records_of, now=now)


async def interested(conn: Connection, guild_id: int, plan_id: int, now: datetime) -> list[int]:
    """List who is to be reminded, the first to ask first, without who is suspended by now. Indexes: the keys."""
    return await conn.all(_interested, guild=guild_id, plan_id=plan_id, now=now)


async def number(conn: Connection, plan_id: int) -> int:
    """Count who asked to be reminded. Index: the key."""
    return await conn.one(_number, plan_id=plan_id)
