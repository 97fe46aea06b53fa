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
from raidbot.features.members.api import Presence, Standing
from raidbot.kernel.database import Connection, Statement, records
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


_clicks = sa.select(
    records(
        "clicks",
        (
            sa.column("ord", sa.Integer),
            sa.column("click_id", sa.BigInteger),
            sa.column("headcount_id", sa.BigInteger),
            sa.column("guild_id", sa.BigInteger),
            sa.column("user_id", sa.BigInteger),
            sa.column("standing", sa.Text),
            sa.column("dungeon", sa.Text),
            sa.column("key", sa.Text),
        ),
        alias="u",
    )
).cte("click")
# The lock puts each click before or after a concurrent end, never between. It is not a share lock: two statements that
# share a row and then both want to note the touch would wait for each other.
_target = (
    sa.select(headcount.c.id, headcount.c.guild_id)
    .where(headcount.c.id.in_(sa.select(_clicks.c.headcount_id)), OPEN)
    .order_by(headcount.c.id)
    .with_for_update(key_share=True)
    .cte("target")
)
# One look by the key for each click: an EXISTS may be planned as a hash of all suspended members.
_until = (
    sa.select(_suspension.c.suspended_until)
    .where(_suspension.c.guild_id == _clicks.c.guild_id, _suspension.c.user_id == _clicks.c.user_id)
    .scalar_subquery()
)
_suspended = (_clicks.c.standing == Standing.SUSPENDED.value) | sa.func.coalesce(_until > _NOW, sa.false())
_verdict = (
    sa.select(
        *_clicks.c,
        sa.case(
            (_target.c.id.is_(None), Outcome.OVER.value),
            (_suspended, Outcome.SUSPENDED.value),
            (_clicks.c.standing == Standing.UNVERIFIED.value, Outcome.UNVERIFIED.value),
        ).label("refusal"),
    )
    .select_from(_clicks)
    .outerjoin(_target, (_target.c.id == _clicks.c.headcount_id) & (_target.c.guild_id == _clicks.c.guild_id))
    .cte("verdict")
)
# Of a bare IS NULL the planner believes that it lets one row in 200 through, and joins the clicks pair by pair.
_accepted = sa.func.coalesce(_verdict.c.refusal.is_(None), sa.false())


def _topic(headcount_id: Any) -> Any:
    return sa.literal("headcount:", sa.Text).concat(sa.cast(headcount_id, sa.Text))


def _toggling(name: str, table: sa.Table, flag: str, *, on: Outcome, off: Outcome) -> Statement[ClickRow]:
    """Build the statement that turns the flag of each click's row, one that is new being on."""
    own = [column.name for column in table.primary_key.columns]
    new = pg.insert(table).from_select(
        [*own, flag, "changed_at", "click_id"],
        sa.select(*(_verdict.c[column] for column in own), sa.true(), _NOW, _verdict.c.click_id).where(_accepted),
    )
    turned = (
        new.on_conflict_do_update(
            index_elements=own,
            set_={
                flag: ~table.c[flag],
                "changed_at": new.excluded.changed_at,
                "click_id": new.excluded.click_id,
            },
            where=table.c.click_id != new.excluded.click_id,
        )
        .returning(*(table.c[column] for column in own), table.c[flag])
        .cte("turned")
    )
    noted = sa.update(headcount).where(headcount.c.id.in_(sa.select(turned.c.headcount_id))).values(touched_at=_NOW)
    raised = touched(sa.select(_topic(turned.c.headcount_id)))
    return Statement(
        name,
        sa.select(
            sa.case(
                (_verdict.c.refusal.isnot(None), _verdict.c.refusal),
                (sa.func.coalesce(turned.c[flag], table.c[flag]), on.value),
                else_=off.value,
            ).label("outcome"),
            raised.c.topic,
            raised.c.version,
        )
        .select_from(_verdict)
        .outerjoin(turned, sa.and_(*(turned.c[column] == _verdict.c[column] for column in own)))
        .outerjoin(table, sa.and_(*(table.c[column] == _verdict.c[column] for column in own)))
        .outerjoin(raised, raised.c.topic == _topic(_verdict.c.headcount_id))
        .order_by(_verdict.c.ord)
        .add_cte(noted.cte("noted")),
        ClickRow,
    )


_join = _toggling("headcounts.join", headcount_member, "joined", on=Outcome.JOINED, off=Outcome.LEFT)
_offer = _toggling("headcounts.offer", headcount_key, "offered", on=Outcome.KEY_ADDED, off=Outcome.KEY_REMOVED)


async def join(conn: Connection, clicks: Sequence[Click], now: datetime) -> list[ClickRow]:
    """Let raiders be interested, or no more: one row a click, in order. Indexes: the keys.

    No two clicks may be of one raider and headcount.
    """
    return await conn.all(_join, now=now, clicks=_records(clicks))


async def offer(conn: Connection, clicks: Sequence[Click], now: datetime) -> list[ClickRow]:
    """Offer keys, or take the offers back: one row a click, in order. Indexes: the keys.

    No two clicks may be of one raider, headcount and key.
    """
    return await conn.all(_offer, now=now, clicks=_records(clicks))


def _records(clicks: Sequence[Click]) -> list[dict[str, Any]]:
    return [
        {
            "ord": number,
            "click_id": click.id,
            "headcount_id": click.headcount_id,
            "guild_id": click.guild_id,
            "user_id": click.user_id,
            "standing": click.standing.value,
            "dungeon": click.dungeon,
            "key": click.key,
        }
        for number, click in enumerate(clicks)
    ]


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
