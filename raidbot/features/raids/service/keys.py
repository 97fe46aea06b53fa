"""What others may ask about runs and the keys that raiders confirmed, in their own transactions."""

from collections.abc import Sequence
from datetime import datetime

from raidbot.features.raids import models as m
from raidbot.features.raids.queries import keys, runs
from raidbot.kernel.database import Connection


async def find_run(conn: Connection, run_id: int) -> m.Run | None:
    """Read a run."""
    return await runs.by_id(conn, run_id)


async def key_holders(conn: Connection, run_id: int) -> Sequence[m.KeyHolder]:
    """List who confirmed a key of a run, in the order in which they did."""
    return await keys.confirmed(conn, run_id)


async def show_place(conn: Connection, run_id: int, user_id: int, now: datetime) -> None:
    """Have answers to the presses of a raider who confirmed a key tell the place, until they back out."""
    await keys.show_place(conn, run_id, user_id, now)
