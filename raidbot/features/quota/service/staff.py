"""What staff do with members' points: each is one transaction."""

from collections.abc import Collection
from decimal import Decimal

from raidbot.features.dungeons.api import Dungeon
from raidbot.features.quota import models as m
from raidbot.features.quota.queries import rates
from raidbot.features.quota.service.ledger import Ledger, Positions
from raidbot.kernel.database import Connection, Database
from raidbot.kernel.database.patience import patient


class StaffService:
    """Use cases of organizers and officers."""

    def __init__(self, database: Database, ledger: Ledger, positions: Positions) -> None:
        self.database = database
        self._ledger = ledger
        self._positions = positions

    @patient
    async def add_points(self, deed: m.Deed, points: Decimal) -> m.Logged:
        """Give a raider points, or take some. Raises NothingToTakeError."""
        async with self.database.transaction() as conn:
            return await self._ledger.adjust_points(conn, deed, points)

    @patient
    async def add_quota_points(
        self, deed: m.Deed, points: Decimal, role_id: int | None, role_ids: Collection[int]
    ) -> m.Logged:
        """Give quota points of a role, or take some; without one, of the highest quota role the member has.

        Raises NotAQuotaRoleError, NoQuotaRoleError or NothingToTakeError.
        """
        async with self.database.transaction() as conn:
            role_id = await self._quota_role(conn, deed, role_id, role_ids)
            return await self._ledger.adjust_quota_points(conn, deed, points, role_id)

    async def _quota_role(self, conn: Connection, deed: m.Deed, role_id: int | None, role_ids: Collection[int]) -> int:
        among = role_ids if role_id is None else [role_id]
        found = m.highest(await rates.roles_among(conn, deed.guild_id, among), self._positions(deed.guild_id))
        if found is not None:
            return found
        raise m.NoQuotaRoleError(deed.user_id) if role_id is None else m.NotAQuotaRoleError(role_id)

    @patient
    async def log_runs(self, deed: m.Deed, dungeon: Dungeon, amount: int, role_ids: Collection[int]) -> m.Logged:
        """Count runs that a member, who has these roles, organised, or take some back. Raises NothingToTakeError."""
        async with self.database.transaction() as conn:
            return await self._ledger.log_runs(conn, deed, dungeon, amount, role_ids)

    @patient
    async def undo(self, guild_id: int, entry_id: int, actor_id: int, source: str, *, any_time: bool) -> m.Undone:
        """Take a row back: for who wrote it within a quarter of an hour, with `any_time` for anybody, ever.

        Raises NotYoursToUndoError, AlreadyUndoneError or EntryGoneError.
        """
        async with self.database.transaction() as conn:
            return await self._ledger.undo(conn, guild_id, entry_id, actor_id, source, any_time=any_time)
