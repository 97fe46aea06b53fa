"""The use cases: looking back, and taking what staff have not heard of yet."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from raidbot.features.bot_log.models import Page
from raidbot.kernel import audit
from raidbot.kernel.audit import PAGE, Entry, Filters
from raidbot.kernel.database import Connection, Database, Unavailable
from raidbot.kernel.database.patience import patient
from raidbot.kernel.guilds import ChannelKey, GuildStore
from raidbot.kernel.owed import Effect, Owed

POST: Final = "bot_log.post"


class AuditReader:
    """Reads the audit, page by page."""

    def __init__(self, database: Database) -> None:
        self.database = database

    @patient
    async def older(self, guild_id: int, filters: Filters, than: int | None = None) -> Page:
        """Read the page behind an entry: the newest page without one."""
        return await self._older(guild_id, filters, than)

    @patient
    async def newer(self, guild_id: int, filters: Filters, than: int) -> Page:
        """Read the page before an entry; where that is the newest page, it is a whole one."""
        async with self.database.connection() as conn:
            found = await audit.newer(conn, guild_id, filters, than)
        if len(found) <= PAGE:
            return await self._older(guild_id, filters, None)
        return Page(filters, found[PAGE - 1 :: -1], newer=True, older=True)

    async def actions(self, guild_id: int) -> Sequence[str]:
        """List the actions that a guild has entries of; none while the database is away."""
        try:
            async with self.database.connection() as conn:
                return await audit.actions(conn, guild_id)
        except Unavailable:
            return ()

    async def _older(self, guild_id: int, filters: Filters, than: int | None) -> Page:
        async with self.database.connection() as conn:
            found = await audit.older(conn, guild_id, filters, than)
        return Page(filters, found[:PAGE], newer=than is not None, older=len(found) > PAGE)


class BotLog:
    """Tells staff what was changed."""

    def __init__(self, database: Database, owed: Owed, guilds: GuildStore) -> None:
        self.database = database
        self._owed = owed
        self._guilds = guilds

    async def due(self, failed: Collection[int]) -> Sequence[int]:
        """List ten guilds with something to tell that have no message under way, or one refused elsewhere."""
        passed = list(failed)
        async with self.database.connection() as conn:
            while found := await audit.untold_guilds(conn, passed):
                under_way = await self._under_way(conn, found)
                if ready := [one for one in found if one not in under_way or self._misled(under_way[one])]:
                    return ready
                passed += found
        return ()

    async def tell(self, guild_id: int) -> None:
        """Owe a guild a message of what it has not heard yet; one that Discord refused elsewhere goes first."""
        channel_id = self._channel(guild_id)
        async with self.database.transaction() as conn:
            if channel_id is None:
                await audit.take_untold(conn, guild_id)
                return
            under_way = (await self._under_way(conn, [guild_id])).get(guild_id)
            ids = await audit.take_untold(conn, guild_id) if under_way is None else under_way.payload["ids"]
            payload = {"channel": channel_id, "ids": ids}
            await self._owed.effect(conn, POST, guild_id=guild_id, subject=str(guild_id), payload=payload)

    async def entries(self, ids: Sequence[int]) -> Sequence[Entry]:
        """Read what a message tells, the oldest first."""
        async with self.database.connection() as conn:
            return await audit.entries(conn, ids)

    def _channel(self, guild_id: int) -> int | None:
        return self._guilds.cached(guild_id).channels.get(ChannelKey.BOT_LOG)

    async def _under_way(self, conn: Connection, guild_ids: Sequence[int]) -> Mapping[int, Effect]:
        found = await self._owed.effects_about(conn, POST, [str(guild_id) for guild_id in guild_ids])
        return {one.guild_id: one for one in found}

    def _misled(self, effect: Effect) -> bool:
        """Say whether Discord refuses a message in a channel that is not the bot log any more."""
        return effect.blocked_reason is not None and effect.payload["channel"] != self._channel(effect.guild_id)
