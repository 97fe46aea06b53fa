"""Who is in a run, and who offers which key."""

import sqlalchemy as sa

from raidbot.features.members.api import Presence
from raidbot.features.raids.tables import run_key, run_raider
from raidbot.kernel.database import Connection, Statement

_run_id: sa.BindParameter[int] = sa.bindparam("run_id")
_raiders = sa.select(
    run_raider.c.user_id,
    sa.literal_column("''", sa.Text).label("key"),
    run_raider.c.joined.label("there"),
    run_raider.c.changed_at,
).where(run_raider.c.run_id == _run_id, run_raider.c.joined_at.isnot(None))
_offers = sa.select(run_key.c.user_id, run_key.c.key, run_key.c.offered, run_key.c.changed_at).where(
    run_key.c.run_id == _run_id, run_key.c.source == sa.literal_column("'run'")
)
_presences = Statement("raids.presences", _raiders.union_all(_offers), Presence)


async def presences(conn: Connection, run_id: int) -> list[Presence]:
    """List who ever joined a run, reserves apart, or offered a key. Indexes: the keys of run_raider and run_key."""
    return await conn.all(_presences, run_id=run_id)
