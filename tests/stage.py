"""The stage of the end-to-end tests: a local Discord in a process of its own, a guild, and the real bot before it."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from psycopg.conninfo import conninfo_to_dict
from pydantic import SecretStr

from raidbot.app import App
from raidbot.kernel.clock import Clock
from raidbot.kernel.database import Database
from raidbot.kernel.guilds import ChannelKey, GuildStore, RoleKey
from raidbot.kernel.settings import Settings
from raidbot.playground.driver import Channel, Guild, LocalDiscord, Member, Message, Process, Reply, Role
from raidbot.playground.process import DEFAULT_TOKEN
from tests.tables import rows


@pytest.fixture(scope="session")
def discord_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """Lend this worker's local Discord; what departs from Discord's API description is among its `problems`."""
    contract = os.environ.get("DISCORD_OPENAPI")
    process = Process.start(
        clock_file=tmp_path_factory.mktemp("clock") / "offset", contract=Path(contract) if contract else None
    )
    yield process
    process.stop()


@pytest.fixture
async def discord(discord_process: Process) -> AsyncIterator[LocalDiscord]:
    """Lend an empty local Discord with real rate limits; the test fails for whatever it complains about."""
    discord = await LocalDiscord.attach(discord_process.port)
    await discord.reset()
    yield discord
    problems = await discord.problems()
    await discord.close()
    assert problems == []


@dataclass
class Stage:
    """A guild as a raiding community has it, and the bot."""

    discord: LocalDiscord
    guild: Guild
    raids: Channel
    bot_log: Channel
    organizer_role: Role
    verified_role: Role
    suspended_role: Role
    organizer: Member
    settings: Settings
    database: Database
    clock: Clock
    app: App | None = None
    raiders: list[Member] = field(default_factory=list)
    started: bool = False

    async def start_bot(self) -> None:
        """Start the bot; it is ready when this returns."""
        if not self.started:
            await self.hush()
            self.started = True
        self.app = App(self.settings, self.clock)
        await self.app.start()
        await self.discord.wait_ready()

    async def hush(self) -> None:
        """Keep the bot log from telling what was configured so far: that is no news."""
        await rows(self.database, "UPDATE audit SET told = true RETURNING 1")

    async def stop_bot(self) -> None:
        """Stop the bot, if it runs."""
        if self.app is not None:
            await self.app.stop()
            self.app = None

    async def add_raiders(self, count: int, prefix: str = "raider") -> list[Member]:
        """Add verified raiders."""
        raiders = await self.guild.add_members(count, prefix=prefix, roles=[self.verified_role])
        self.raiders += raiders
        return raiders

    async def open_run(
        self, dungeon: str = "SNAKE_PIT", by: Member | None = None, **options: Any
    ) -> tuple[Message, Reply]:
        """Type `/run`; return the public panel and the reply that shows the organizer panel."""
        reply = await (by or self.organizer).command(self.raids, "run", dungeon=dungeon, **options)
        await reply.wait_for(lambda message: "Organizer Panel" in message.text)
        assert reply.message is not None
        return await self.raids.wait_for(lambda message: bool(message.buttons)), reply

    async def go_live(self, panel: Reply, by: Member | None = None) -> None:
        """Set party and location and press Start."""
        by = by or self.organizer
        await by.submit(await by.press(panel, "Set Party/Location"), Party="3", Location="USW left bazaar")
        await panel.wait_for(lambda message: "left bazaar" in message.text)
        await by.press(panel, "Start")
        await panel.wait_for(lambda message: any(button.label == "End Run" for button in message.buttons))

    async def roles_settle(self, within: float = 20) -> None:
        """Wait until every role change, and every effect that is due soon, was carried out."""
        await self._until_none(
            f"SELECT 1 FROM member_role WHERE wanted IS DISTINCT FROM given UNION ALL {self._effects_soon()}", within
        )

    async def effects_settle(self, within: float = 20) -> None:
        """Wait until every effect that is due soon was carried out."""
        await self._until_none(self._effects_soon(), within)

    async def panels_settle(self, within: float = 20) -> None:
        """Wait until every panel shows its topic's version."""
        await self._until_none("SELECT 1 FROM panel JOIN panel_topic USING (topic) WHERE shown < version", within)

    async def roles_noted(self, organizer: Member, within: float = 5) -> None:
        """Wait until the active run of an organizer knows their roles."""
        query = f"SELECT organizer_role_ids FROM run WHERE organizer_id = {organizer.id} AND status IN ('open', 'live')"
        async with asyncio.timeout(within):
            # The run's own role comes and goes; everybody has the role that is the guild's own.
            while await rows(self.database, query) != [(sorted([self.guild.id, *await organizer.roles()]),)]:
                await asyncio.sleep(0.05)
                await asyncio.sleep(0.05)

    def _effects_soon(self) -> str:
        """Ask for effects that are not meant for later, such as the end of a key window."""
        soon = self.clock.now() + timedelta(seconds=10)
        return f"SELECT 1 FROM owed_effect WHERE attempts > 0 OR due_at < '{soon}'"

    async def _until_none(self, query: str, within: float) -> None:
        async with asyncio.timeout(within):
            while await rows(self.database, query):  # noqa: ASYNC110 - the condition is in the database
                await asyncio.sleep(0.05)

    async def panel_shows(self, text: str, within: float = 5) -> Message:
        """Wait until a message of the raid channel shows a text."""
        return await self.raids.wait_for(lambda message: text in message.text, within)


def as_url(dsn: str) -> SecretStr:
    """Write a connection string as DATABASE_URL takes it."""
    parts = conninfo_to_dict(dsn)
    host, user = quote(str(parts["host"]), safe=""), quote(str(parts["user"]))
    return SecretStr(f"postgresql://{user}@/{parts['dbname']}?host={host}")


@pytest.fixture
async def stage(discord: LocalDiscord, database_url: str, database: Database) -> AsyncIterator[Stage]:
    """Lend a guild with mapped roles and channels; the bot is not started yet."""
    guild = await discord.add_guild("Fungal Friends")
    roles = {name: await guild.add_role(name) for name in ("Organizer", "Verified Raider", "Suspended")}
    raids, bot_log = await guild.add_channel("raids"), await guild.add_channel("bot-log")
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]
        discord_token=SecretStr(DEFAULT_TOKEN),
        discord_api_url=discord.rest_url,
        database_url=as_url(database_url),
        environment="development",
        log_level="INFO",
    )
    clock = Clock()
    store = GuildStore(database, clock)
    await store.load()
    owner = guild.owner
    await store.map_roles(
        guild.id,
        {
            RoleKey.ORGANIZER: roles["Organizer"].id,
            RoleKey.VERIFIED_RAIDER: roles["Verified Raider"].id,
            RoleKey.SUSPENDED: roles["Suspended"].id,
        },
        owner.id,
    )
    await store.map_channels(guild.id, {ChannelKey.RAID: raids.id, ChannelKey.BOT_LOG: bot_log.id}, owner.id)
    organizer = await guild.add_member("Orga", roles=[roles["Organizer"]])
    stage = Stage(
        discord=discord,
        guild=guild,
        raids=raids,
        bot_log=bot_log,
        organizer_role=roles["Organizer"],
        verified_role=roles["Verified Raider"],
        suspended_role=roles["Suspended"],
        organizer=organizer,
        settings=settings,
        database=database,
        clock=clock,
    )
    await stage.hush()
    yield stage
    await stage.stop_bot()


@pytest.fixture
async def night(stage: Stage) -> Stage:
    """Lend the guild with the bot running."""
    await stage.start_bot()
    return stage


__all__ = ["Stage", "as_url", "discord", "discord_process", "night", "stage"]
