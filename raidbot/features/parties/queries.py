"""Statements on parties. Each change is guarded by the state it may start from."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from raidbot.features.dungeons.api import Opening
from raidbot.features.members.api import Presence
from raidbot.features.parties.models import OPENINGS, RECENT_PARTIES, CloseReason, Moved, NewParty, Party, Place, Seat
from raidbot.features.parties.tables import party, party_member
from raidbot.kernel.database import Connection, Statement

_p = sa.bindparam
_TIME = sa.TIMESTAMP(timezone=True)
_IDS = pg.ARRAY(sa.BigInteger)
_NOW = _p("now", type_=_TIME)
_PARTY = [column for column in party.c if column.name not in {"interaction_id", "warn_at"}]
_this = (party.c.id == _p("party_id")) & (party.c.guild_id == _p("guild"))
_open = party.c.closed_at.is_(None)
_suspension = sa.table("member_suspension", sa.column("guild_id"), sa.column("user_id"), sa.column("suspended_until"))

# --- opening -----------------------------------------------------------------------------------------------------

_add = Statement(
    "parties.open",
    pg.insert(party)
    .values(
        guild_id=_p("guild_id"),
        owner_id=_p("owner_id"),
        owner_name=_p("owner_name"),
        interaction_id=_p("interaction_id"),
        channel_id=_p("channel_id"),
        dungeons=_p("dungeons", type_=pg.ARRAY(sa.Text)),
        name=_p("name"),
        location=_p("location"),
        description=_p("description"),
        size=_p("size"),
        opened_at=_NOW,
        expires_at=_p("until", type_=_TIME),
        warn_at=_p("warning", type_=_TIME),
    )
    .on_conflict_do_nothing()
    .returning(*_PARTY),
    Party,
)
_of_interaction = Statement(
    "parties.of_interaction", sa.select(*_PARTY).where(party.c.interaction_id == _p("interaction_id")), Party
)
_of_owners = Statement(
    "parties.of_owners",
    sa.select(*_PARTY).where(
        party.c.guild_id == _p("guild"), party.c.owner_id == sa.any_(_p("owners", type_=_IDS)), _open
    ),
    Party,
)
_openings = Statement(
    "parties.openings",
    sa.select(party.c.opened_at)
    .where(
        party.c.guild_id == _p("guild"),
        party.c.owner_id == _p("owner"),
        party.c.opened_at > _p("since", type_=_TIME),
    )
    .order_by(party.c.opened_at.desc())
    .limit(OPENINGS + 1),
    datetime,
)
_guilds = (
    sa.func.unnest(_p("guilds", type_=_IDS)).table_valued(sa.column("guild_id", sa.BigInteger)).render_derived("guild")
)
_last = (
    sa.select(party.c.guild_id, party.c.dungeons, party.c.opened_at.label("at"))
    .where(party.c.guild_id == _guilds.c.guild_id)
    .order_by(party.c.opened_at.desc())
    .limit(RECENT_PARTIES)
    .lateral("last")
)
_recent = Statement("parties.recent_dungeons", sa.select(*_last.c).select_from(_guilds.join(_last, sa.true())), Opening)


async def add(
    conn: Connection, new: NewParty, *, now: datetime, until: datetime, warning: datetime | None
) -> Party | None:
    """Write a new party; None when this interaction opened one before, or the owner has one.

    Indexes: party_interaction_key, party_open_key.
    """
    return await conn.maybe(
        _add,
        guild_id=new.guild_id,
        owner_id=new.owner_id,
        owner_name=new.owner_name,
        interaction_id=new.interaction_id,
        channel_id=new.channel_id,
        dungeons=list(new.dungeons),
        name=new.name,
        location=new.location,
        description=new.description,
        size=new.size,
        now=now,
        until=until,
        warning=warning,
    )


async def of_interaction(conn: Connection, interaction_id: int) -> Party | None:
    """Read the party that an interaction opened. Index: party_interaction_key."""
    return await conn.maybe(_of_interaction, interaction_id=interaction_id)


async def of_owners(conn: Connection, guild_id: int, owner_ids: Sequence[int]) -> list[Party]:
    """List the open parties of members, at most one each. Index: party_open_key."""
    return await conn.all(_of_owners, guild=guild_id, owners=list(owner_ids))


async def openings(conn: Connection, guild_id: int, owner_id: int, since: datetime) -> list[datetime]:
    """List when a member opened parties since then, the last four, newest first. Index: party_recent_idx."""
    return await conn.all(_openings, guild=guild_id, owner=owner_id, since=since)


async def recent_dungeons(conn: Connection, guild_ids: Sequence[int]) -> list[Opening]:
    """List the dungeons of the last parties of each of these guilds. Index: party_recent_idx."""
    return await conn.all(_recent, guilds=list(guild_ids))


# --- one party ---------------------------------------------------------------------------------------------------

_by_id = Statement("parties.party", sa.select(*_PARTY).where(party.c.id == _p("party_id")), Party)
_hold = Statement("parties.hold", sa.select(*_PARTY).where(_this).with_for_update(), Party)
_extend = Statement(
    "parties.extend",
    sa.update(party)
    .where(_this, _open, party.c.expires_at == _p("seen", type_=_TIME))
    .values(expires_at=_p("until", type_=_TIME), warn_at=_p("warning", type_=_TIME))
    .returning(*_PARTY),
    Party,
)


def _over(name: str, *allowed: sa.ColumnElement[bool]) -> Statement[Party]:
    return Statement(
        name,
        sa.update(party)
        .where(_this, _open, *allowed)
        .values(closed_at=_NOW, closed_by=_p("by", type_=sa.BigInteger), close_reason=_p("reason"), warn_at=None)
        .returning(*_PARTY),
        Party,
    )


_close = _over("parties.close")
_expire = _over("parties.expire", party.c.expires_at <= _NOW)
_set_thread = Statement(
    "parties.set_thread",
    sa.update(party)
    .where(party.c.id == _p("party_id"), party.c.thread_id.is_(None))
    .values(thread_id=_p("thread", type_=sa.BigInteger))
    .returning(*_PARTY),
    Party,
)
_forget_thread = Statement(
    "parties.forget_thread",
    sa.update(party).where(party.c.thread_id == _p("thread")).values(thread_id=None).returning(*_PARTY),
    Party,
)


async def by_id(conn: Connection, party_id: int) -> Party | None:
    """Read a party. Index: the key."""
    return await conn.maybe(_by_id, party_id=party_id)


async def hold(conn: Connection, guild_id: int, party_id: int) -> Party | None:
    """Read a party and keep everybody else from changing it until the transaction ends. Index: the key."""
    return await conn.maybe(_hold, guild=guild_id, party_id=party_id)


async def extend(
    conn: Connection, guild_id: int, party_id: int, *, seen: datetime, until: datetime, warning: datetime | None
) -> Party | None:
    """Let an open party go on until `until`, if it was to end at `seen`. Index: the key."""
    return await conn.maybe(_extend, guild=guild_id, party_id=party_id, seen=seen, until=until, warning=warning)


async def close(
    conn: Connection, guild_id: int, party_id: int, *, by: int | None, reason: CloseReason, now: datetime
) -> Party | None:
    """Close an open party; None when it is not one. Index: the key."""
    return await conn.maybe(_close, guild=guild_id, party_id=party_id, by=by, reason=reason.value, now=now)


async def expire(conn: Connection, guild_id: int, party_id: int, *, now: datetime) -> Party | None:
    """Close an open party whose time is over; None when it is not one. Index: the key."""
    reason = CloseReason.EXPIRED.value
    return await conn.maybe(_expire, guild=guild_id, party_id=party_id, by=None, reason=reason, now=now)


async def set_thread(conn: Connection, party_id: int, thread_id: int) -> Party | None:
    """Note the thread of a party that has none, open or not; None when it has one. Index: the key."""
    return await conn.maybe(_set_thread, party_id=party_id, thread=thread_id)


async def forget_thread(conn: Connection, thread_id: int) -> Party | None:
    """Forget a thread that is gone; None when it was no party's. Index: party_thread_key."""
    return await conn.maybe(_forget_thread, thread=thread_id)


# --- time --------------------------------------------------------------------------------------------------------


def _some(name: str, *conditions: sa.ColumnElement[bool], by: sa.Column[datetime]) -> Statement[Party]:
    return Statement(
        name,
        sa.select(*_PARTY)
        .where(_open, *conditions, party.c.id != sa.all_(_p("skip", type_=_IDS)))
        .order_by(by)
        .limit(10),
        Party,
    )


_due = _some("parties.due", party.c.expires_at <= _NOW, by=party.c.expires_at)
_to_warn = _some(
    "parties.to_warn",
    party.c.warn_at.isnot(None),
    party.c.warn_at <= _NOW,
    party.c.expires_at > _NOW,
    by=party.c.warn_at,
)
_warned = Statement(
    "parties.warned",
    sa.update(party)
    .where(_this, _open, party.c.warn_at <= _NOW, party.c.expires_at == _p("seen", type_=_TIME))
    .values(warn_at=_p("next_warning", type_=_TIME))
    .returning(*_PARTY),
    Party,
)


async def due(conn: Connection, now: datetime, skip: Sequence[int]) -> list[Party]:
    """List ten parties whose time is over. Index: party_due_idx."""
    return await conn.all(_due, now=now, skip=list(skip))


async def to_warn(conn: Connection, now: datetime, skip: Sequence[int]) -> list[Party]:
    """List ten parties whose end is to be announced. Index: party_warn_idx."""
    return await conn.all(_to_warn, now=now, skip=list(skip))


async def warned(
    conn: Connection, guild_id: int, party_id: int, *, seen: datetime, now: datetime, following: datetime | None
) -> Party | None:
    """Take the warning of a party that ends at `seen`; None when somebody took it or it goes on. Index: the key."""
    return await conn.maybe(_warned, guild=guild_id, party_id=party_id, seen=seen, now=now, next_warning=following)


# --- who is in ---------------------------------------------------------------------------------------------------

_mine = (party_member.c.party_id == _p("party_id")) & (party_member.c.user_id == _p("member"))
_seat = Statement(
    "parties.seat",
    sa.select(
        sa.select(sa.func.count())
        .where(party_member.c.party_id == _p("party_id"), party_member.c.joined)
        .scalar_subquery()
        .label("taken"),
        sa.select(party_member.c.joined).where(_mine).scalar_subquery().label("joined"),
        sa.select(party_member.c.click_id).where(_mine).scalar_subquery().label("click_id"),
        sa.select(_suspension.c.suspended_until)
        .where(_suspension.c.guild_id == _p("guild"), _suspension.c.user_id == _p("member"))
        .scalar_subquery()
        .label("suspended_until"),
    ),
    Seat,
)
_new = pg.insert(party_member).values(
    party_id=_p("party_id"), user_id=_p("member"), joined=_p("is_in"), changed_at=_NOW, click_id=_p("click")
)
_set_seat = Statement(
    "parties.set_seat",
    _new.on_conflict_do_update(
        index_elements=["party_id", "user_id"],
        set_={name: _new.excluded[name] for name in ("joined", "changed_at", "click_id")},
    ),
)
_members = Statement(
    "parties.members",
    sa.select(party_member.c.user_id)
    .where(party_member.c.party_id == _p("party_id"), party_member.c.joined)
    .order_by(party_member.c.changed_at, party_member.c.user_id),
    int,
)
_presences = Statement(
    "parties.presences",
    sa.select(
        party_member.c.user_id,
        sa.literal_column("''", sa.Text).label("key"),
        party_member.c.joined.label("there"),
        party_member.c.changed_at,
    ).where(party_member.c.party_id == _p("party_id")),
    Presence,
)
_place = Statement(
    "parties.place",
    sa.select(party.c.thread_id, party_member.c.joined)
    .join(party_member, party_member.c.party_id == party.c.id)
    .where(party.c.id == _p("party_id"), _open, party.c.thread_id.isnot(None), party_member.c.user_id == _p("member")),
    Place,
)
_open_of_guild = sa.select(party.c.id).where(party.c.guild_id == _p("guild"), _open)
_everybody = Statement(
    "parties.everybody",
    sa.select(party_member.c.user_id)
    .where(party_member.c.party_id.in_(_open_of_guild), party_member.c.joined)
    .distinct(),
    int,
)
_take_off = Statement(
    "parties.take_off",
    sa.update(party_member)
    .where(
        party_member.c.user_id == sa.any_(_p("gone_ids", type_=_IDS)),
        party_member.c.joined,
        party_member.c.party_id.in_(_open_of_guild),
    )
    .values(joined=False, changed_at=_NOW)
    .returning(party_member.c.party_id, party_member.c.user_id),
    Moved,
)


async def seat(conn: Connection, guild_id: int, party_id: int, user_id: int) -> Seat:
    """Read a member's place in a party that is held. Indexes: the keys."""
    return await conn.one(_seat, guild=guild_id, party_id=party_id, member=user_id)


async def set_seat(
    conn: Connection, party_id: int, user_id: int, *, joined: bool, click_id: int, now: datetime
) -> None:
    """Let a member be in a party or not; the party is held. Index: the key."""
    await conn.execute(_set_seat, party_id=party_id, member=user_id, is_in=joined, click=click_id, now=now)


async def members(conn: Connection, party_id: int) -> list[int]:
    """List who is in a party, the first to come first. Index: the key."""
    return await conn.all(_members, party_id=party_id)


async def presences(conn: Connection, party_id: int) -> list[Presence]:
    """List everybody who ever was in a party. Index: the key."""
    return await conn.all(_presences, party_id=party_id)


async def place(conn: Connection, party_id: int, user_id: int) -> Place | None:
    """Tell whether a member belongs into the thread of an open party; None when it has none. Indexes: the keys."""
    return await conn.maybe(_place, party_id=party_id, member=user_id)


async def everybody(conn: Connection, guild_id: int) -> list[int]:
    """List who is in any open party of a guild. Indexes: party_open_key, the key of party_member."""
    return await conn.all(_everybody, guild=guild_id)


async def take_off(conn: Connection, guild_id: int, user_ids: Sequence[int], now: datetime) -> list[Moved]:
    """Take members off every open party of a guild. Indexes: party_open_key, the key of party_member."""
    return await conn.all(_take_off, guild=guild_id, gone_ids=list(user_ids), now=now)
