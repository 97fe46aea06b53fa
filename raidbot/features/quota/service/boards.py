"""What members read of each other's figures: each is one statement."""

from zoneinfo import ZoneInfo

from raidbot.features.quota import models as m
from raidbot.features.quota.queries import boards, stats
from raidbot.kernel.clock import Clock
from raidbot.kernel.database import Connection, Database
from raidbot.kernel.database.patience import patient


class BoardService:
    """Leaderboards and statistics."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database = database
        self._clock = clock

    def period(self, stretch: m.Stretch | None, since: str | None, until: str | None, zone: ZoneInfo) -> m.Span:
        """Read the period that was asked for, as of now. Raises what `models.period_of` does."""
        return m.period_of(stretch, since, until, self._clock.now(), zone)

    @patient
    async def board(
        self,
        guild_id: int,
        ranking: m.Ranking,
        me: int,
        zone: ZoneInfo,
        way: m.Way = m.Way.TOP,
        spot: m.Spot | None = None,
    ) -> m.Leaderboard:
        """Read a page of a ranking, and where `me` stands; days are those of the zone.

        All time and months are kept ready, but not the months of a dungeon.
        """
        async with self.database.connection() as conn:
            seen = await self._page(conn, guild_id, ranking, me, zone, way, spot)
            if seen.places and not seen.lines:  # who stood below the spot has left the ranking meanwhile
                return await self._page(conn, guild_id, ranking, me, zone, m.Way.BOTTOM, None)
            return seen

    async def _page(
        self,
        conn: Connection,
        guild_id: int,
        ranking: m.Ranking,
        me: int,
        zone: ZoneInfo,
        way: m.Way,
        spot: m.Spot | None,
    ) -> m.Leaderboard:
        period = ranking.period
        if period is None or (isinstance(period, m.Month) and ranking.dungeon is None):
            return await boards.kept(conn, guild_id, ranking, me, way, spot)
        return await boards.of_days(conn, guild_id, ranking, m.bounds(period, zone), me, way, spot)

    @patient
    async def stats(self, guild_id: int, user_id: int) -> m.Stats:
        """Read a member's figures."""
        async with self.database.connection() as conn:
            return m.stats_of(await stats.figures(conn, guild_id, user_id))

    @patient
    async def weeks(self, guild_id: int, user_id: int, zone: ZoneInfo) -> list[m.Week]:
        """Read what a member did in the last half year, week by week."""
        since = m.first_monday(self._clock.now(), zone)
        async with self.database.connection() as conn:
            found = await stats.weeks(conn, guild_id, user_id, since, zone.key)
        return m.every_week(found, since.date())
