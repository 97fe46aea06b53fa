"""What other features are told of runs that have ended."""

from collections.abc import Sequence
from datetime import datetime

from raidbot.features.raids import models as m
from raidbot.features.raids.queries import ended
from raidbot.kernel.database import Connection


async def ended_run(conn: Connection, guild_id: int, run_id: int) -> m.EndedRun | None:
    """Read a run that has ended; None for any other, a cancelled one too."""
    return await ended.by_id(conn, guild_id, run_id)


async def ended_runs(conn: Connection, guild_id: int, since: datetime) -> Sequence[m.EndedRun]:
    """List a guild's runs that ended after a moment, the last to end first."""
    return await ended.since(conn, guild_id, since)


async def key_offers(conn: Connection, run_id: int) -> Sequence[m.KeyOffer]:
    """List who offered which key for a run: who confirmed it first, then in the run, then in its headcount."""
    return await ended.key_offers(conn, run_id)
