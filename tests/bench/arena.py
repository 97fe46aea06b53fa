"""Where a row is measured: a guild of 36,000 members, a fresh database, and one of two bots at a time."""

import asyncio
import contextlib
import os
import re
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import orjson

import raidbot
from raidbot.kernel.clock import Clock
from raidbot.kernel.database import Database
from raidbot.kernel.guilds import ChannelKey, GuildStore, RoleKey
from raidbot.playground.driver import Channel, Guild, LocalDiscord, Member, Message, Reply, Role
from tests.bench.postgres import Ledger, Postgres
from tests.stage import as_url

MEMBERS = 36_000
READY_S = 30.0
STOP_S = 20.0
SETTLE_S = 30.0
_ROOT = Path(raidbot.__file__).parents[1]
_runs = count(1)
_COMPLAINT = re.compile(r"[\d:.]{12} (WARNING|ERROR|CRITICAL) +(.*)")
"""A line of the log of a bot that is not in production."""


class ChildError(RuntimeError):
    """A bot did not do what the row needs; the text ends with its log."""


@dataclass(frozen=True, slots=True)
class Bot:
    """A running bot process."""

    child: "subprocess.Popen[bytes]"
    log: Path
    began: float
    """When it was started, on `time.monotonic`'s clock."""

    @property
    def pid(self) -> int:
        return self.child.pid

    def complaints(self) -> list[str]:
        """List what it logged as a warning or worse."""
        lines = self.log.read_text("utf-8", "replace").splitlines()
        records = [orjson.loads(line) for line in lines if line.startswith("{")]
        told = [
            f"{one['level']} {one['message']} {one.get('statement', '')}".rstrip()
            for one in records
            if one["level"] not in {"DEBUG", "INFO"}
        ]
        return told + [f"{found[1]} {found[2]}" for line in lines if (found := _COMPLAINT.match(line)) is not None]

    def stop(self) -> None:
        """Let it finish; kill it when it does not."""
        self.child.terminate()
        try:
            self.child.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()


@dataclass
class Arena:
    """One local Discord with its guild, one database, and the members that have not clicked yet."""

    folder: Path
    discord: LocalDiscord
    ledger: Ledger
    guild: Guild
    raids: Channel
    organizers: Role
    organizer: Member
    fresh: list[Member] = field(repr=False)

    @property
    def discord_pid(self) -> int:
        assert self.discord.process is not None
        return self.discord.process.child.pid

    def draw(self, number: int) -> list[Member]:
        """Take members who have not clicked yet, so that no limit of a member's clicks is hit."""
        if number > len(self.fresh):
            raise ValueError(f"{number} members are wanted, {len(self.fresh)} have not clicked yet")
        drawn, self.fresh = self.fresh[:number], self.fresh[number:]
        return drawn

    async def add_organizers(self, number: int) -> list[Member]:
        """Let more organizers join."""
        return await self.guild.add_members(number, "orga", [self.organizers])

    @contextlib.asynccontextmanager
    async def real_bot(self, *, shiftable: bool = False) -> AsyncIterator[Bot]:
        """Run the bot as its users do; shiftable: as its developers do, on the local Discord's clock."""
        assert self.discord.process is not None
        environment = {
            "DATABASE_URL": as_url(self.ledger.dsn).get_secret_value(),
            "ENVIRONMENT": "development" if shiftable else "production",
            **({"CLOCK_FILE": str(self.discord.process.clock_file)} if shiftable else {}),
        }
        async with self._bot("raidbot", "run", **environment) as bot:
            yield bot

    @contextlib.asynccontextmanager
    async def cached_bot(self, components: str) -> AsyncIterator[Bot]:
        """Run the bot with other parts of hikari's cache, named with commas between."""
        url = as_url(self.ledger.dsn).get_secret_value()
        async with self._bot("tests.bench.cached", components, DATABASE_URL=url, ENVIRONMENT="production") as bot:
            yield bot

    @contextlib.asynccontextmanager
    async def bare_bot(self) -> AsyncIterator[Bot]:
        """Run the floor."""
        async with self._bot("tests.bench.floor") as bot:
            yield bot

    @contextlib.asynccontextmanager
    async def _bot(self, module: str, *arguments: str, **environment: str) -> AsyncIterator[Bot]:
        bot = self._launch(module, *arguments, **environment)
        try:
            await self._ready(bot)
            yield bot
        except Exception as error:
            last = bot.log.read_text("utf-8", "replace")[-2000:]
            raise ChildError(f"{module}: {error!r}\n{last}") from error
        finally:
            bot.stop()
            await self.discord.wait_gone(STOP_S)

    def _launch(self, module: str, *arguments: str, **environment: str) -> Bot:
        environment = {
            **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
            "PYTHONPATH": str(_ROOT),
            "DISCORD_TOKEN": self.discord.token,
            "DISCORD_API_URL": self.discord.rest_url,
            **environment,
        }
        log = self.folder / f"{module}-{next(_runs)}.log"
        with log.open("wb") as sink:
            began = time.monotonic()
            child = subprocess.Popen(
                [sys.executable, "-m", module, *arguments], env=environment, cwd=self.folder, stdout=sink, stderr=sink
            )
        return Bot(child, log, began)

    async def _ready(self, bot: Bot) -> None:
        ready = asyncio.create_task(self.discord.wait_ready(READY_S))
        while not ready.done():
            await asyncio.wait([ready], timeout=0.1)
            if bot.child.poll() is not None:
                ready.cancel()
                raise RuntimeError(f"ended with status {bot.child.returncode}")
        await ready

    async def open_run(self, by: Member | None = None) -> tuple[Message, Reply]:
        """Type `/run`, wait until its role is made; return the public panel and the reply with the organizer's."""
        by = by or self.organizer
        reply = await by.command(
            self.raids, "run", dungeon="THE_VOID", party="3", location="USW left bazaar", wait=False
        )
        await reply.wait_for(lambda message: "Organizer Panel" in message.text, SETTLE_S)
        panel = await self.raids.wait_for(
            lambda message: bool(message.buttons) and f"**Organizer:** {by.mention}" in message.text, SETTLE_S
        )
        await self.ledger.until("SELECT count(*) FROM run WHERE role_wanted AND role_id IS NULL", 0, SETTLE_S)
        return panel, reply


@contextlib.asynccontextmanager
async def arena(
    folder: Path, postgres: Postgres, *, members: int = MEMBERS, rate_limits: bool = True
) -> AsyncIterator[Arena]:
    """Lend an arena: roles and channel mapped, every member verified."""
    discord = await LocalDiscord.launch(rate_limits=rate_limits, clock_file=folder / f"clock-{next(_runs)}")
    try:
        guild = await discord.add_guild("Fungal Friends")
        organizers, verified = await guild.add_role("Organizer"), await guild.add_role("Verified Raider")
        raids = await guild.add_channel("raids")
        organizer = await guild.add_member("Orga", roles=[organizers])
        crowd = await guild.add_members(members - 1, roles=[verified])
        with postgres.database() as ledger:
            roles = {RoleKey.ORGANIZER: organizers.id, RoleKey.VERIFIED_RAIDER: verified.id}
            await _configure(ledger.dsn, guild, roles, {ChannelKey.RAID: raids.id})
            yield Arena(folder, discord, ledger, guild, raids, organizers, organizer, crowd)
    finally:
        await discord.close()


async def _configure(dsn: str, guild: Guild, roles: dict[RoleKey, int], channels: dict[ChannelKey, int]) -> None:
    database = Database(dsn)
    await database.open()
    try:
        store = GuildStore(database, Clock())
        await store.load()
        await store.map_roles(guild.id, roles, guild.owner.id)
        await store.map_channels(guild.id, channels, guild.owner.id)
    finally:
        await database.close()
