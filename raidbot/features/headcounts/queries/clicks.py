"""Statements on who is interested and who offers keys. A storm of clicks is a handful of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from raidbot.features.headcounts.models import Click, Offer, Outcome
from raidbot.features.headcounts.queries.headcounts import OPEN
from raidbot.features.headcounts.tables import headcount, headcount_key, headcount_member
from raidbot.features.members.api import Presence
from raidbot.kernel.database import Connection, Statement, Toggle
from raidbot.kernel.owed import touched

_p = sa.bindparam
_IDS = pg.ARRAY(sa.BigInteger)
_NOW = _p("now", type_=sa.TIMESTAMP(timezone=True))
_suspension = sa.table("member_suspension", sa.column("guild_id"), sa.column("user_id"), sa.column("suspended_until"))


@dataclass(frozen=True, slots=True)
class ClickRow:
    """What became of one click, and the version that its topic has now (None: nothing changed)."""

    outcome: Outcome
    topic: str | None
    version: int | None


def _target(clicks: sa.CTE) -> sa.Select[Any]:
    # The lock puts each click before or after a concurrent end, never between. It is not a share lock: two statements
    # that share a row and then both want to note the touch would wait for each other.
    return (
        sa.select(headcount.c.id, headcount.c.guild_id)
        .where(headcount.c.id.in_(sa.select(clicks.c.headcount_id)), OPEN)
        .order_by(headcount.c.id)
        .with_for_update(key_share=True)
    )


def _topic(headcount_id: Any) -> Any:
    return sa.literal("headcount:", sa.Text).concat(sa.cast(headcount_id, sa.Text))


def _toggling(name: str, toggle: Toggle, *, on: Outcome, off: Outcome) -> Statement[ClickRow]:
    turned = toggle.turned.c.headcount_id
    noted = sa.update(headcount).where(headcount.c.id.in_(sa.select(turned))).values(touched_at=_NOW)
    raised = touched(sa.select(_topic(turned)))
    return Statement(
        name,
        sa.select(toggle.outcome(on=on.value, off=off.value), raised.c.topic, raised.c.version)
        .select_from(toggle.found.outerjoin(raised, raised.c.topic == _topic(toggle.verdict.c.headcount_id)))
        .order_by(toggle.verdict.c.ord)
        .add_cte(noted.cte("noted")),
        ClickRow,
    )


joining = Toggle(headcount_member, "joined", target=_target, suspension=_suspension)
offering = Toggle(headcount_key, "offered", target=_target, suspension=_suspension)
_join = _toggling("headcounts.join", joining, on=Outcome.JOINED, off=Outcome.LEFT)
_offer = _toggling("headcounts.offer", offering, on=Outcome.KEY_ADDED, off=Outcome.KEY_REMOVED)


async def join(conn: Connection, clicks: Sequence[Click], now: datetime) -> list[ClickRow]:
    """Let raiders be interested, or no more: one row a click, in order. Indexes: the keys.

    No two clicks may be of one raider and headcount.
    """
    return await conn.all(_join, now=now, clicks=joining.records(clicks))


async def offer(conn: Connection, clicks: Sequence[Click], now: datetime) -> list[ClickRow]:
    """Offer keys, or take the offers back: one row a click, in order. Indexes: the keys.

    No two clicks may be of one raider, headcount and key.
    """
    return await conn.all(_offer, now=now, clicks=offering.records(clicks))


# --- who is in ---------------------------------------------------------------------------------------------------

_add = Statement(
    "headcounts.add_member",
    sa.insert(headcount_member).values(
        headcount_id=_p("headcount_id"), user_id=_p("member"), joined=True, changed_at=_NOW, click_id=_p("click")
    ),
)
_members = Statement(
    "headcounts.members",
    sa.select(headcount_member.c.user_id)
    .where(headcount_member.c.headcount_id == _p("headcount_id"), headcount_member.c.joined)
    .order_by(headcount_member.c.changed_at, headcount_member.c.user_id),
    int,
)
_offers = Statement(
    "headcounts.offers",
    sa.select(headcount_key.c.dungeon, headcount_key.c.key, headcount_key.c.user_id).where(
        headcount_key.c.headcount_id == _p("headcount_id"), headcount_key.c.offered
    ),
    Offer,
)
_open_of_guild = sa.select(headcount.c.id).where(headcount.c.guild_id == _p("guild"), OPEN)
_everybody = Statement(
    "headcounts.everybody",
    sa.select(headcount_member.c.user_id)
    .where(headcount_member.c.headcount_id.in_(_open_of_guild), headcount_member.c.joined)
    .union(
        sa.select(headcount_key.c.user_id).where(
            headcount_key.c.headcount_id.in_(_open_of_guild), headcount_key.c.offered
        )
    ),
    int,
)


def _taking(name: str, table: sa.Table, flag: str) -> Statement[int]:
    return Statement(
        name,
        sa.update(table)
        .where(
            table.c.user_id == sa.any_(_p("gone_ids", type_=_IDS)),
            table.c[flag],
            table.c.headcount_id.in_(_open_of_guild),
        )
        .values({flag: False, "changed_at": _NOW})
        .returning(table.c.headcount_id),
        int,
    )


_take_off = _taking("headcounts.take_off", headcount_member, "joined")
_take_keys = _taking("headcounts.take_keys", headcount_key, "offered")
_presences = Statement(
    "headcounts.presences",
    sa.select(
        headcount_member.c.user_id,
        sa.literal_column("''", sa.Text).label("key"),
        headcount_member.c.joined.label("there"),
        headcount_member.c.changed_at,
    )
    .where(headcount_member.c.headcount_id == _p("headcount_id"))
    .union_all(
        sa.select(
            headcount_key.c.user_id,
            headcount_key.c.dungeon.concat(":").concat(headcount_key.c.key),
            headcount_key.c.offered,
            headcount_key.c.changed_at,
        ).where(headcount_key.c.headcount_id == _p("headcount_id"))
    ),
    Presence,
)


async def add(conn: Connection, headcount_id: int, user_id: int, click_id: int, now: datetime) -> None:
    """Let a member be interested in a headcount that was just opened."""
    await conn.execute(_add, headcount_id=headcount_id, member=user_id, click=click_id, now=now)


async def members(conn: Connection, headcount_id: int) -> list[int]:
    """List who is interested, the first to come first. Index: the key."""
    return await conn.all(_members, headcount_id=headcount_id)


async def offers(conn: Connection, headcount_id: int) -> list[Offer]:
    """List the keys that are offered. Index: the key."""
    return await conn.all(_offers, headcount_id=headcount_id)


async def presences(conn: Connection, headcount_id: int) -> list[Presence]:
    """List everybody who ever was interested or offered a key, which is named "DUNGEON:KEY". Indexes: the keys."""
    return await conn.all(_presences, headcount_id=headcount_id)


async def everybody(conn: Connection, guild_id: int) -> list[int]:
    """List who is in an open headcount of a guild or offers a key. Indexes: headcount_open_idx, the keys."""
    return await conn.all(_everybody, guild=guild_id)


async def take_off(conn: Connection, guild_id: int, user_ids: Sequence[int], now: datetime) -> set[int]:
    """Take members, and their keys, off every open headcount of a guild; return those that changed.

    Indexes: headcount_open_idx, the keys.
    """
    gone = {"guild": guild_id, "gone_ids": list(user_ids), "now": now}
    return {*await conn.all(_take_off, **gone), *await conn.all(_take_keys, **gone)}
