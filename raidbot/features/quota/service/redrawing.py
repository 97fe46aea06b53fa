"""Has the panels of quotas drawn anew."""

from collections.abc import Collection

from raidbot.features.quota.queries import config
from raidbot.kernel.database import Connection
from raidbot.kernel.owed import Owed


async def redraw(conn: Connection, owed: Owed, guild_id: int, role_ids: Collection[int]) -> None:
    """Have the panels of these roles' quotas drawn anew, if they have any."""
    touched = await config.touch_boards(conn, guild_id, role_ids)
    owed.touched(conn, {one.topic: one.version for one in touched})
