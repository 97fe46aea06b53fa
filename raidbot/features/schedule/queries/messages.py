"""Statements on what is said of planned runs: written down first, so that a crash neither loses nor repeats it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from raidbot.features.schedule.models import MessageKind, PlanMessage
from raidbot.features.schedule.tables import planned_run_message
from raidbot.kernel.database import Connection, Statement

_p = sa.bindparam
_IDS = pg.ARRAY(sa.BigInteger)
_NOW = _p("now", type_=sa.TIMESTAMP(timezone=True))
_of_kind = (planned_run_message.c.plan_id == _p("plan")) & (planned_run_message.c.kind == _p("of_kind"))
_messages = Statement(
    "schedule.messages",
    sa.select(
        planned_run_message.c.part,
        planned_run_message.c.content,
        planned_run_message.c.user_ids,
        planned_run_message.c.written_at,
        planned_run_message.c.message_id,
    )
    .where(_of_kind)
    .order_by(planned_run_message.c.part),
    PlanMessage,
)
_write = Statement(
    "schedule.write_message",
    pg.insert(planned_run_message)
    .values(
        plan_id=_p("plan"),
        kind=_p("of_kind"),
        part=_p("part"),
        content=_p("content"),
        user_ids=_p("user_ids", type_=_IDS),
        written_at=_NOW,
    )
    .on_conflict_do_nothing(),
)
_sent = Statement(
    "schedule.message_sent",
    sa.update(planned_run_message)
    .where(_of_kind, planned_run_message.c.part == _p("which_part"))
    .values(message_id=_p("sent_id", type_=sa.BigInteger)),
)


async def of_kind(conn: Connection, plan_id: int, kind: MessageKind) -> list[PlanMessage]:
    """List the messages of one kind by part. Index: the key."""
    return await conn.all(_messages, plan=plan_id, of_kind=kind.value)


async def write(
    conn: Connection, plan_id: int, kind: MessageKind, parts: Sequence[tuple[str, Sequence[int]]], now: datetime
) -> None:
    """Write down messages, text and the members each mentions; those that are there stay. Index: the key."""
    rows: list[dict[str, Any]] = [
        {
            "plan": plan_id,
            "of_kind": kind.value,
            "part": part,
            "content": content,
            "user_ids": list(user_ids),
            "now": now,
        }
        for part, (content, user_ids) in enumerate(parts)
    ]
    await conn.many(_write, rows)


async def sent(conn: Connection, plan_id: int, kind: MessageKind, part: int, message_id: int) -> None:
    """Note that a message stands in the channel. Index: the key."""
    await conn.execute(_sent, plan=plan_id, of_kind=kind.value, which_part=part, sent_id=message_id)
