"""Brings what runs of the running period count to today's rates."""

from dataclasses import replace

from raidbot.features.dungeons.api import Catalogue
from raidbot.features.quota import models as m
from raidbot.features.quota.queries import config, periods, recalculation
from raidbot.features.quota.queries import ledger as rows
from raidbot.features.quota.service.redrawing import redraw
from raidbot.kernel import audit
from raidbot.kernel.clock import Clock
from raidbot.kernel.database import Connection, Database
from raidbot.kernel.database.patience import patient
from raidbot.kernel.owed import Owed


class RecalculationService:
    """Use cases of who recalculates.

    Rows of the ledger stand. An adjustment a member, known by its source, brings their runs to what they are worth: a
    reversal would take the runs away too, and a run cannot be awarded again. What is corrected is compared with what
    was corrected before, so a second time changes nothing.
    """

    def __init__(self, database: Database, owed: Owed, catalogue: Catalogue, clock: Clock) -> None:
        self.database = database
        self._owed = owed
        self._exalts = [dungeon.code for dungeon in catalogue.all if dungeon.exalt]
        self._clock = clock

    @patient
    async def preview(self, guild_id: int, role_id: int) -> m.Recalculation:
        """Tell what would change. Raises NoQuotaYetError or PeriodOverError."""
        async with self.database.connection() as conn:
            return await self._find(conn, guild_id, role_id)

    @patient
    async def recalculate(self, change: m.Change) -> m.Recalculation:
        """Change it, and tell what was changed; nobody goes below zero.

        Raises NoQuotaYetError or PeriodOverError.
        """
        async with self.database.transaction() as conn:
            await config.hold(conn, change.guild_id, change.role_id)
            found = await self._find(conn, change.guild_id, change.role_id)
            # All locks before the first row: who holds one of them may wait for what a row is to change.
            for one in found.corrections:
                await rows.lock(conn, change.guild_id, one.user_id)
            tried = [await self._correct(conn, change, one) for one in found.corrections]
            done = [one for one in tried if one is not None]
            if done:
                await self._noted(conn, change, found.period, done)
        return m.Recalculation(found.period, done)

    async def _find(self, conn: Connection, guild_id: int, role_id: int) -> m.Recalculation:
        period = await periods.running(conn, guild_id, role_id)
        if period is None:
            raise m.NoQuotaYetError(role_id)
        if self._clock.now() >= period.ends_at:  # a correction would count for the next one
            raise m.PeriodOverError
        return m.Recalculation(period, await recalculation.corrections(conn, period, self._exalts))

    async def _correct(self, conn: Connection, change: m.Change, one: m.Correction) -> m.Correction | None:
        """Write the row of a correction and return what it came to, cut to what is there to take; None: to nothing."""
        source = f"{m.RERATE}{change.interaction_id}:{one.user_id}"
        deed = m.Deed(change.guild_id, one.user_id, change.actor_id, source, "Runs at today's points")
        about = replace(m.entry_of(deed, m.Kind.ADJUSTMENT), quota_role_id=change.role_id)
        held = await rows.held(conn, about)
        points = m.points_change(one.change, held.quota_points)
        if not points or await rows.add(conn, replace(about, quota_points=points), self._clock.now()) is None:
            return None
        return replace(one, worth=one.counted + points)

    async def _noted(self, conn: Connection, change: m.Change, period: m.Period, done: list[m.Correction]) -> None:
        await redraw(conn, self._owed, change.guild_id, [change.role_id])
        await audit.write(
            conn,
            guild_id=change.guild_id,
            actor_id=change.actor_id,
            action="quota.recalculate",
            subject=str(change.role_id),
            detail={
                "role": change.role_id,
                "period": period.id,
                **{str(one.user_id): {"old": str(one.counted), "new": str(one.worth)} for one in done},
            },
            now=self._clock.now(),
        )
