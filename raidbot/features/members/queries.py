"""Statements on members."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from raidbot.features.members.models import Activity, ActivityKind
from raidbot.features.members.tables import activity, member_standing
from raidbot.kernel.database import Connection, Statement

_p = sa.bindparam

_claim = Statement(
    "members.claim_activity",
    pg.insert(activity)
    .values(guild_id=_p("guild_id"), organizer_id=_p("organizer_id"), kind=_p("kind"), subject_id=_p("subject_id"))
    .on_conflict_do_nothing()
    .returning(activity.c.subject_id),
    int,
)
_current = Statement(
    "members.current_activity",
    sa.select(activity.c.kind, activity.c.subject_id).where(
        activity.c.guild_id == _p("guild_id"), activity.c.organizer_id == _p("organizer_id")
    ),
    Activity,
)
_release = Statement(
    "members.release_activity",
    sa.delete(activity).where(activity.c.kind == _p("kind"), activity.c.subject_id == _p("subject_id")),
)

_suspended_until = Statement(
    "members.suspended_until",
    sa.select(member_standing.c.suspended_until).where(
        member_standing.c.guild_id == _p("guild"), member_standing.c.user_id == _p("member")
    ),
    datetime,
)


async def suspended_until(conn: Connection, guild_id: int, user_id: int) -> datetime | None:
    """Tell until when a member is, or was, suspended. Index: the key."""
    return await conn.maybe(_suspended_until, guild=guild_id, member=user_id)


async def claim(conn: Connection, guild_id: int, organizer_id: int, kind: ActivityKind, subject_id: int) -> bool:
    """Make something the organizer's one activity; False when they have one. Index: the key."""
    row = await conn.maybe(_claim, guild_id=guild_id, organizer_id=organizer_id, kind=kind.value, subject_id=subject_id)
    return row is not None


async def current(conn: Connection, guild_id: int, organizer_id: int) -> Activity | None:
    """Read an organizer's activity. Index: the key."""
    return await conn.maybe(_current, guild_id=guild_id, organizer_id=organizer_id)


async def release(conn: Connection, kind: ActivityKind, subject_id: int) -> None:
    """End an activity. Index: activity_subject_key."""
    await conn.execute(_release, kind=kind.value, subject_id=subject_id)
