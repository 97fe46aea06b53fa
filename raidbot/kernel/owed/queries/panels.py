"""Statements on topics and panels. `touched` is a part for a feature's own statement."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from raidbot.kernel.database import Connection, Statement
from raidbot.kernel.owed.models import Panel, StalePanel, TopicVersion
from raidbot.kernel.owed.tables import panel, panel_topic

_p = sa.bindparam
_BIGINTS = pg.ARRAY(sa.BigInteger)
_TEXTS = pg.ARRAY(sa.Text)
_NOW = _p("now", type_=sa.TIMESTAMP(timezone=True))


def touched(topics: sa.Select[tuple[str]]) -> sa.CTE:
    """Build the part of a statement that raises the version of these topics (columns: topic, version)."""
    return (
        sa.update(panel_topic)
        .where(panel_topic.c.topic.in_(topics))
        .values(version=panel_topic.c.version + 1)
        .returning(panel_topic.c.topic, panel_topic.c.version)
        .cte("touched")
    )


_open_topic = Statement(
    "owed.open_topic", pg.insert(panel_topic).values(topic=_p("topic")).on_conflict_do_nothing(), None
)
_touch = Statement(
    "owed.touch",
    sa.update(panel_topic)
    .where(panel_topic.c.topic == _p("which"))
    .values(version=panel_topic.c.version + 1)
    .returning(panel_topic.c.version),
    int,
)
_add_public = Statement(
    "owed.add_public_panel",
    pg.insert(panel)
    .values(kind=_p("kind"), topic=_p("topic"), guild_id=_p("guild_id"), channel_id=_p("channel_id"))
    .returning(*panel.c),
    Panel,
)
_new = pg.insert(panel).values(
    kind=_p("kind"),
    topic=_p("topic"),
    guild_id=_p("guild_id"),
    channel_id=_p("channel_id"),
    message_id=_p("message_id"),
    user_id=_p("user_id"),
    token=_p("token"),
    pressed_at=_NOW,
    note=_p("note"),
)
_press = Statement(
    "owed.press_panel",
    _new.on_conflict_do_update(
        index_elements=["message_id"],
        index_where=panel.c.message_id.isnot(None),
        set_={
            "kind": _new.excluded.kind,
            "topic": _new.excluded.topic,
            "token": _new.excluded.token,
            "pressed_at": _new.excluded.pressed_at,
            "note": _new.excluded.note,
            "shown": 0,
        },
    ).returning(*panel.c),
    Panel,
)
_public = Statement(
    "owed.public_panel",
    sa.select(*panel.c).where(panel.c.kind == _p("kind"), panel.c.topic == _p("topic"), panel.c.token.is_(None)),
    Panel,
)
_of_message = Statement(
    "owed.panel_of_message", sa.select(*panel.c).where(panel.c.message_id == _p("posted_id")), Panel
)
_of_topics = Statement(
    "owed.panels_of_topics", sa.select(*panel.c).where(panel.c.topic == sa.any_(_p("topics", type_=_TEXTS))), Panel
)
_versions = Statement(
    "owed.topic_versions",
    sa.select(panel_topic.c.topic, panel_topic.c.version).where(
        panel_topic.c.topic == sa.any_(_p("topics", type_=_TEXTS))
    ),
    TopicVersion,
)
_stale = Statement(
    "owed.stale_panels",
    sa.select(panel.c.id, panel.c.topic, panel_topic.c.version)
    .join(panel_topic, panel_topic.c.topic == panel.c.topic)
    .where(panel.c.shown < panel_topic.c.version)
    .order_by(panel.c.id),
    StalePanel,
)
_ids = (
    sa.func.unnest(_p("ids", type_=_BIGINTS), _p("versions", type_=pg.ARRAY(sa.Integer)))
    .table_valued(sa.column("id", sa.BigInteger), sa.column("version", sa.Integer))
    .render_derived("shown")
)
_showed = Statement(
    "owed.panels_showed",
    sa.update(panel)
    .where(panel.c.id == _ids.c.id, panel.c.shown < _ids.c.version)
    .values(shown=_ids.c.version, blocked_reason=None, note=None),
    None,
)
_posting = Statement(
    "owed.panel_posting",
    sa.update(panel).where(panel.c.id == _p("panel_id")).values(posting_since=_NOW, posts=panel.c.posts + 1),
    None,
)
_posted = Statement(
    "owed.panel_posted",
    sa.update(panel)
    .where(panel.c.id == _p("panel_id"))
    .values(message_id=_p("posted_id", type_=sa.BigInteger), posting_since=None, blocked_reason=None),
    None,
)
_gone = Statement(
    "owed.panel_gone",
    sa.update(panel).where(panel.c.message_id == _p("gone_id")).values(message_id=None, shown=0).returning(*panel.c),
    Panel,
)
_blocked = Statement(
    "owed.panel_blocked",
    sa.update(panel).where(panel.c.id == _p("panel_id")).values(blocked_reason=_p("reason", type_=sa.Text)),
    None,
)
_blocked_panels = Statement(
    "owed.blocked_panels",
    sa.select(*panel.c).where(panel.c.blocked_reason.isnot(None)).order_by(panel.c.id).limit(50),
    Panel,
)
_drop = Statement(
    "owed.drop_panel",
    sa.delete(panel).where(
        panel.c.id == _p("panel_id"),
        sa.not_(panel.c.pressed_at.is_distinct_from(_p("pressed", type_=sa.TIMESTAMP(timezone=True)))),
    ),
    None,
)
_pressed_before = Statement(
    "owed.panels_pressed_before",
    sa.select(*panel.c)
    .where(
        panel.c.token.isnot(None),
        panel.c.pressed_at <= _p("moment", type_=sa.TIMESTAMP(timezone=True)),
        panel.c.id != sa.all_(_p("skip", type_=_BIGINTS)),
    )
    .order_by(panel.c.pressed_at)
    .limit(10),
    Panel,
)


async def open_topic(conn: Connection, topic: str) -> None:
    """Make a topic that panels can show; one that exists stays. Index: the key."""
    await conn.execute(_open_topic, topic=topic)


async def touch(conn: Connection, topic: str) -> int | None:
    """Raise a topic's version and return it; None when nothing shows it. Index: the key."""
    return await conn.maybe(_touch, which=topic)


async def add_public_panel(conn: Connection, *, kind: str, topic: str, guild_id: int, channel_id: int) -> Panel:
    """Owe a public panel, to be posted. Raises Conflict when the topic has one of this kind."""
    return await conn.one(_add_public, kind=kind, topic=topic, guild_id=guild_id, channel_id=channel_id)


async def press_panel(
    conn: Connection,
    *,
    kind: str,
    topic: str,
    guild_id: int,
    channel_id: int,
    message_id: int,
    user_id: int,
    token: str,
    note: str | None,
    now: datetime,
) -> Panel:
    """Keep an ephemeral panel's newest token, adding the panel when it is new. Index: panel_message_key."""
    return await conn.one(
        _press,
        kind=kind,
        topic=topic,
        guild_id=guild_id,
        channel_id=channel_id,
        message_id=message_id,
        user_id=user_id,
        token=token,
        note=note,
        now=now,
    )


async def public_panel(conn: Connection, kind: str, topic: str) -> Panel | None:
    """Read the public panel of a topic. Index: panel_public_key."""
    return await conn.maybe(_public, kind=kind, topic=topic)


async def panel_of_message(conn: Connection, message_id: int) -> Panel | None:
    """Read the panel that a message shows. Index: panel_message_key."""
    return await conn.maybe(_of_message, posted_id=message_id)


async def panels_of(conn: Connection, topics: Sequence[str]) -> list[Panel]:
    """Read all panels of these topics. Index: panel_topic_idx."""
    return await conn.all(_of_topics, topics=list(topics))


async def topic_versions(conn: Connection, topics: Sequence[str]) -> dict[str, int]:
    """Read the versions of these topics. Index: the key."""
    return {row.topic: row.version for row in await conn.all(_versions, topics=list(topics))}


async def stale_panels(conn: Connection) -> list[StalePanel]:
    """List every panel that is behind its topic: asked once, at the start. Reads both tables whole."""
    return await conn.all(_stale)


async def panels_showed(conn: Connection, shown: Mapping[int, int]) -> None:
    """Note which version each panel (id -> version) shows now; its one-time note was read. Index: the key."""
    await conn.execute(_showed, ids=list(shown), versions=list(shown.values()))


async def panel_posting(conn: Connection, panel_id: int, now: datetime) -> None:
    """Note that a panel's message is about to be sent. Index: the key."""
    await conn.execute(_posting, panel_id=panel_id, now=now)


async def panel_posted(conn: Connection, panel_id: int, message_id: int) -> None:
    """Keep the message a panel got. Index: the key."""
    await conn.execute(_posted, panel_id=panel_id, posted_id=message_id)


async def panel_gone(conn: Connection, message_id: int) -> Panel | None:
    """Forget a panel's message, so that it is posted again. Index: panel_message_key."""
    return await conn.maybe(_gone, gone_id=message_id)


async def panel_blocked(conn: Connection, panel_id: int, reason: str) -> None:
    """Keep why a panel cannot be drawn, for the doctor. Index: the key."""
    await conn.execute(_blocked, panel_id=panel_id, reason=reason)


async def blocked_panels(conn: Connection) -> list[Panel]:
    """List fifty panels that wait for staff, for the doctor. Index: panel_blocked_idx."""
    return await conn.all(_blocked_panels)


async def drop_panel(conn: Connection, panel_id: int, pressed_at: datetime | None) -> None:
    """Forget a panel, unless it was pressed after that. Index: the key."""
    await conn.execute(_drop, panel_id=panel_id, pressed=pressed_at)


async def panels_pressed_before(conn: Connection, moment: datetime, skip: Sequence[int]) -> list[Panel]:
    """List ten ephemeral panels last pressed at or before `moment`, oldest first, without those of `skip` (ids).

    Index: panel_pressed_idx.
    """
    return await conn.all(_pressed_before, moment=moment, skip=list(skip))
