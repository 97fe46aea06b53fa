"""Statements on planned runs. Each change is guarded by the state it may start from."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from raidbot.features.schedule.models import (
    PLANS_MAX,
    NewPlan,
    Plan,
    PlanState,
    Press,
    Upcoming,
)
from raidbot.features.schedule.tables import planned_run, planned_run_interest
from raidbot.kernel.database import Connection, Statement
from raidbot.kernel.owed.tables import panel

_p = sa.bindparam
_TIME = sa.TIMESTAMP(timezone=True)
_IDS = pg.ARRAY(sa.BigInteger)
_NOW = _p("now", type_=_TIME)
_HIDDEN = {"interaction_id", "slot", "planned_at"}
_PLAN = [column for column in planned_run.c if column.name not in _HIDDEN]
_this = (planned_run.c.id == _p("plan_id")) & (planned_run.c.guild_id == _p("guild"))
PLANNED = sa.text("planned_run.state = 'planned'")
"""Written out, not as a parameter, so that the planner sees the partial indexes in a prepared statement too."""
_suspension = sa.table("member_suspension", sa.column("guild_id"), sa.column("user_id"), sa.column("suspended_until"))


def topic(plan_id: Any) -> Any:
    return sa.literal("plan:", sa.Text).concat(sa.cast(plan_id, sa.Text))


# --- planning ----------------------------------------------------------------------------------------------------

_slot = sa.func.generate_series(1, PLANS_MAX).table_valued(sa.column("n", sa.SmallInteger)).render_derived("slot")
_taken = planned_run.alias("taken")
_of_organizer = (_taken.c.guild_id == _p("guild_id")) & (_taken.c.organizer_id == _p("organizer_id"))
_given: dict[str, sa.BindParameter[Any]] = {
    "guild_id": _p("guild_id", type_=sa.BigInteger),
    "organizer_id": _p("organizer_id", type_=sa.BigInteger),
    "interaction_id": _p("interaction_id", type_=sa.BigInteger),
    "dungeon": _p("dungeon", type_=sa.Text),
    "channel_id": _p("channel_id", type_=sa.BigInteger),
    "party": _p("party", type_=sa.Text),
    "location": _p("location", type_=sa.Text),
    "description": _p("description", type_=sa.Text),
    "planned_at": _NOW,
    "starts_at": _p("starts_at", type_=_TIME),
    "remind_at": _p("remind_at", type_=_TIME),
}
_add = Statement(
    "schedule.add",
    pg.insert(planned_run)
    .from_select(
        [*_given, "slot"],
        sa.select(*_given.values(), _slot.c.n)
        .where(
            ~sa.exists().where(_of_organizer, _taken.c.slot == _slot.c.n, sa.text("taken.state = 'planned'")),
        )
        .order_by(_slot.c.n)
        .limit(sa.literal_column("1")),
    )
    .on_conflict_do_nothing()
    .returning(*_PLAN),
    Plan,
)
_of_interaction = Statement(
    "schedule.of_interaction", sa.select(*_PLAN).where(planned_run.c.interaction_id == _p("interaction_id")), Plan
)


async def add(conn: Connection, new: NewPlan, *, now: datetime, remind_at: datetime | None) -> Plan | None:
    """Write a new planned run into the first of its organizer's free places.

    None when there is no free place, when another took it at the same moment, or when this interaction wrote one
    before.
    Indexes: planned_run_slot_key, planned_run_interaction_key.
    """
    return await conn.maybe(
        _add,
        guild_id=new.guild_id,
        organizer_id=new.organizer_id,
        interaction_id=new.interaction_id,
        dungeon=new.dungeon,
        channel_id=new.channel_id,
        party=new.party,
        location=new.location,
        description=new.description,
        now=now,
        starts_at=new.starts_at,
        remind_at=remind_at,
    )


async def of_interaction(conn: Connection, interaction_id: int) -> Plan | None:
    """Read the planned run that an interaction wrote. Index: planned_run_interaction_key."""
    return await conn.maybe(_of_interaction, interaction_id=interaction_id)


# --- one planned run ---------------------------------------------------------------------------------------------

_by_id = Statement("schedule.plan", sa.select(*_PLAN).where(planned_run.c.id == _p("plan_id")), Plan)
_hold = Statement("schedule.hold", sa.select(*_PLAN).where(planned_run.c.id == _p("plan_id")).with_for_update(), Plan)


def _closing(name: str, *conditions: sa.ColumnElement[bool]) -> Statement[Plan]:
    return Statement(
        name,
        sa.update(planned_run)
        .where(_this, PLANNED, *conditions)
        .values(
            state=_p("new_state"),
            remind_at=None,
            closed_at=_NOW,
            closed_by=_p("by", type_=sa.BigInteger),
            click_id=_p("click", type_=sa.BigInteger),
            run_id=_p("run", type_=sa.BigInteger),
        )
        .returning(*_PLAN),
        Plan,
    )


_close = _closing("schedule.close")
_miss = _closing("schedule.miss", planned_run.c.starts_at <= _p("moment", type_=_TIME))
_reminded = Statement(
    "schedule.reminded",
    sa.update(planned_run)
    .where(_this, PLANNED, planned_run.c.remind_at <= _NOW)
    .values(remind_at=None)
    .returning(*_PLAN),
    Plan,
)


async def by_id(conn: Connection, plan_id: int) -> Plan | None:
    """Read a planned run. Index: the key."""
    return await conn.maybe(_by_id, plan_id=plan_id)


async def hold(conn: Connection, plan_id: int) -> Plan | None:
    """Read a planned run and keep everybody else from changing it until the transaction ends. Index: the key."""
    return await conn.maybe(_hold, plan_id=plan_id)


async def close(
    conn: Connection, press: Press, state: PlanState, *, now: datetime, run_id: int | None = None
) -> Plan | None:
    """Close a planned run; None when it is not planned. Index: the key."""
    return await conn.maybe(
        _close,
        guild=press.guild_id,
        plan_id=press.plan_id,
        new_state=state.value,
        now=now,
        by=press.user_id,
        click=press.id,
        run=run_id,
    )


async def miss(conn: Connection, plan: Plan, *, moment: datetime, now: datetime) -> Plan | None:
    """Close a run that is planned for `moment` or earlier as missed; None when it is not planned. Index: the key."""
    return await conn.maybe(
        _miss,
        guild=plan.guild_id,
        plan_id=plan.id,
        moment=moment,
        new_state=PlanState.MISSED.value,
        now=now,
        by=None,
        click=None,
        run=None,
    )


async def reminded(conn: Connection, guild_id: int, plan_id: int, now: datetime) -> Plan | None:
    """Take the reminder of a planned run; None when somebody took it or it is over. Index: the key."""
    return await conn.maybe(_reminded, guild=guild_id, plan_id=plan_id, now=now)


# --- time and overview -------------------------------------------------------------------------------------------


def _some(name: str, by: sa.Column[datetime], *conditions: sa.ColumnElement[bool]) -> Statement[Plan]:
    return Statement(
        name,
        sa.select(*_PLAN)
        .where(
            PLANNED, *conditions, by <= _p("moment", type_=_TIME), planned_run.c.id != sa.all_(_p("skip", type_=_IDS))
        )
        .order_by(by)
        .limit(10),
        Plan,
    )


_missed = _some("schedule.missed", planned_run.c.starts_at)
_to_remind = _some("schedule.to_remind", planned_run.c.remind_at, planned_run.c.remind_at.isnot(None))
_interested_of = (
    sa.select(sa.func.count())
    .where(planned_run_interest.c.plan_id == planned_run.c.id, planned_run_interest.c.interested)
    .scalar_subquery()
)
_message = (
    sa.select(panel.c.message_id)
    .where(
        panel.c.topic == topic(planned_run.c.id),
        panel.c.kind == _p("panel_kind"),
        panel.c.token.is_(None),
    )
    .scalar_subquery()
)
_upcoming = Statement(
    "schedule.upcoming",
    sa.select(
        planned_run.c.id,
        planned_run.c.dungeon,
        planned_run.c.organizer_id,
        planned_run.c.channel_id,
        _message.label("message_id"),
        planned_run.c.starts_at,
        _interested_of.label("interested"),
    )
    .where(planned_run.c.guild_id == _p("guild"), PLANNED)
    .order_by(planned_run.c.starts_at, planned_run.c.id),
    Upcoming,
)


async def missed(conn: Connection, moment: datetime, skip: Sequence[int]) -> list[Plan]:
    """List ten runs that were planned for `moment` or earlier. Index: planned_run_due_idx."""
    return await conn.all(_missed, moment=moment, skip=list(skip))


async def to_remind(conn: Connection, now: datetime, skip: Sequence[int]) -> list[Plan]:
    """List ten planned runs whose reminder is due. Index: planned_run_remind_idx."""
    return await conn.all(_to_remind, moment=now, skip=list(skip))


async def upcoming(conn: Connection, guild_id: int, panel_kind: str) -> list[Upcoming]:
    """List what a guild has planned, the next first; `panel_kind` is that of the panels.

    Indexes: planned_run_slot_key, panel_topic_idx, the key of planned_run_interest.
    """
    return await conn.all(_upcoming, guild=guild_id, panel_kind=panel_kind)
