"""Statements on rows of the ledger; its totals follow by themselves."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from raidbot.features.quota.models import ALL_TIME, COMPLETION_POINTS, NO_POINTS, Entry, Held, NewEntry
from raidbot.features.quota.tables import POINTS, ledger, ledger_dungeon_total, ledger_total, raider_points
from raidbot.kernel.database import Connection, Statement

_p = sa.bindparam
_NEW = [field.name for field in fields(NewEntry)]
_ENTRY = [ledger.c[field.name] for field in fields(Entry)]
_guild, _dungeon = _p("guild", type_=sa.BigInteger), _p("of_dungeon", type_=sa.Text)

_raiders = (
    sa.func.unnest(_p("user_ids", type_=pg.ARRAY(sa.BigInteger)))
    .table_valued(sa.column("user_id", sa.BigInteger))
    .render_derived("raider")
)
_worth = (
    sa.select(raider_points.c.points)
    .where(raider_points.c.guild_id == _guild, raider_points.c.dungeon == _dungeon)
    .scalar_subquery()
)
_completions = Statement(
    "quota.add_completions",
    pg.insert(ledger)
    .from_select(
        [
            *("guild_id", "user_id", "kind", "counts_as", "amount", "points", "quota_points"),
            *("dungeon", "run_id", "pop", "at"),
        ],
        sa.select(
            _guild,
            _raiders.c.user_id,
            sa.literal_column("'completion'"),
            sa.literal_column("'completion'"),
            sa.literal_column("1"),
            sa.func.coalesce(_worth, sa.literal(COMPLETION_POINTS, POINTS)),
            sa.literal(NO_POINTS, POINTS),
            _dungeon,
            _p("run", type_=sa.BigInteger),
            _p("of_pop", type_=sa.SmallInteger),
            _p("now", type_=sa.TIMESTAMP(timezone=True)),
        ),
    )
    .on_conflict_do_nothing(),
)
_add = Statement(
    "quota.add_entry",
    pg.insert(ledger)
    .values({**{name: _p(name) for name in _NEW}, "at": _p("at")})
    .on_conflict_do_nothing()
    .returning(*_ENTRY),
    Entry,
)
_by_id = Statement(
    "quota.entry", sa.select(*_ENTRY).where(ledger.c.id == _p("entry_id"), ledger.c.guild_id == _p("guild")), Entry
)
_by_source = Statement(
    "quota.entry_of_source",
    sa.select(*_ENTRY).where(ledger.c.guild_id == _p("guild"), ledger.c.source == _p("of_source")),
    Entry,
)
_lock = Statement(
    "quota.lock_member",
    sa.select(
        sa.func.pg_advisory_xact_lock(
            sa.func.hashint8extended(_p("member", type_=sa.BigInteger), _p("guild", type_=sa.BigInteger))
        )
    ),
)

_of_member = (
    (ledger_total.c.guild_id == _p("guild"))
    & (ledger_total.c.user_id == _p("member"))
    & (ledger_total.c.month == sa.literal(ALL_TIME, sa.Date))
)
_held = Statement(
    "quota.held",
    sa.select(
        sa.func.coalesce(sa.func.sum(ledger_total.c.points), sa.literal(NO_POINTS, POINTS)).label("points"),
        sa.func.coalesce(
            sa.func.sum(ledger_total.c.quota_points).filter(
                ledger_total.c.quota_role_id == _p("quota_role", type_=sa.BigInteger)
            ),
            sa.literal(NO_POINTS, POINTS),
        ).label("quota_points"),
        sa.func.coalesce(
            sa.select(ledger_dungeon_total.c.amount)
            .where(
                ledger_dungeon_total.c.guild_id == _p("guild"),
                ledger_dungeon_total.c.user_id == _p("member"),
                ledger_dungeon_total.c.month == sa.literal(ALL_TIME, sa.Date),
                ledger_dungeon_total.c.kind == _p("of_kind"),
                ledger_dungeon_total.c.dungeon == _dungeon,
                ledger_dungeon_total.c.key == sa.func.coalesce(_p("of_key", type_=sa.Text), ""),
            )
            .scalar_subquery(),
            0,
        ).label("amount"),
    ).where(_of_member),
    Held,
)


async def add_completions(
    conn: Connection, *, guild_id: int, run_id: int, pop: int, dungeon: str, user_ids: Sequence[int], now: datetime
) -> None:
    """Note that raiders completed a pop, for what the dungeon is worth at present; who has it already keeps one.

    Indexes: ledger_completion_key, raider_points' key.
    """
    await conn.execute(
        _completions, guild=guild_id, run=run_id, of_pop=pop, of_dungeon=dungeon, user_ids=list(user_ids), now=now
    )


async def add(conn: Connection, new: NewEntry, now: datetime) -> Entry | None:
    """Write a row; None when it is there: of this source, of this pop, or of what it reverses. Indexes: the keys."""
    return await conn.maybe(_add, at=now, **{name: getattr(new, name) for name in _NEW})


async def by_id(conn: Connection, guild_id: int, entry_id: int) -> Entry | None:
    """Read a row. Index: the key."""
    return await conn.maybe(_by_id, guild=guild_id, entry_id=entry_id)


async def by_source(conn: Connection, guild_id: int, source: str) -> Entry | None:
    """Find what was written of a deed. Index: ledger_source_key."""
    return await conn.maybe(_by_source, guild=guild_id, of_source=source)


async def lock(conn: Connection, guild_id: int, user_id: int) -> None:
    """Hold a member's rows until the end of the transaction against everybody who may take something away.

    A lock of its own, not of a total's row: it is there before the first row is, it covers totals of every kind, and
    raids, which only add, need not wait for it.
    """
    await conn.execute(_lock, guild=guild_id, member=user_id)


async def held(conn: Connection, entry: NewEntry) -> Held:
    """Tell what the member of a row has of what the row would change. Indexes: the totals' keys."""
    return await conn.one(
        _held,
        guild=entry.guild_id,
        member=entry.user_id,
        quota_role=entry.quota_role_id,
        of_kind=entry.counts_as,
        of_dungeon=entry.dungeon,
        of_key=entry.key,
    )
