"""What administrators set: what is worth how much, and which roles have a quota. Each change is one transaction."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from raidbot.features.quota import models as m
from raidbot.features.quota.queries import config, holders, periods
from raidbot.features.quota.service.redrawing import redraw
from raidbot.kernel import audit
from raidbot.kernel.clock import Clock
from raidbot.kernel.database import Connection, Database
from raidbot.kernel.database.patience import patient
from raidbot.kernel.guilds import ZoneChanged
from raidbot.kernel.owed import Owed

BOARD: Final = "quota.board"
Zones = Callable[[int], ZoneInfo]
"""Gives a guild's time zone."""
Forget = Callable[[int], None]
"""Has it looked up anew who holds a guild's quota roles."""


class ConfigService:
    """Use cases of administrators. A change that is done twice is one, and audited once."""

    def __init__(self, database: Database, owed: Owed, zones: Zones, clock: Clock, forget: Forget) -> None:
        self.database = database
        self._owed = owed
        self._zones = zones
        self._clock = clock
        self._forget = forget

    # --- what dungeons are worth to raiders ---------------------------------------------------------------------

    @patient
    async def worths(self, guild_id: int) -> Mapping[m.Worth, Sequence[m.DungeonPoints]]:
        """List what dungeons are worth to raiders, where that is not the default."""
        async with self.database.connection() as conn:
            return {kind: await config.worths(conn, guild_id, kind) for kind in m.Worth}

    @patient
    async def set_worth(
        self, guild_id: int, kind: m.Worth, dungeon: str, points: Decimal | None, actor_id: int
    ) -> None:
        """Say what a dungeon is worth to raiders; None: the default."""
        async with self.database.transaction() as conn:
            old = await config.hold_worth(conn, guild_id, kind, dungeon)
            if old == points:
                return
            await config.set_worth(conn, guild_id, kind, dungeon, points)
            await self._audit(conn, guild_id, actor_id, f"config.{kind.value}.set", dungeon, {dungeon: (old, points)})

    # --- quotas -------------------------------------------------------------------------------------------------

    @patient
    async def configured(self, guild_id: int, role_id: int) -> m.Configured | None:
        """Read how a role's quota is configured; None when it has none."""
        async with self.database.connection() as conn:
            quota = await config.quota(conn, guild_id, role_id)
            period = await periods.running(conn, guild_id, role_id)
            if quota is None or period is None:
                return None
            overrides = await config.overrides(conn, guild_id, role_id)
            return m.Configured(quota, overrides, period, await periods.past(conn, guild_id, role_id))

    @patient
    async def quotas(self, guild_id: int) -> Sequence[m.Quota]:
        """List a guild's quotas."""
        async with self.database.connection() as conn:
            return await config.of_guild(conn, guild_id)

    @patient
    async def set_figures(self, change: m.Change, figures: Mapping[m.Figure, Decimal | None]) -> None:
        """Set numbers of a role's quota, None: to what holds where nothing is set; a role without one gets one."""
        async with self.database.transaction() as conn:
            quota = await self._have(conn, change)
            wanted = {figure: figure.default if new is None else new for figure, new in figures.items()}
            changes = {figure.value: (quota[figure], new) for figure, new in wanted.items() if quota[figure] != new}
            if changes:
                await config.set_figures(conn, quota, wanted)
                await self._changed(conn, change, changes)

    @patient
    async def set_override(self, change: m.Change, dungeon: str, points: Decimal | None) -> None:
        """Set what a role's quota gives for a dungeon; None: its base again. A role without a quota gets one."""
        async with self.database.transaction() as conn:
            quota = await self._have(conn, change)
            there = {one.dungeon: one.points for one in await config.overrides(conn, change.guild_id, change.role_id)}
            if there.get(dungeon) == points:
                return
            await config.set_override(conn, quota, dungeon, points)
            await self._changed(conn, change, {dungeon: (there.get(dungeon), points)})

    @patient
    async def set_calendar(self, change: m.Change, calendar: m.Calendar, anchor: datetime) -> None:
        """Set when periods begin; the running one ends when the next begins. A role without a quota gets one."""
        async with self.database.transaction() as conn:
            quota = await self._have(conn, change)
            pairs = {"calendar": (quota.calendar.value, calendar.value), "begins": (quota.anchor, anchor)}
            changes = {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
            if not changes:
                return
            await config.set_calendar(conn, quota, calendar, anchor)
            rhythm, now = m.Rhythm(calendar, anchor, self._zones(change.guild_id)), self._clock.now()
            await periods.move_end(conn, quota, rhythm.running(now)[1], now)
            await self._changed(conn, change, changes)

    async def zone_changed(self, conn: Connection, fact: ZoneChanged) -> None:
        """Let the running periods end at the hour that was said, by the new clock, unless that has passed."""
        now, moved = self._clock.now(), list[int]()
        for one in await config.of_guild(conn, fact.guild_id):
            quota = await config.hold(conn, fact.guild_id, one.role_id)
            period = await periods.running(conn, fact.guild_id, one.role_id)
            if quota is None or period is None:
                continue
            end = m.at_the_same_hour(period.ends_at, fact.old, fact.new)
            if end > now:
                await periods.move_end(conn, quota, end, now)
                moved.append(one.role_id)
        await redraw(conn, self._owed, fact.guild_id, moved)

    @patient
    async def delete(self, change: m.Change) -> None:
        """Take a role's quota away with its panel; what was earned and the periods that are over stay."""
        async with self.database.transaction() as conn:
            await redraw(conn, self._owed, change.guild_id, [change.role_id])
            quota = await config.delete(conn, change.guild_id, change.role_id)
            if quota is None:
                return
            await periods.drop_running(conn, change.guild_id, change.role_id)
            now = {figure.value: (quota[figure], None) for figure in m.Figure}
            await self._audit_role(conn, change, "quota.delete", now)

    async def forget_role(self, guild_id: int, role_id: int) -> bool:
        """Take the quota of a role away that Discord no longer has; False when it had none."""
        if await self.configured(guild_id, role_id) is None:
            return False
        await self.delete(m.Change(guild_id, role_id, None, 0, None))
        return True

    # --- panels -------------------------------------------------------------------------------------------------

    @patient
    async def post(self, change: m.Change) -> None:
        """Owe a panel of a role's quota, which takes the place of the one before.

        Raises NoQuotaYetError or NoQuotaChannelError.
        """
        async with self.database.transaction() as conn:
            quota = await config.hold(conn, change.guild_id, change.role_id)
            if quota is None:
                raise m.NoQuotaYetError(change.role_id)
            if change.channel_id is None:
                raise m.NoQuotaChannelError
            if quota.posting != change.interaction_id:
                await redraw(conn, self._owed, change.guild_id, [change.role_id])
                await self._post(conn, quota, change.channel_id, change.interaction_id)

    @patient
    async def posted(self, quota: m.Quota) -> bool:
        """Say whether a quota has a panel."""
        if quota.posting is None:
            return False
        async with self.database.connection() as conn:
            return await self._owed.find_public_panel(conn, BOARD, m.topic_of(quota.posting)) is not None

    async def _post(self, conn: Connection, quota: m.Quota, channel_id: int, posting: int) -> None:
        topic = m.topic_of(posting)
        await config.set_posting(conn, quota, posting)
        await self._owed.open_topic(conn, topic)
        await self._owed.public_panel(conn, kind=BOARD, topic=topic, guild_id=quota.guild_id, channel_id=channel_id)

    # --- what they share ----------------------------------------------------------------------------------------

    async def _have(self, conn: Connection, change: m.Change) -> m.Quota:
        """Hold a role's quota; a role without one gets one, with its first period and its panel."""
        now = self._clock.now()
        # Also where it has one: the answer of the commit that gave it one may have been lost.
        conn.after_commit(lambda: self._forget(change.guild_id))
        new = await config.add(conn, change.guild_id, change.role_id, now)
        if new is None:
            quota = await config.hold(conn, change.guild_id, change.role_id)
            if quota is None:  # deleted this very moment
                raise m.NoQuotaYetError(change.role_id)
            return quota
        rhythm = m.Rhythm(new.calendar, new.anchor, self._zones(change.guild_id))
        await periods.open_next(conn, new, *rhythm.running(now))
        await holders.owe_look(conn, change.guild_id, now)
        await self._audit_role(conn, change, "quota.create", {})
        if change.channel_id is not None:
            await self._post(conn, new, change.channel_id, change.interaction_id)
        return new

    async def _changed(self, conn: Connection, change: m.Change, pairs: Mapping[str, tuple[object, object]]) -> None:
        await self._audit_role(conn, change, "quota.set", pairs)
        await redraw(conn, self._owed, change.guild_id, [change.role_id])

    async def _audit_role(
        self, conn: Connection, change: m.Change, action: str, pairs: Mapping[str, tuple[object, object]]
    ) -> None:
        role = str(change.role_id)
        await self._audit(conn, change.guild_id, change.actor_id, action, role, pairs, role=change.role_id)

    async def _audit(
        self,
        conn: Connection,
        guild_id: int,
        actor_id: int | None,
        action: str,
        subject: str,
        pairs: Mapping[str, tuple[object, object]],
        **more: object,
    ) -> None:
        told = {name: {"old": _told(old), "new": _told(new)} for name, (old, new) in pairs.items()}
        await audit.write(
            conn,
            guild_id=guild_id,
            actor_id=actor_id,
            action=action,
            subject=subject,
            detail={**more, **told},
            now=self._clock.now(),
        )


def _told(value: object) -> str | None:
    """Write a value for the audit: points without zeros at the end, moments to the minute."""
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return None if value is None else str(value)
