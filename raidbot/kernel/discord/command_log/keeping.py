"""How long the command log is kept."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final

from raidbot.kernel.clock import Clock
from raidbot.kernel.database import Database
from raidbot.kernel.discord.command_log import queries

KEPT: Final = timedelta(days=90)


class Keeping:
    """Drops old entries, a batch at a time, so that nobody waits for it."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def outdated(self, failed: Collection[datetime]) -> Sequence[datetime]:
        """Return the moment before which entries are dropped, if there is one that old (for the job)."""
        moment = self._clock.now() - KEPT
        async with self._database.connection() as conn:
            oldest = await queries.oldest(conn)
        return [moment] if oldest is not None and oldest < moment and not failed else []

    async def drop(self, moment: datetime) -> None:
        """Drop a batch of entries older than this."""
        async with self._database.connection() as conn:
            await queries.drop(conn, moment)
