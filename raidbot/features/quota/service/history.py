"""What raiders read of their own rows."""

from raidbot.features.quota import models as m
from raidbot.features.quota.queries import history as queries
from raidbot.kernel.clock import Clock
from raidbot.kernel.database import Connection, Database
from raidbot.kernel.database.patience import patient


class HistoryService:
    """What raiders read of their own rows."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database = database
        self._clock = clock

    @patient
    async def older(self, guild_id: int, user_id: int, than: m.Place = m.END) -> m.History:
        """Read the page of a raider's history behind a place: the newest page without one."""
        async with self.database.connection() as conn:
            return await self._older(conn, guild_id, user_id, than)

    @patient
    async def newer(self, guild_id: int, user_id: int, than: m.Place) -> m.History:
        """Read the page of a raider's history before a place; where that is the newest page, it is a whole one."""
        async with self.database.connection() as conn:
            found = await queries.newer_runs(conn, guild_id, user_id, than)
            if len(found) <= m.PAGE:
                return await self._older(conn, guild_id, user_id, m.END)
            totals = await self._totals(conn, guild_id, user_id)
            return m.History(found[m.PAGE - 1 :: -1], newer=True, older=True, totals=totals)

    async def _older(self, conn: Connection, guild_id: int, user_id: int, than: m.Place) -> m.History:
        found = await queries.older_runs(conn, guild_id, user_id, than)
        totals = await self._totals(conn, guild_id, user_id)
        return m.History(found[: m.PAGE], newer=than != m.END, older=len(found) > m.PAGE, totals=totals)

    async def _totals(self, conn: Connection, guild_id: int, user_id: int) -> list[m.DungeonTotal]:
        return await queries.completions_by_dungeon(conn, guild_id, user_id, m.week_of(self._clock.now()))
