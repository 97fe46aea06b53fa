"""Use cases of members, for other features' transactions."""

from datetime import datetime

from raidbot.features.members import queries
from raidbot.features.members.models import Activity, ActivityKind
from raidbot.kernel.database import Connection


async def claim_activity(
    conn: Connection, *, guild_id: int, organizer_id: int, kind: ActivityKind, subject_id: int
) -> bool:
    """Make something the organizer's one activity in the guild; False, and nothing written, when they have one."""
    return await queries.claim(conn, guild_id, organizer_id, kind, subject_id)


async def current_activity(conn: Connection, guild_id: int, organizer_id: int) -> Activity | None:
    """Tell what an organizer is busy with in a guild."""
    return await queries.current(conn, guild_id, organizer_id)


async def release_activity(conn: Connection, kind: ActivityKind, subject_id: int) -> None:
    """Let the organizer of this run or headcount begin something new."""
    await queries.release(conn, kind, subject_id)


async def suspended(conn: Connection, guild_id: int, user_id: int, now: datetime) -> bool:
    """Say whether a member is suspended by their standing, whatever their roles say."""
    until = await queries.suspended_until(conn, guild_id, user_id)
    return until is not None and until > now
