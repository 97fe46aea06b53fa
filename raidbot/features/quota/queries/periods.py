"""Statements on periods, and on how the holders of a role stand in one."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from raidbot.features.quota.models import PAST, Excuse, Past, Period, Quota, Rank, Standing, Tally
from raidbot.features.quota.tables import (
    SUM,
    ledger,
    quota_excuse,
    quota_holder,
    quota_period,
    quota_result,
    quota_role,
)
from raidbot.kernel.database import Connection, Statement

_p = sa.bindparam
_TIME = sa.TIMESTAMP(timezone=True)
_PERIOD = [quota_period.c[field.name] for field in fields(Period)]
_of_role = (quota_period.c.guild_id == _p("guild")) & (quota_period.c.role_id == _p("role"))
_runs = quota_period.c.closed_at.is_(None)
_this = quota_period.c.id == _p("period_id")

# --- periods ---------------------------------------------------------------------------------------------------------

_open = Statement(
    "quota.open_period",
    pg.insert(quota_period)
    .values(guild_id=_p("guild"), role_id=_p("role"), starts_at=_p("begin"), ends_at=_p("end"))
    .on_conflict_do_nothing()
    .returning(*_PERIOD),
    Period,
)
_running = Statement("quota.running_period", sa.select(*_PERIOD).where(_of_role, _runs), Period)
_period = Statement("quota.period", sa.select(*_PERIOD).where(_this), Period)
_last_over = Statement(
    "quota.last_period_over",
    sa.select(*_PERIOD).where(_of_role, ~_runs).order_by(quota_period.c.ends_at.desc()).limit(1),
    Period,
)
_move = Statement(
    "quota.move_period_end",
    sa.update(quota_period)
    .where(_of_role, _runs, quota_period.c.ends_at > _p("now", type_=_TIME))
    .values(ends_at=_p("end", type_=_TIME)),
)
_due = Statement(
    "quota.periods_due",
    sa.select(*_PERIOD)
    .where(
        _runs,
        quota_period.c.ends_at <= _p("now", type_=_TIME),
        quota_period.c.id != sa.all_(_p("skip", type_=pg.ARRAY(sa.BigInteger))),
    )
    .order_by(quota_period.c.ends_at)
    .limit(10),
    Period,
)
_close = Statement(
    "quota.close_period",
    sa.update(quota_period)
    .where(
        _this,
        _runs,
        quota_period.c.ends_at <= _p("now", type_=_TIME),
        quota_role.c.guild_id == quota_period.c.guild_id,
        quota_role.c.role_id == quota_period.c.role_id,
    )
    .values(closed_at=_p("now", type_=_TIME), required_points=quota_role.c.required_points)
    .returning(*_PERIOD),
    Period,
)
_drop_running = Statement("quota.drop_running_period", sa.delete(quota_period).where(_of_role, _runs))
_reported = Statement(
    "quota.reported",
    sa.update(quota_period)
    .where(_this, quota_period.c.message_id.is_(None))
    .values(message_id=_p("report_id", type_=sa.BigInteger)),
)
_recent = (
    sa.select(quota_period.c.id, quota_period.c.starts_at, quota_period.c.ends_at, quota_period.c.required_points)
    .where(_of_role, ~_runs)
    .order_by(quota_period.c.ends_at.desc())
    .limit(PAST)
    .subquery("recent")
)
_had_met = quota_result.c.points >= _recent.c.required_points
_past = Statement(
    "quota.past_periods",
    sa.select(
        _recent.c.starts_at,
        _recent.c.ends_at,
        _recent.c.required_points,
        sa.func.count(quota_result.c.user_id).label("members"),
        sa.func.count(quota_result.c.user_id).filter(_had_met).label("met"),
        sa.func.count(quota_result.c.user_id).filter(~_had_met, quota_result.c.excused).label("excused"),
    )
    .select_from(_recent.outerjoin(quota_result, quota_result.c.period_id == _recent.c.id))
    .group_by(_recent.c.id, _recent.c.starts_at, _recent.c.ends_at, _recent.c.required_points)
    .order_by(_recent.c.ends_at.desc()),
    Past,
)


async def open_next(conn: Connection, quota: Quota, begin: datetime, end: datetime) -> Period | None:
    """Begin a period; None when one runs. Index: quota_period_running_key."""
    return await conn.maybe(_open, guild=quota.guild_id, role=quota.role_id, begin=begin, end=end)


async def running(conn: Connection, guild_id: int, role_id: int) -> Period | None:
    """Read the running period of a role's quota. Index: quota_period_running_key."""
    return await conn.maybe(_running, guild=guild_id, role=role_id)


async def period(conn: Connection, period_id: int) -> Period | None:
    """Read a period. Index: the key."""
    return await conn.maybe(_period, period_id=period_id)


async def last_over(conn: Connection, guild_id: int, role_id: int) -> Period | None:
    """Read the newest period of a role that is over. Index: quota_period_history_idx."""
    return await conn.maybe(_last_over, guild=guild_id, role=role_id)


async def move_end(conn: Connection, quota: Quota, end: datetime, now: datetime) -> None:
    """Let the running period end at another time, unless its end has passed. Index: quota_period_running_key."""
    await conn.execute(_move, guild=quota.guild_id, role=quota.role_id, end=end, now=now)


async def due(conn: Connection, now: datetime, skip: Sequence[int]) -> list[Period]:
    """List ten running periods whose end has passed, longest first. Index: quota_period_due_idx."""
    return await conn.all(_due, now=now, skip=list(skip))


async def close(conn: Connection, period_id: int, now: datetime) -> Period | None:
    """Close a period whose end has passed; None when it is closed, or its quota gone. Indexes: the keys."""
    return await conn.maybe(_close, period_id=period_id, now=now)


async def drop_running(conn: Connection, guild_id: int, role_id: int) -> None:
    """Forget the running period of a quota that goes. Index: quota_period_running_key."""
    await conn.execute(_drop_running, guild=guild_id, role=role_id)


async def reported(conn: Connection, period_id: int, message_id: int) -> None:
    """Note the report of a period. Index: the key."""
    await conn.execute(_reported, period_id=period_id, report_id=message_id)


async def past(conn: Connection, guild_id: int, role_id: int) -> list[Past]:
    """List the last periods that are over, newest first. Indexes: quota_period_history_idx, the results' key."""
    return await conn.all(_past, guild=guild_id, role=role_id)


# --- how holders stand -----------------------------------------------------------------------------------------------

_begin, _end = _p("begin", type_=_TIME), _p("end", type_=_TIME)
_earned = (
    sa.select(
        ledger.c.user_id,
        sa.func.sum(ledger.c.quota_points).label("points"),
        sa.func.sum(ledger.c.amount).filter(ledger.c.counts_as == "organised").label("runs"),
    )
    .where(
        ledger.c.guild_id == _p("guild"),
        ledger.c.quota_role_id == _p("role"),
        ledger.c.at >= _begin,
        ledger.c.at < _end,
    )
    .group_by(ledger.c.user_id)
    .subquery("earned")
)
_excuse = quota_excuse.alias("excuse")
_standings = (
    sa.select(
        quota_holder.c.user_id,
        sa.func.coalesce(_earned.c.points, sa.literal(0, SUM)).label("points"),
        sa.func.coalesce(_earned.c.runs, 0).label("runs"),
        _excuse.c.user_id.isnot(None).label("excused"),
    )
    .select_from(
        quota_holder.outerjoin(_earned, _earned.c.user_id == quota_holder.c.user_id).outerjoin(
            _excuse,
            (_excuse.c.guild_id == quota_holder.c.guild_id)
            & (_excuse.c.role_id == quota_holder.c.role_id)
            & (_excuse.c.user_id == quota_holder.c.user_id)
            & (_excuse.c.since < _end)
            & (_excuse.c.until_at > _begin),
        )
    )
    .where(quota_holder.c.guild_id == _p("guild"), quota_holder.c.role_id == _p("role"))
)
_stands = _standings.subquery("stands")
_page = Statement(
    "quota.standings",
    sa.select(*_stands.c)
    .where(
        sa.tuple_(-_stands.c.points, -_stands.c.runs, _stands.c.user_id)
        > sa.tuple_(
            -sa.cast(_p("points"), SUM), -sa.cast(_p("runs"), sa.BigInteger), _p("after_id", type_=sa.BigInteger)
        )
    )
    .order_by(_stands.c.points.desc(), _stands.c.runs.desc(), _stands.c.user_id)
    .limit(_p("at_most", type_=sa.Integer)),
    Standing,
)
_met = _stands.c.points >= _p("required", type_=SUM)
_tally = Statement(
    "quota.tally",
    sa.select(
        sa.func.count().label("members"),
        sa.func.count().filter(_met).label("met"),
        sa.func.count().filter(~_met, _stands.c.excused).label("excused"),
    ).select_from(_stands),
    Tally,
)
_one = Statement(
    "quota.standing",
    _standings.where(quota_holder.c.user_id == _p("holder")),
    Standing,
)
_write_results = Statement(
    "quota.write_results",
    pg.insert(quota_result).from_select(
        ["period_id", "user_id", "points", "runs", "excused"],
        sa.select(_p("period_id", type_=sa.BigInteger), *_stands.c),
    ),
)
_results = Statement(
    "quota.results",
    sa.select(quota_result.c.user_id, quota_result.c.points, quota_result.c.runs, quota_result.c.excused)
    .where(quota_result.c.period_id == _p("period_id"))
    .order_by(quota_result.c.points.desc(), quota_result.c.runs.desc(), quota_result.c.user_id),
    Standing,
)


def _window(period: Period) -> dict[str, object]:
    return {"guild": period.guild_id, "role": period.role_id, "begin": period.starts_at, "end": period.ends_at}


async def standings(conn: Connection, period: Period, after: Rank, at_most: int) -> list[Standing]:
    """List holders of a period's role behind a place, the most points first. Indexes: ledger_quota_idx, the keys."""
    return await conn.all(
        _page,
        **_window(period),
        points=after.points,
        runs=after.runs,
        after_id=after.user_id,
        at_most=at_most,
    )


async def tally(conn: Connection, period: Period, quota: Quota) -> Tally:
    """Count the holders of a period's role. Indexes: ledger_quota_idx, the keys."""
    return await conn.one(_tally, **_window(period), required=quota.required_points)


async def standing(conn: Connection, period: Period, user_id: int) -> Standing | None:
    """Tell how a holder stands; None for who does not hold the role. Indexes: ledger_quota_idx, the keys."""
    return await conn.maybe(_one, **_window(period), holder=user_id)


async def write_results(conn: Connection, period: Period) -> None:
    """Write down how the holders of a period's role stood at its end. Indexes: ledger_quota_idx, the keys."""
    await conn.execute(_write_results, **_window(period), period_id=period.id)


async def results(conn: Connection, period_id: int) -> list[Standing]:
    """List how the holders stood when a period was over, the most points first. Index: the key."""
    return await conn.all(_results, period_id=period_id)


# --- excuses ---------------------------------------------------------------------------------------------------------

_EXCUSE = [quota_excuse.c[field.name] for field in fields(Excuse)]
_mine = (
    (quota_excuse.c.guild_id == _p("guild"))
    & (quota_excuse.c.role_id == _p("role"))
    & (quota_excuse.c.user_id == _p("member"))
)
_new = pg.insert(quota_excuse).values(
    guild_id=_p("guild"),
    role_id=_p("role"),
    user_id=_p("member"),
    since=_p("now", type_=_TIME),
    until_at=_p("end", type_=_TIME),
    reason=_p("why", type_=sa.Text),
    actor_id=_p("actor"),
)
_set_excuse = Statement(
    "quota.excuse",
    _new.on_conflict_do_update(
        index_elements=["guild_id", "role_id", "user_id"],
        set_={
            "since": sa.case(
                (quota_excuse.c.until_at > _new.excluded.since, quota_excuse.c.since), else_=_new.excluded.since
            ),
            **{name: _new.excluded[name] for name in ("until_at", "reason", "actor_id")},
        },
    ).returning(*_EXCUSE),
    Excuse,
)
_drop_excuse = Statement(
    "quota.end_excuse",
    sa.delete(quota_excuse).where(_mine, quota_excuse.c.until_at > _p("now", type_=_TIME)).returning(*_EXCUSE),
    Excuse,
)
_excuses = Statement(
    "quota.excuses",
    sa.select(*_EXCUSE)
    .where(quota_excuse.c.guild_id == _p("guild"), quota_excuse.c.until_at > _p("now", type_=_TIME))
    .order_by(quota_excuse.c.until_at, quota_excuse.c.role_id, quota_excuse.c.user_id)
    .limit(_p("at_most", type_=sa.Integer)),
    Excuse,
)


async def excuse(
    conn: Connection, period: Period, user_id: int, *, until: datetime, reason: str | None, actor_id: int, now: datetime
) -> Excuse:
    """Excuse a holder from now until then; what was excused before and still is goes on. Index: the key."""
    return await conn.one(
        _set_excuse,
        guild=period.guild_id,
        role=period.role_id,
        member=user_id,
        now=now,
        end=until,
        why=reason,
        actor=actor_id,
    )


async def end_excuse(conn: Connection, guild_id: int, role_id: int, user_id: int, now: datetime) -> Excuse | None:
    """Excuse a holder no longer; None when they are not: what is over still counts where it did. Index: the key."""
    return await conn.maybe(_drop_excuse, guild=guild_id, role=role_id, member=user_id, now=now)


async def excuses(conn: Connection, guild_id: int, now: datetime, at_most: int) -> list[Excuse]:
    """List who is excused at present, whose ends first. Index: the key."""
    return await conn.all(_excuses, guild=guild_id, now=now, at_most=at_most)
