"""Use cases of quota."""

from raidbot.features.quota import models as m
from raidbot.features.quota import queries
from raidbot.features.raids.events import CompletionsEarned
from raidbot.kernel.clock import Clock
from raidbot.kernel.database import Connection, Database
from raidbot.kernel.database.patience import patient


async def note_completions(conn: Connection, fact: CompletionsEarned) -> None:
    """Write the ledger rows of a completed pop or run, in the transaction that completed it."""
    await queries.add_completions(
        conn,
        guild_id=fact.guild_id,
        run_id=fact.run_id,
        pop=fact.pop,
        dungeon=fact.dungeon,
        user_ids=fact.user_ids,
        points=m.COMPLETION_POINTS,
        now=fact.at,
    )


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
