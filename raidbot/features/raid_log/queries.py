"""Statements on the raid log. Only the job writes pages, one log at a time; whoever notes something adds an entry."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from raidbot.features.raid_log.models import ENTRIES, Entry, Log, Note, Page, Waiting
from raidbot.features.raid_log.tables import entry, thread
from raidbot.kernel.database import Connection, Statement

_p = sa.bindparam
_TIME = sa.TIMESTAMP(timezone=True)
_NOW = _p("now", type_=_TIME)
_LOG = [thread.c[name] for name in Log.__slots__]
_this = thread.c.topic == _p("which")

# --- what is noted -----------------------------------------------------------------------------------------------

_new = pg.insert(thread).values(
    topic=_p("topic"),
    guild_id=_p("guild_id"),
    channel_id=_p("channel_id"),
    dungeons=_p("dungeons", type_=pg.ARRAY(sa.Text)),
    organizer_id=_p("organizer_id"),
    organizer_name=_p("organizer_name"),
    opened_at=_NOW,
    closed_at=_p("closed_at", type_=_TIME),
    closed_as=_p("closed_as", type_=sa.Text),
    next_at=_NOW,
)
# The row's lock numbers the entries in the order of their commits.
_numbered = (
    _new.on_conflict_do_update(
        constraint="raid_log_thread_pkey",
        set_={
            "noted": thread.c.noted + 1,
            "organizer_id": _new.excluded.organizer_id,
            "organizer_name": _new.excluded.organizer_name,
            "closed_at": sa.func.coalesce(thread.c.closed_at, _new.excluded.closed_at),
            "closed_as": sa.func.coalesce(thread.c.closed_as, _new.excluded.closed_as),
            "settled_at": None,
        },
        where=~thread.c.given_up,
    )
    .returning(thread.c.topic, thread.c.noted)
    .cte("numbered")
)
_note = Statement(
    "raid_log.note",
    sa.insert(entry).from_select(
        ["topic", "number", "at", "action", "actor_id", "detail"],
        sa.select(
            _numbered.c.topic,
            _numbered.c.noted,
            _NOW,
            _p("action", type_=sa.Text),
            _p("actor_id", type_=sa.BigInteger),
            _p("detail", type_=pg.JSONB),
        ),
    ),
)


async def note(conn: Connection, noted: Note, channel_id: int, *, closes: bool) -> None:
    """Add an entry to a log, which is begun in a channel if there is none; nothing to one that was given up.

    Index: the key.
    """
    await conn.execute(
        _note,
        topic=noted.topic,
        guild_id=noted.guild_id,
        channel_id=channel_id,
        dungeons=list(noted.dungeons),
        organizer_id=noted.organizer_id,
        organizer_name=noted.organizer_name,
        closed_at=noted.at if closes else None,
        closed_as=noted.action if closes else None,
        action=noted.action,
        actor_id=noted.actor_id,
        detail=dict(noted.detail),
        now=noted.at,
    )


# --- what is to be written -----------------------------------------------------------------------------------------

_waiting = Statement(
    "raid_log.waiting",
    sa.select(
        thread.c.topic,
        thread.c.seen_version,
        ((thread.c.noted > thread.c.told) | ~thread.c.page_shown | thread.c.closed_at.isnot(None)).label("stirred"),
    )
    .where(
        thread.c.settled_at.is_(None),
        thread.c.next_at <= _NOW,
        thread.c.topic != sa.all_(_p("skip", type_=pg.ARRAY(sa.Text))),
    )
    .order_by(thread.c.next_at),
    Waiting,
)
_log = Statement("raid_log.log", sa.select(*_LOG).where(_this), Log)
_entries = Statement(
    "raid_log.entries",
    sa.select(entry.c.number, entry.c.at, entry.c.action, entry.c.actor_id, entry.c.detail)
    .where(entry.c.topic == _p("which"), entry.c.number > _p("told", type_=sa.Integer))
    .order_by(entry.c.number)
    .limit(ENTRIES),
    Entry,
)


async def waiting(conn: Connection, now: datetime, skip: Sequence[str]) -> list[Waiting]:
    """List every log that is not settled and has its turn, the longest waiting first.

    They are as many as there are open runs and parties. Index: raid_log_thread_waiting_idx.
    """
    return await conn.all(_waiting, now=now, skip=list(skip))


async def log(conn: Connection, topic: str) -> Log | None:
    """Read a log. Index: the key."""
    return await conn.maybe(_log, which=topic)


async def entries(conn: Connection, topic: str, told: int) -> list[Entry]:
    """List the first fifty entries after a number, in order. Index: the key."""
    return await conn.all(_entries, which=topic, told=told)


# --- what is being written -----------------------------------------------------------------------------------------

_crowd = pg.JSONB(none_as_null=True)
_fresh = sa.cast(_p("fresh", type_=sa.Boolean), sa.Boolean)
_turn = Statement(
    "raid_log.turn_page",
    sa.update(thread)
    .where(_this)
    .values(
        page_head=_p("head"),
        page_line=_p("line"),
        page_shown=_p("is_shown"),
        page_number=thread.c.page_number + sa.cast(_fresh, sa.Integer),
        page_since=sa.case((_fresh, _NOW), else_=thread.c.page_since),
        page_id=sa.case((_fresh, sa.null()), else_=thread.c.page_id),
        told=_p("is_told", type_=sa.Integer),
        base=_p("new_base", type_=_crowd),
        seen=_p("new_seen", type_=_crowd),
        seen_version=_p("version", type_=sa.Integer),
    )
    .returning(*_LOG),
    Log,
)
_stands_in = (
    sa.update(entry)
    .where(
        entry.c.topic == _p("which"), entry.c.number <= _p("is_told", type_=sa.Integer), entry.c.message_id.is_(None)
    )
    .values(message_id=_p("message", type_=sa.BigInteger))
    .cte("stands_in")
)
_showed = Statement(
    "raid_log.page_showed",
    sa.update(thread)
    .where(_this)
    .values(page_shown=True, page_id=_p("message", type_=sa.BigInteger), attempts=0, next_at=_p("again", type_=_TIME))
    .add_cte(_stands_in),
)
_posting = Statement(
    "raid_log.starter_posting",
    sa.update(thread).where(_this).values(posting_since=_NOW, posts=thread.c.posts + 1).returning(*_LOG),
    Log,
)
_posted = Statement(
    "raid_log.starter_posted",
    sa.update(thread)
    .where(_this)
    .values(starter_id=_p("message", type_=sa.BigInteger), posting_since=None)
    .returning(*_LOG),
    Log,
)
_threaded = Statement(
    "raid_log.thread_made",
    sa.update(thread).where(_this).values(thread_id=_p("made", type_=sa.BigInteger)).returning(*_LOG),
    Log,
)


async def turn_page(conn: Connection, topic: str, page: Page, *, version: int, settled: bool, now: datetime) -> Log:
    """Write down what the newest page shall say; of a log that was settled the crowd is forgotten. Index: the key."""
    return await conn.one(
        _turn,
        which=topic,
        head=page.head,
        line=page.line,
        is_shown=page.shown,
        fresh=page.fresh,
        is_told=page.told,
        new_base=None if settled else page.base.written(),
        new_seen=None if settled else page.seen.written(),
        version=version,
        now=now,
    )


async def page_showed(conn: Connection, topic: str, message_id: int, *, told: int, again_at: datetime) -> None:
    """Note that the newest page stands in a message, with every entry up to `told`. Index: the keys."""
    await conn.execute(_showed, which=topic, message=message_id, is_told=told, again=again_at)


async def starter_posting(conn: Connection, topic: str, now: datetime) -> Log:
    """Note that the message a log hangs on is about to be sent. Index: the key."""
    return await conn.one(_posting, which=topic, now=now)


async def starter_posted(conn: Connection, topic: str, message_id: int) -> Log:
    """Keep the message that a log hangs on. Index: the key."""
    return await conn.one(_posted, which=topic, message=message_id)


async def thread_made(conn: Connection, topic: str, thread_id: int) -> Log:
    """Keep the thread of a log. Index: the key."""
    return await conn.one(_threaded, which=topic, made=thread_id)


# --- what goes wrong, and the end ----------------------------------------------------------------------------------

_later = Statement(
    "raid_log.later",
    sa.update(thread).where(_this).values(next_at=_p("again", type_=_TIME), attempts=thread.c.attempts + 1),
)
_let_go = Statement(
    "raid_log.let_go_of_page",
    sa.update(thread).where(_this).values(page_head="", page_line="", page_id=None, page_shown=True),
)
_anew = Statement(
    "raid_log.begin_anew",
    sa.update(thread)
    .where(_this)
    .values(
        channel_id=_p("new_channel", type_=sa.BigInteger),
        starter_id=None,
        posting_since=None,
        thread_id=None,
        page_id=None,
        page_number=thread.c.page_number + 1,
        page_since=_NOW,
    ),
)
_settle = Statement(
    "raid_log.settle",
    sa.update(thread)
    .where(_this, thread.c.noted == _p("so_many", type_=sa.Integer))
    .values(settled_at=_NOW, base=None, seen=None),
)
_give_up = Statement(
    "raid_log.give_up",
    sa.update(thread).where(_this).values(settled_at=_NOW, given_up=True, base=None, seen=None),
)


async def later(conn: Connection, topic: str, again_at: datetime) -> None:
    """Put a log off. Index: the key."""
    await conn.execute(_later, which=topic, again=again_at)


async def let_go_of_page(conn: Connection, topic: str) -> None:
    """Leave the newest page as it is, for good: somebody deleted it. Index: the key."""
    await conn.execute(_let_go, which=topic)


async def begin_anew(conn: Connection, topic: str, channel_id: int, now: datetime) -> None:
    """Forget what a log had on Discord; a page that was not shown goes into the new thread. Index: the key."""
    await conn.execute(_anew, which=topic, new_channel=channel_id, now=now)


async def settle(conn: Connection, topic: str, *, noted: int, now: datetime) -> None:
    """Be done with a log, unless something was noted meanwhile. Index: the key."""
    await conn.execute(_settle, which=topic, so_many=noted, now=now)


async def give_up(conn: Connection, topic: str, now: datetime) -> None:
    """Be done with a log for ever. Index: the key."""
    await conn.execute(_give_up, which=topic, now=now)
