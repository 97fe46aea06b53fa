"""Statements on what organizers choose before there is a headcount."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from raidbot.features.headcounts.models import Draft
from raidbot.features.headcounts.tables import headcount_draft
from raidbot.kernel.database import Connection, Statement

_p = sa.bindparam
_TEXTS = pg.ARRAY(sa.Text)
_DRAFT = [column for column in headcount_draft.c if column.name != "begun_at"]
_own = (
    (headcount_draft.c.interaction_id == _p("draft"))
    & (headcount_draft.c.guild_id == _p("guild"))
    & (headcount_draft.c.user_id == _p("member"))
)

_begin = Statement(
    "headcounts.begin",
    pg.insert(headcount_draft)
    .values(
        interaction_id=_p("interaction_id"),
        guild_id=_p("guild_id"),
        user_id=_p("user_id"),
        channel_id=_p("channel_id"),
        begun_at=_p("now"),
    )
    .on_conflict_do_nothing(constraint="headcount_draft_pkey"),
)
_before = sa.func.unnest(headcount_draft.c.dungeons).table_valued(sa.column("code", sa.Text)).render_derived("before")
_kept = (
    sa.select(_before.c.code)
    .where(_before.c.code != sa.all_(_p("offered", type_=_TEXTS)))
    .correlate(headcount_draft)
    .scalar_subquery()
)
_choose = Statement(
    "headcounts.choose",
    sa.update(headcount_draft)
    .where(_own)
    .values(dungeons=sa.func.array(_kept, type_=_TEXTS) + _p("chosen", type_=_TEXTS))
    .returning(*_DRAFT),
    Draft,
)
_take = Statement("headcounts.take_draft", sa.delete(headcount_draft).where(_own).returning(*_DRAFT), Draft)
_old = Statement(
    "headcounts.old_drafts",
    sa.select(headcount_draft.c.interaction_id)
    .where(
        headcount_draft.c.begun_at <= _p("moment", type_=sa.TIMESTAMP(timezone=True)),
        headcount_draft.c.interaction_id != sa.all_(_p("skip", type_=pg.ARRAY(sa.BigInteger))),
    )
    .order_by(headcount_draft.c.begun_at)
    .limit(10),
    int,
)
_forget = Statement(
    "headcounts.forget_draft", sa.delete(headcount_draft).where(headcount_draft.c.interaction_id == _p("draft"))
)


async def begin(conn: Connection, draft: Draft, now: datetime) -> None:
    """Write an empty draft; one that this interaction began before stays. Index: the key."""
    await conn.execute(
        _begin,
        interaction_id=draft.interaction_id,
        guild_id=draft.guild_id,
        user_id=draft.user_id,
        channel_id=draft.channel_id,
        now=now,
    )


async def choose(
    conn: Connection, guild_id: int, user_id: int, draft_id: int, *, offered: Sequence[str], picked: Sequence[str]
) -> Draft | None:
    """Have a member's draft hold `picked` of what a select `offered`; None when it was forgotten. Index: the key."""
    return await conn.maybe(
        _choose, guild=guild_id, member=user_id, draft=draft_id, offered=list(offered), chosen=list(picked)
    )


async def take(conn: Connection, guild_id: int, user_id: int, draft_id: int) -> Draft | None:
    """Forget a member's draft and return it; None when it was forgotten before. Index: the key."""
    return await conn.maybe(_take, guild=guild_id, member=user_id, draft=draft_id)


async def old(conn: Connection, moment: datetime, skip: Sequence[int]) -> list[int]:
    """List ten drafts begun at or before a moment, oldest first. Index: headcount_draft_begun_idx."""
    return await conn.all(_old, moment=moment, skip=list(skip))


async def forget(conn: Connection, draft_id: int) -> None:
    """Forget a draft. Index: the key."""
    await conn.execute(_forget, draft=draft_id)
