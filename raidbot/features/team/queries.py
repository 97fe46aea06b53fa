"""Statements on promotions and on looks at all members."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from raidbot.features.team.models import NewPromotion, Promotion, Sync
from raidbot.features.team.tables import promotion, team_sync
from raidbot.kernel.database import Connection, Statement

_p = sa.bindparam
_TIME = sa.TIMESTAMP(timezone=True)
_NOW = _p("now", type_=_TIME)
_PROMOTION = [column for column in promotion.c if column.name != "interaction_id"]

# --- promotions --------------------------------------------------------------------------------------------------

_add = Statement(
    "team.add_promotion",
    sa.insert(promotion)
    .values(
        guild_id=_p("guild_id"),
        user_id=_p("user_id"),
        role_key=_p("role_key"),
        role_id=_p("role_id"),
        actor_id=_p("actor_id"),
        interaction_id=_p("interaction_id"),
        made_at=_NOW,
        channel_id=_p("channel_id"),
    )
    .returning(*_PROMOTION),
    Promotion,
)
_by_id = Statement("team.promotion", sa.select(*_PROMOTION).where(promotion.c.id == _p("promotion_id")), Promotion)
_of_interaction = Statement(
    "team.promotion_of_interaction",
    sa.select(*_PROMOTION).where(promotion.c.interaction_id == _p("interaction_id")),
    Promotion,
)
_made_since = Statement(
    "team.promoted_since",
    sa.select(
        sa.exists()
        .where(
            promotion.c.guild_id == _p("guild"),
            promotion.c.user_id == _p("member"),
            promotion.c.made_at > _p("since", type_=_TIME),
            promotion.c.role_id == _p("role"),
        )
        .label("promoted")
    ),
    bool,
)
_announced = Statement(
    "team.promotion_announced",
    sa.update(promotion)
    .where(promotion.c.id == _p("promotion_id"))
    .values(message_id=_p("posted_id", type_=sa.BigInteger)),
)


async def add_promotion(conn: Connection, new: NewPromotion, now: datetime) -> Promotion:
    """Write a promotion; Conflict when its interaction made one before. Index: promotion_interaction_key."""
    return await conn.one(
        _add,
        guild_id=new.guild_id,
        user_id=new.user_id,
        role_key=new.role_key.value,
        role_id=new.role_id,
        actor_id=new.actor_id,
        interaction_id=new.interaction_id,
        channel_id=new.channel_id,
        now=now,
    )


async def promotion_by_id(conn: Connection, promotion_id: int) -> Promotion | None:
    """Read a promotion. Index: the key."""
    return await conn.maybe(_by_id, promotion_id=promotion_id)


async def promotion_of(conn: Connection, interaction_id: int) -> Promotion | None:
    """Read the promotion that an interaction made. Index: promotion_interaction_key."""
    return await conn.maybe(_of_interaction, interaction_id=interaction_id)


async def promoted_since(conn: Connection, guild_id: int, user_id: int, role_id: int, since: datetime) -> bool:
    """Say whether a member was promoted to a role since then. Index: promotion_member_idx."""
    return await conn.one(_made_since, guild=guild_id, member=user_id, role=role_id, since=since)


async def announced(conn: Connection, promotion_id: int, message_id: int) -> None:
    """Note the message that announces a promotion. Index: the key."""
    await conn.execute(_announced, promotion_id=promotion_id, posted_id=message_id)


# --- looks at all members ----------------------------------------------------------------------------------------

_new = pg.insert(team_sync).values(guild_id=_p("guild_id"), asked_at=_NOW)
_ANEW = {"asked_at": _new.excluded.asked_at, "place": 0, "seen": 0, "given": 0, "taken": 0, "done_at": None}
_begin = Statement(
    "team.begin_sync",
    _new.on_conflict_do_update(
        index_elements=["guild_id"], set_=_ANEW, where=team_sync.c.done_at.isnot(None)
    ).returning(team_sync.c.guild_id),
    int,
)
_restart = Statement("team.restart_sync", _new.on_conflict_do_update(index_elements=["guild_id"], set_=_ANEW))
_sync = Statement("team.sync", sa.select(*team_sync.c).where(team_sync.c.guild_id == _p("guild")), Sync)
_advance = Statement(
    "team.advance_sync",
    sa.update(team_sync)
    .where(
        team_sync.c.guild_id == _p("guild"),
        team_sync.c.asked_at == _p("asked", type_=_TIME),
        team_sync.c.place == _p("was_at", type_=sa.BigInteger),
        team_sync.c.done_at.is_(None),
    )
    .values(
        place=_p("now_at", type_=sa.BigInteger),
        seen=team_sync.c.seen + _p("more_seen", type_=sa.Integer),
        given=team_sync.c.given + _p("more_given", type_=sa.Integer),
        taken=team_sync.c.taken + _p("more_taken", type_=sa.Integer),
        done_at=_p("done", type_=_TIME),
    )
    .returning(*team_sync.c),
    Sync,
)


async def begin_sync(conn: Connection, guild_id: int, now: datetime) -> bool:
    """Begin a look at all members; False when one is under way. Index: the key."""
    return await conn.maybe(_begin, guild_id=guild_id, now=now) is not None


async def restart_sync(conn: Connection, guild_id: int, now: datetime) -> None:
    """Begin a look at all members, in place of one that is under way. Index: the key."""
    await conn.execute(_restart, guild_id=guild_id, now=now)


async def sync(conn: Connection, guild_id: int) -> Sync | None:
    """Read the last look at all members. Index: the key."""
    return await conn.maybe(_sync, guild=guild_id)


async def advance_sync(
    conn: Connection, at: Sync, *, place: int, seen: int, given: int, taken: int, done_at: datetime | None
) -> Sync | None:
    """Note a page of a look at all members; None when it was noted before, or begun anew. Index: the key."""
    return await conn.maybe(
        _advance,
        guild=at.guild_id,
        asked=at.asked_at,
        was_at=at.place,
        now_at=place,
        more_seen=seen,
        more_given=given,
        more_taken=taken,
        done=done_at,
    )
