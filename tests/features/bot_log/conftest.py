"""The audit's reader and the bot log on a database (`archive`)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from raidbot.features.bot_log.service import AuditReader, BotLog
from raidbot.kernel import audit
from raidbot.kernel.clock import Clock
from raidbot.kernel.database import Connection, Database
from raidbot.kernel.guilds import GuildStore
from raidbot.kernel.owed import Owed

GUILD, OTHER, CHANNEL = 200_000_000_000_000_001, 200_000_000_000_000_002, 300_000_000_000_000_001
A, B = 500_000_000_000_000_001, 500_000_000_000_000_002


@dataclass
class Archive:
    """The services with what they stand on."""

    database: Database
    clock: Clock
    guilds: GuildStore
    reader: AuditReader
    log: BotLog

    async def note(self, conn: Connection, action: str = "guild.roles.set", **overrides: Any) -> None:
        """Write an entry in a transaction."""
        values: Mapping[str, Any] = {"guild_id": GUILD, "actor_id": A, "subject": "1", "detail": {}, "target_id": None}
        await audit.write(conn, action=action, now=self.clock.now(), **{**values, **overrides})

    async def noted(self, action: str = "guild.roles.set", **overrides: Any) -> None:
        """Write an entry."""
        async with self.database.transaction() as conn:
            await self.note(conn, action, **overrides)

    async def tell(self) -> None:
        """Have everything told that is due, as the job does."""
        while due := await self.log.due(()):
            for guild_id in due:
                await self.log.tell(guild_id)


@pytest.fixture
async def archive(database: Database) -> Archive:
    clock = Clock()
    guilds = GuildStore(database, clock)
    await guilds.load()
    return Archive(database, clock, guilds, AuditReader(database), BotLog(database, Owed(clock), guilds))
