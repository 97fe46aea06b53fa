"""Statements on pings: what is to be sent is written down first, so that a crash neither loses nor repeats it."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from raidbot.features.raids.models import Ping, PingKind, PingMessage, UnsurePing
from raidbot.features.raids.tables import run_ping, run_ping_message
from raidbot.kernel.database import Connection, Statement

_p = sa.bindparam
_dropped = (
    (run_ping.c.run_id == _p("run_id"))
    & (run_ping.c.id != _p("but"))
    & (run_ping.c.kind == sa.any_(_p("kinds", type_=pg.ARRAY(sa.Text))))
)

_ask = Statement(
    "raids.ask_ping",
    sa.insert(run_ping).values(run_id=_p("run_id"), kind=_p("kind"), asked_at=_p("asked_at")).returning(run_ping.c.id),
    int,
)
_ping = Statement("raids.ping", sa.select(*run_ping.c).where(run_ping.c.id == _p("ping_id")), Ping)
_sent_before = Statement(
    "raids.sent_before",
    sa.select(run_ping_message.c.message_id)
    .join(run_ping, run_ping.c.id == run_ping_message.c.ping_id)
    .where(
        _dropped,
        sa.case(
            (
                run_ping.c.kind == PingKind.MOVED_UP.value,
                run_ping.c.asked_at > _p("since", type_=sa.TIMESTAMP(timezone=True)),
            ),
            else_=run_ping_message.c.part == 0,
        ),
        run_ping_message.c.message_id.isnot(None),
    ),
    int,
)
_unsure = Statement(
    "raids.unsure_pings",
    sa.select(
        run_ping.c.id,
        run_ping.c.asked_at,
        sa.func.array_agg(run_ping_message.c.content).label("contents"),
    )
    .join(run_ping_message, run_ping_message.c.ping_id == run_ping.c.id)
    .where(_dropped, run_ping_message.c.message_id.is_(None))
    .group_by(run_ping.c.id, run_ping.c.asked_at),
    UnsurePing,
)
_forget = Statement("raids.forget_pings", sa.delete(run_ping).where(_dropped))
_plan = Statement(
    "raids.plan_ping",
    pg.insert(run_ping_message)
    .values(
        ping_id=_p("ping_id"),
        part=_p("part"),
        content=_p("content"),
        user_ids=_p("user_ids", type_=pg.ARRAY(sa.BigInteger)),
    )
    .on_conflict_do_nothing(),
)
_held = Statement(
    "raids.hold_ping",
    sa.select(run_ping.c.id).where(run_ping.c.id == _p("ping_id")).with_for_update(read=True, key_share=True),
    int,
)
_messages = Statement(
    "raids.ping_messages",
    sa.select(*run_ping_message.c).where(run_ping_message.c.ping_id == _p("ping_id")).order_by(run_ping_message.c.part),
    PingMessage,
)
_saying = Statement(
    "raids.pings_saying",
    sa.select(*run_ping_message.c)
    .join(run_ping, run_ping.c.id == run_ping_message.c.ping_id)
    .where(
        run_ping.c.run_id == _p("run_id"),
        run_ping_message.c.content == sa.any_(_p("contents", type_=pg.ARRAY(sa.Text))),
    ),
    PingMessage,
)
_sent = Statement(
    "raids.ping_sent",
    sa.update(run_ping_message)
    .where(run_ping_message.c.ping_id == _p("which"), run_ping_message.c.part == _p("which_part"))
    .values(message_id=_p("sent_id", type_=sa.BigInteger))
    .returning(run_ping_message.c.part),
    int,
)


async def ask(conn: Connection, run_id: int, kind: PingKind, now: datetime) -> int:
    """Note that a ping is wanted and return its id."""
    return await conn.one(_ask, run_id=run_id, kind=kind.value, asked_at=now)


async def ping(conn: Connection, ping_id: int) -> Ping | None:
    """Read a ping; None when a later one took its place. Index: the key."""
    return await conn.maybe(_ping, ping_id=ping_id)


async def unsure(conn: Connection, run_id: int, kinds: Collection[PingKind], *, but: int = 0) -> list[UnsurePing]:
    """List the pings of a run with messages that were planned and may have been sent. Index: run_ping_run_idx."""
    return await conn.all(_unsure, run_id=run_id, kinds=[kind.value for kind in kinds], but=but)


async def forget(
    conn: Connection, run_id: int, kinds: Collection[PingKind], *, but: int = 0, since: datetime
) -> list[int]:
    """Forget a run's pings of some kinds, except one, and return the messages that still stand on Discord.

    Those by which raiders were told that they moved up are gone by themselves if they are from before `since`.
    Index: run_ping_run_idx.
    """
    dropped = {"run_id": run_id, "kinds": [kind.value for kind in kinds], "but": but}
    sent: list[int] = await conn.all(_sent_before, **dropped, since=since)
    await conn.execute(_forget, **dropped)
    return sent


async def plan(conn: Connection, ping_id: int, parts: Sequence[tuple[str, Sequence[int]]]) -> None:
    """Write down the messages of a ping: text and the members it mentions, by part; nothing of one that is dropped.

    Needs a transaction. Index: the key.
    """
    if await conn.maybe(_held, ping_id=ping_id) is None:
        return
    rows: list[dict[str, Any]] = [
        {"ping_id": ping_id, "part": part, "content": content, "user_ids": list(user_ids)}
        for part, (content, user_ids) in enumerate(parts)
    ]
    await conn.many(_plan, rows)


async def messages(conn: Connection, ping_id: int) -> list[PingMessage]:
    """List the messages of a ping by part. Index: the key."""
    return await conn.all(_messages, ping_id=ping_id)


async def saying(conn: Connection, run_id: int, contents: Collection[str]) -> list[PingMessage]:
    """List the messages of a run's wanted pings that say one of these texts. Index: run_ping_run_idx."""
    return await conn.all(_saying, run_id=run_id, contents=list(contents))


async def sent(conn: Connection, ping_id: int, part: int, message_id: int) -> bool:
    """Note that a message was sent; False when the ping is not wanted any more. Index: the key."""
    return await conn.maybe(_sent, which=ping_id, which_part=part, sent_id=message_id) is not None
