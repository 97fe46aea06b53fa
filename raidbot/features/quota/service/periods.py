"""Periods and how staff stand in them: what runs by itself, what staff see, and who is excused."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Final

from raidbot.features.quota import models as m
from raidbot.features.quota.queries import config, periods
from raidbot.features.quota.service.config import Zones
from raidbot.features.quota.service.redrawing import redraw
from raidbot.kernel import audit
from raidbot.kernel.clock import Clock
from raidbot.kernel.database import Connection, Database
from raidbot.kernel.database.patience import patient
from raidbot.kernel.owed import Owed

REPORT: Final = "quota.report"
DELETE_MESSAGE: Final = "quota.delete_message"
EXCUSES_SHOWN: Final = 50


class PeriodService:
    """Use cases of periods."""

    def __init__(self, database: Database, owed: Owed, zones: Zones, clock: Clock) -> None:
        self.database = database
        self._owed = owed
        self._zones = zones
        self._clock = clock

    # --- what runs by itself ------------------------------------------------------------------------------------

    async def due(self, skip: Collection[m.Period]) -> Sequence[m.Period]:
        """List the running periods whose end has passed long enough ago for all to be written that was done in them."""
        async with self.database.connection() as conn:
            return await periods.due(conn, self._clock.now() - m.CLOSED_AFTER, [one.id for one in skip])

    @patient
    async def close(self, period: m.Period) -> None:
        """Close a period whose end has passed: write down how everybody stood, owe the report, begin the next.

        The next is the one that now is in. Those that went by meanwhile, while nobody was there to earn anything, are
        left out, and so are their reports.
        """
        now = self._clock.now()
        async with self.database.transaction() as conn:
            quota = await config.hold(conn, period.guild_id, period.role_id)
            closed = await periods.close(conn, period.id, now)
            if quota is None or closed is None:
                return
            await periods.write_results(conn, closed)
            rhythm = m.Rhythm(quota.calendar, quota.anchor, self._zones(quota.guild_id))
            starts_at, ends_at = rhythm.running(now)
            await periods.open_next(conn, quota, max(starts_at, closed.ends_at), ends_at)
            await self._owed.effect(conn, REPORT, guild_id=quota.guild_id, subject=str(period.id))
            await redraw(conn, self._owed, quota.guild_id, [quota.role_id])

    @patient
    async def report(self, period_id: int) -> m.Report | None:
        """Read what is to be told of a period; None when it was told."""
        async with self.database.connection() as conn:
            period = await periods.period(conn, period_id)
            if period is None or period.closed_at is None or period.message_id is not None:
                return None
            return m.Report(period, await periods.results(conn, period_id))

    @patient
    async def last_report(self, guild_id: int, role_id: int) -> m.Report:
        """Read what is told of the newest period of a role that is over, posted or not. Raises NoReportYetError."""
        async with self.database.connection() as conn:
            period = await periods.last_over(conn, guild_id, role_id)
            if period is None:
                raise m.NoReportYetError(role_id)
            return m.Report(period, await periods.results(conn, period.id))

    @patient
    async def reported(self, period_id: int, message_id: int) -> None:
        """Note the report of a period."""
        async with self.database.connection() as conn:
            await periods.reported(conn, period_id, message_id)

    # --- what is shown ------------------------------------------------------------------------------------------

    async def board(self, topic: str) -> m.Board | None:
        """Read what a panel shows; None when another took its place or the quota is gone."""
        async with self.database.connection() as conn:
            quota = await config.of_posting(conn, m.posting_of(topic))
            if quota is None:
                return None
            period = await periods.running(conn, quota.guild_id, quota.role_id)
            if period is None:
                return None
            overrides = await config.overrides(conn, quota.guild_id, quota.role_id)
            first = await periods.standings(conn, period, m.TOP, m.SHOWN)
            return m.Board(m.Configured(quota, overrides, period), first, await periods.tally(conn, period, quota))

    async def retire(self, guild_id: int, channel_id: int, message_id: int) -> None:
        """Owe the removal of the message of a panel whose place another one took."""
        async with self.database.transaction() as conn:
            payload = {"channel_id": channel_id}
            await self._owed.effect(conn, DELETE_MESSAGE, guild_id=guild_id, subject=str(message_id), payload=payload)

    @patient
    async def listed(self, guild_id: int, role_id: int, after: m.Rank) -> m.Listed:
        """Read a page of all holders of a role, behind a place. Raises NoQuotaYetError."""
        async with self.database.connection() as conn:
            quota, period = await self._running(conn, guild_id, role_id)
            found = await periods.standings(conn, period, after, m.SHOWN + 1)
        return m.Listed(quota, period, found[: m.SHOWN], len(found) > m.SHOWN)

    @patient
    async def own(self, guild_id: int, user_id: int, role_ids: Collection[int]) -> Sequence[m.Own]:
        """Tell how a member who has these roles stands in each of their quotas. Raises NotHeldError."""
        found = list[m.Own]()
        async with self.database.connection() as conn:
            for quota in await config.of_guild(conn, guild_id):
                period = await periods.running(conn, guild_id, quota.role_id)
                if quota.role_id not in role_ids or period is None:
                    continue
                standing = await periods.standing(conn, period, user_id)
                if standing is not None:
                    found.append(m.Own(quota.role_id, quota.required_points, period, standing))
        if not found:
            raise m.NotHeldError(user_id, None)
        return found

    async def _running(self, conn: Connection, guild_id: int, role_id: int) -> tuple[m.Quota, m.Period]:
        quota = await config.quota(conn, guild_id, role_id)
        period = await periods.running(conn, guild_id, role_id)
        if quota is None or period is None:
            raise m.NoQuotaYetError(role_id)
        return quota, period

    # --- who is excused -----------------------------------------------------------------------------------------

    @patient
    async def excuses(self, guild_id: int) -> Sequence[m.Excuse]:
        """List who is excused at present."""
        async with self.database.connection() as conn:
            return await periods.excuses(conn, guild_id, self._clock.now(), EXCUSES_SHOWN)

    @patient
    async def excuse(
        self,
        guild_id: int,
        user_id: int,
        role_ids: Collection[int],
        *,
        back: datetime | None,
        reason: str | None,
        actor_id: int,
    ) -> Sequence[m.Excuse]:
        """Excuse a holder of these roles from their quotas until they are back, None: until the running periods end.

        `back` is by the guild's own clock. Raises PastDateError, or NotHeldError for who holds none of the roles.
        """
        now, excused = self._clock.now(), list[m.Excuse]()
        until = None if back is None else back.replace(tzinfo=self._zones(guild_id)).astimezone(UTC)
        if until is not None and until <= now:
            raise m.PastDateError
        async with self.database.transaction() as conn:
            for period in await self._held(conn, guild_id, user_id, role_ids):
                one = await periods.excuse(
                    conn, period, user_id, until=until or period.ends_at, reason=reason, actor_id=actor_id, now=now
                )
                excused.append(one)
                await self._noted(conn, guild_id, actor_id, "quota.excuse", one)
            await redraw(conn, self._owed, guild_id, [one.role_id for one in excused])
        return excused

    @patient
    async def end_excuse(
        self, guild_id: int, user_id: int, role_ids: Collection[int], actor_id: int
    ) -> Sequence[m.Excuse]:
        """Let a member fill these quotas again. Raises NotExcusedError."""
        now, ended = self._clock.now(), list[m.Excuse]()
        async with self.database.transaction() as conn:
            for role_id in role_ids:
                one = await periods.end_excuse(conn, guild_id, role_id, user_id, now)
                if one is not None:
                    ended.append(one)
                    await self._noted(conn, guild_id, actor_id, "quota.excuse.end", one)
            if not ended:
                raise m.NotExcusedError(user_id)
            await redraw(conn, self._owed, guild_id, [one.role_id for one in ended])
        return ended

    async def _held(
        self, conn: Connection, guild_id: int, user_id: int, role_ids: Collection[int]
    ) -> Sequence[m.Period]:
        found = [await periods.running(conn, guild_id, role_id) for role_id in sorted(role_ids)]
        held = [
            period
            for period in found
            if period is not None and await periods.standing(conn, period, user_id) is not None
        ]
        if not held:
            raise m.NotHeldError(user_id, next(iter(role_ids)) if len(role_ids) == 1 else None)
        return held

    async def _noted(self, conn: Connection, guild_id: int, actor_id: int, action: str, excuse: m.Excuse) -> None:
        await audit.write(
            conn,
            guild_id=guild_id,
            actor_id=actor_id,
            action=action,
            subject=str(excuse.user_id),
            target_id=excuse.user_id,
            detail={"role": excuse.role_id, "until": excuse.until_at.isoformat(), "reason": excuse.reason},
            now=self._clock.now(),
        )
