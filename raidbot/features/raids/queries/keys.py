"""Statements on what raiders promise: confirming a key, backing out of it, and seeing the place for it."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from raidbot.features.raids.models import KeyHolder, KeyTakenBack
from raidbot.features.raids.queries.clicks import ACTIVE
from raidbot.features.raids.tables import run, run_key, run_raider
from raidbot.kernel.database import Connection, Statement

_p = sa.bindparam
_NOW = _p("now", type_=sa.TIMESTAMP(timezone=True))
_of_run = (run_key.c.run_id == _p("of_run")) & (run_key.c.source == sa.literal_column("'run'"))

_confirm = Statement(
    "raids.confirm_key",
    sa.update(run_key)
    .where(
        _of_run,
        run_key.c.key == _p("which"),
        run_key.c.user_id == _p("member"),
        run_key.c.offered,
        run_key.c.confirmed_at.is_(None),
    )
    .values(confirmed_at=_NOW)
    .returning(run_key.c.key),
    str,
)
_back_out = Statement(
    "raids.back_out",
    sa.update(run_key)
    .where(
        _of_run,
        sa.func.coalesce(run_key.c.key == _p("which", type_=sa.Text), sa.true()),
        run_key.c.user_id == _p("member"),
        run_key.c.offered,
        run.c.id == run_key.c.run_id,
        run.c.guild_id == _p("guild"),
        ACTIVE,
    )
    .values(
        offered=False,
        confirmed_at=None,
        backed_out_at=sa.case((run_key.c.confirmed_at.isnot(None), _NOW)),
        changed_at=_NOW,
    )
    .returning(
        run_key.c.run_id, run_key.c.key, run_key.c.user_id, run_key.c.backed_out_at.isnot(None).label("confirmed")
    ),
    KeyTakenBack,
)
_confirmed = Statement(
    "raids.key_holders",
    sa.select(run_key.c.user_id, run_key.c.key, run_key.c.confirmed_at)
    .where(_of_run, run_key.c.confirmed_at.isnot(None))
    .order_by(run_key.c.confirmed_at, run_key.c.user_id),
    KeyHolder,
)
_holds_one = sa.exists().where(_of_run, run_key.c.user_id == _p("member"), run_key.c.confirmed_at.isnot(None))
_show = Statement(
    "raids.show_place",
    pg.insert(run_raider)
    .from_select(
        ["run_id", "user_id", "joined", "changed_at", "click_id", "sees_place"],
        sa.select(
            _p("of_run", type_=sa.BigInteger),
            _p("member", type_=sa.BigInteger),
            sa.false(),
            _NOW,
            sa.literal_column("0"),
            sa.true(),
        ).where(_holds_one),
    )
    .on_conflict_do_update(index_elements=["run_id", "user_id"], set_={"sees_place": True}),
)
_hide = Statement(
    "raids.hide_place",
    sa.update(run_raider)
    .where(
        run_raider.c.run_id == _p("of_run"),
        run_raider.c.user_id == _p("member"),
        run_raider.c.sees_place,
        ~_holds_one,
    )
    .values(sees_place=False),
)


async def confirm(conn: Connection, run_id: int, key: str, user_id: int, now: datetime) -> bool:
    """Note that a raider will bring a key they offer; False when they confirmed it before, or do not offer it.

    Index: the key.
    """
    return await conn.maybe(_confirm, of_run=run_id, which=key, member=user_id, now=now) is not None


async def back_out(
    conn: Connection, guild_id: int, run_id: int, key: str | None, user_id: int, now: datetime
) -> list[KeyTakenBack]:
    """Take a raider's offer of a key, None: of every key, for an active run back; return what was. Index: the key."""
    return await conn.all(_back_out, guild=guild_id, of_run=run_id, which=key, member=user_id, now=now)


async def confirmed(conn: Connection, run_id: int) -> list[KeyHolder]:
    """List who confirmed a key of a run, in the order in which they did. Index: the key."""
    return await conn.all(_confirmed, of_run=run_id)


async def show_place(conn: Connection, run_id: int, user_id: int, now: datetime) -> None:
    """Have answers to a raider who confirmed a key tell the place before the start. Index: the keys."""
    await conn.execute(_show, of_run=run_id, member=user_id, now=now)


async def hide_place(conn: Connection, run_id: int, user_id: int) -> None:
    """Take that back from a raider who has no confirmed key any more. Index: the keys."""
    await conn.execute(_hide, of_run=run_id, member=user_id)
