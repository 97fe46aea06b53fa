"""Statements on what runs call for. Answers come in storms: one statement takes many."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from raidbot.features.raids.models import WANTED_MAX, Outcome, RequestClick, RunRequest
from raidbot.features.raids.queries.clicks import ACTIVE, suspension, topic
from raidbot.features.raids.tables import run, run_request, run_request_answer
from raidbot.kernel.database import Connection, Statement, Toggle
from raidbot.kernel.owed import touched

_p = sa.bindparam
_IDS = pg.ARRAY(sa.BigInteger)
_NOW = _p("now", type_=sa.TIMESTAMP(timezone=True))
_open = run_request.c.closed_at.is_(None)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it stands after it was asked for; one that is wanted once is new."""

    id: int
    wanted: int


@dataclass(frozen=True, slots=True)
class Touched:
    """A request, and its run, that changed."""

    id: int
    run_id: int


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """What became of one press, and the versions that its topics have now (None: nothing changed)."""

    outcome: Outcome
    request_id: int
    request_version: int | None
    run_id: int | None
    run_version: int | None


# --- organizers --------------------------------------------------------------------------------------------------

_new = pg.insert(run_request).values(run_id=_p("run_id"), what=_p("what"), asked_at=_NOW, click_id=_p("click"))
_ask = Statement(
    "raids.ask_request",
    _new.on_conflict_do_update(
        index_elements=["run_id", "what"],
        index_where=_open,
        set_={"wanted": sa.func.least(run_request.c.wanted + 1, WANTED_MAX), "click_id": _new.excluded.click_id},
        where=run_request.c.click_id != _new.excluded.click_id,
    ).returning(run_request.c.id, run_request.c.wanted),
    Asked,
)
_offers = (
    sa.select(sa.func.array_agg(pg.aggregate_order_by(run_request_answer.c.user_id, run_request_answer.c.changed_at)))
    .where(run_request_answer.c.request_id == run_request.c.id, run_request_answer.c.offered)
    .scalar_subquery()
)
_view = sa.select(
    run_request.c.id,
    run_request.c.run_id,
    run.c.guild_id,
    run.c.organizer_id,
    run.c.channel_id,
    run.c.dungeon,
    run.c.role_id,
    run_request.c.what,
    run_request.c.wanted,
    _open.label("open"),
    sa.func.coalesce(_offers, sa.cast(sa.literal_column("'{}'"), _IDS)).label("offers"),
).join(run, run.c.id == run_request.c.run_id)
_by_id = Statement("raids.request", _view.where(run_request.c.id == _p("request_id")), RunRequest)
_of_run = Statement(
    "raids.requests", _view.where(run_request.c.run_id == _p("run_id"), _open).order_by(run_request.c.id), RunRequest
)
_close = Statement(
    "raids.close_request",
    sa.update(run_request)
    .where(run_request.c.id == _p("request_id"), run_request.c.run_id == _p("of_run"), _open)
    .values(closed_at=_NOW)
    .returning(run_request.c.what),
    str,
)
_close_all = Statement(
    "raids.close_requests",
    sa.update(run_request)
    .where(run_request.c.run_id == _p("of_run"), _open)
    .values(closed_at=_NOW)
    .returning(run_request.c.id),
    int,
)


async def ask(conn: Connection, run_id: int, what: str, click_id: int, now: datetime) -> Asked | None:
    """Call for something, or for one more of what is called for; None when this click did. Index: run_request_open_key.

    The run is held.
    """
    return await conn.maybe(_ask, run_id=run_id, what=what, click=click_id, now=now)


async def by_id(conn: Connection, request_id: int) -> RunRequest | None:
    """Read a request with its answers. Indexes: the keys."""
    return await conn.maybe(_by_id, request_id=request_id)


async def of_run(conn: Connection, run_id: int) -> list[RunRequest]:
    """List what a run calls for, the oldest first. Indexes: run_request_open_key, the keys."""
    return await conn.all(_of_run, run_id=run_id)


async def close(conn: Connection, run_id: int, request_id: int, now: datetime) -> str | None:
    """Close an open request and return what it was for; None when it is not open. Index: the key."""
    return await conn.maybe(_close, request_id=request_id, of_run=run_id, now=now)


async def close_all(conn: Connection, run_id: int, now: datetime) -> list[int]:
    """Close what a run still calls for and list the requests. Index: run_request_open_key."""
    return await conn.all(_close_all, of_run=run_id, now=now)


# --- raiders -----------------------------------------------------------------------------------------------------


def _target(clicks: sa.CTE) -> sa.Select[Any]:
    # The share lock puts each answer before or after a concurrent closing, never between.
    return (
        sa.select(run_request.c.id, run_request.c.run_id, run.c.guild_id)
        .join(run, run.c.id == run_request.c.run_id)
        .where(run_request.c.id.in_(sa.select(clicks.c.request_id)), _open)
        .order_by(run_request.c.id)
        .with_for_update(read=True, of=run_request)
    )


def _request_topic(request_id: Any) -> Any:
    return sa.literal("request:", sa.Text).concat(sa.cast(request_id, sa.Text))


_offered = Toggle(run_request_answer, "offered", target=_target, suspension=suspension)
_touched = touched(
    sa.select(sa.func.unnest(pg.array([_request_topic(_offered.target.c.id), topic(_offered.target.c.run_id)])))
    .select_from(_offered.turned)
    .join(_offered.target, _offered.target.c.id == _offered.turned.c.request_id)
)
_of_request, _of_its_run = _touched.alias("of_request"), _touched.alias("of_its_run")
_answer = Statement(
    "raids.answer_requests",
    sa.select(
        _offered.outcome(on=Outcome.OFFERED.value, off=Outcome.WITHDRAWN.value),
        _offered.verdict.c.request_id,
        _of_request.c.version.label("request_version"),
        _offered.verdict.c.run_id,
        _of_its_run.c.version.label("run_version"),
    )
    .select_from(_offered.found)
    .outerjoin(_of_request, _of_request.c.topic == _request_topic(_offered.verdict.c.request_id))
    .outerjoin(_of_its_run, _of_its_run.c.topic == topic(_offered.verdict.c.run_id))
    .order_by(_offered.verdict.c.ord),
    AnswerRow,
)
_open_of_guild = (
    sa.select(run_request.c.id)
    .join(run, run.c.id == run_request.c.run_id)
    .where(run.c.guild_id == _p("guild_id"), ACTIVE, _open)
)
_taken = (
    sa.delete(run_request_answer)
    .where(
        run_request_answer.c.user_id == sa.any_(_p("gone_ids", type_=_IDS)),
        run_request_answer.c.request_id.in_(_open_of_guild),
    )
    .returning(run_request_answer.c.request_id)
    .cte("taken")
)
_take_answers = Statement(
    "raids.take_answers",
    sa.select(run_request.c.id, run_request.c.run_id).where(run_request.c.id.in_(sa.select(_taken.c.request_id))),
    Touched,
)


async def answer(conn: Connection, clicks: Sequence[RequestClick], now: datetime) -> list[AnswerRow]:
    """Note who has what is called for, or has not any more: one row a click, in order. Indexes: the keys.

    No two clicks may be of one member and request.
    """
    return await conn.all(_answer, clicks=_offered.records(clicks), now=now)


async def take_answers(conn: Connection, guild_id: int, user_ids: Sequence[int]) -> list[Touched]:
    """Take back what members offered on open requests of a guild, and list those.

    Indexes: run_active_idx, run_request_open_key, the keys.
    """
    return await conn.all(_take_answers, guild_id=guild_id, gone_ids=list(user_ids))
