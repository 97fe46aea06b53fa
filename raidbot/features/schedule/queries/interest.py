"""Statements on who wants to be reminded. A storm of presses is a handful of them: each takes many at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from raidbot.features.schedule.models import Click, Outcome
from raidbot.features.schedule.queries.plans import PLANNED, topic
from raidbot.features.schedule.tables import planned_run, planned_run_interest
from raidbot.kernel.database import Connection, Statement, Toggle
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


def _target(clicks: sa.CTE) -> sa.Select[Any]:
    # The share lock puts each click before or after a concurrent opening or cancellation, never between.
    return (
        sa.select(planned_run.c.id, planned_run.c.guild_id, planned_run.c.remind_at)
        .where(planned_run.c.id.in_(sa.select(clicks.c.plan_id)), PLANNED)
        .order_by(planned_run.c.id)
        .with_for_update(read=True)
    )


_interest = Toggle(planned_run_interest, "interested", target=_target, suspension=_suspension)
_touched = touched(sa.select(topic(_interest.turned.c.plan_id)))
_toggle = Statement(
    "schedule.toggle_interest",
    sa.select(
        _interest.outcome(on=Outcome.REMINDED.value, off=Outcome.NOT_REMINDED.value),
        _interest.verdict.c.remind_at,
        _touched.c.topic,
        _touched.c.version,
    )
    .select_from(_interest.found.outerjoin(_touched, _touched.c.topic == topic(_interest.verdict.c.plan_id)))
    .order_by(_interest.verdict.c.ord),
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
    return await conn.all(_toggle, clicks=_interest.records(clicks), now=now)


async def interested(conn: Connection, guild_id: int, plan_id: int, now: datetime) -> list[int]:
    """List who is to be reminded, the first to ask first, without who is suspended by now. Indexes: the keys."""
    return await conn.all(_interested, guild=guild_id, plan_id=plan_id, now=now)


async def number(conn: Connection, plan_id: int) -> int:
    """Count who asked to be reminded. Index: the key."""
    return await conn.one(_number, plan_id=plan_id)
