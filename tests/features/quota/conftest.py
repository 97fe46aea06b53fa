"""The services that earn, correct and take back, on a database."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from raidbot.features.dungeons.api import catalogue
from raidbot.features.quota import models as m
from raidbot.features.quota.service import (
    ConfigService,
    HolderService,
    PeriodService,
    RecalculationService,
    StaffService,
)
from raidbot.kernel.clock import Clock
from raidbot.kernel.database import Database
from raidbot.kernel.discord.easel import lanes
from raidbot.kernel.guilds import ChannelKey, GuildStore, Module, RoleKey
from raidbot.playground import driver
from tests.factories import GUILD, ORGANIZER, House
from tests.stage import Stage
from tests.tables import rows

A, B, OFFICER = 500_000_000_000_000_001, 500_000_000_000_000_002, 600_000_000_000_000_001
LOW, HIGH = 700_000_000_000_000_001, 700_000_000_000_000_002
"""Roles; the higher has the higher position."""
_sources = count(1)
DUNGEONS = {dungeon.code: dungeon for dungeon in catalogue().all}


def deed(user_id: int = A, *, source: str | None = None, actor_id: int = OFFICER, reason: str | None = None) -> m.Deed:
    """Make a deed of its own."""
    return m.Deed(GUILD, user_id, actor_id, source or f"test:{next(_sources)}", reason)


@dataclass
class Bank:
    """The services with what they stand on."""

    house: House
    staff: StaffService

    @property
    def database(self) -> Database:
        return self.house.database

    async def set_quota(self, role_id: int, **points: str) -> None:
        """Give a role a quota, with points other than the defaults."""
        names = "".join(f", {name}" for name in points)
        values = "".join(f", {value}" for value in points.values())
        await rows(
            self.database,
            f"INSERT INTO quota_role (guild_id, role_id, created_at{names}) VALUES ({GUILD}, {role_id}, now(){values})"
            " RETURNING 1",
        )

    async def set_points(self, table: str, dungeon: str, points: str, *, role_id: int | None = None) -> None:
        """Say what a dungeon is worth: for raiders, for keys, or for a role's quota."""
        role = "" if role_id is None else f", {role_id}"
        await rows(
            self.database,
            f"INSERT INTO {table} VALUES ({GUILD}{role}, '{dungeon}', {points})"
            f" ON CONFLICT ON CONSTRAINT {table}_pkey DO UPDATE SET points = excluded.points RETURNING 1",
        )

    async def organised(self) -> list[tuple[int, int, Decimal, int | None]]:
        """List the organizers' awards: pop, member, quota points and their role."""
        return await rows(
            self.database,
            "SELECT pop, user_id, quota_points, quota_role_id FROM ledger WHERE kind = 'organised' ORDER BY id",
        )

    async def make_live(self, *roles: int, dungeon: str = "SNAKE_PIT") -> int:
        """Have a run live whose organizer has these roles."""
        return await self.house.make_live(dungeon=dungeon, organizer_role_ids=roles)

    async def log_keys(self, amount: int, *, dungeon: str = "THE_VOID", user_id: int = A) -> m.Logged:
        """Count popped keys of a dungeon's first kind."""
        found = DUNGEONS[dungeon]
        async with self.database.transaction() as conn:
            return await self.house.ledger.log_key_pops(conn, deed(user_id), found, found.keys[0], amount)

    async def log_runs(self, amount: int, *roles: int, dungeon: str = "SNAKE_PIT", actor_id: int = OFFICER) -> m.Logged:
        """Count runs that a member with these roles organised."""
        return await self.staff.log_runs(deed(actor_id=actor_id), DUNGEONS[dungeon], amount, roles)

    async def give(self, points: str, user_id: int = A) -> m.Logged:
        """Give points, or take some."""
        return await self.staff.add_points(deed(user_id), Decimal(points))

    async def give_quota(
        self, points: str, role_id: int | None = None, *, roles: Collection[int] = (), user_id: int = A
    ) -> m.Logged:
        """Give quota points, or take some."""
        return await self.staff.add_quota_points(deed(user_id), Decimal(points), role_id, roles)

    async def undo(self, logged: m.Logged, *, actor_id: int = OFFICER, any_time: bool = True) -> m.Undone:
        """Take a row back."""
        return await self.staff.undo(GUILD, logged.entry.id, actor_id, deed().source, any_time=any_time)


@pytest.fixture
def bank(database: Database) -> Bank:
    house = House.build(database)
    house.positions.update({LOW: 3, HIGH: 7})
    return Bank(house, StaffService(database, house.ledger, lambda _: house.positions))


@dataclass
class Desk:
    """The services of quotas, in a guild whose clock runs in Berlin."""

    bank: Bank
    config: ConfigService
    periods: PeriodService
    holders: HolderService
    recalculation: RecalculationService

    @property
    def database(self) -> Database:
        return self.bank.database

    @property
    def clock(self) -> Clock:
        return self.bank.house.clock

    async def earn(self, role_id: int, points: str, user_id: int = A) -> m.Logged:
        """Give quota points of a role, now."""
        return await self.bank.give_quota(points, role_id, user_id=user_id)


@pytest.fixture
def desk(bank: Bank) -> Desk:
    house, zone = bank.house, ZoneInfo("Europe/Berlin")
    shared = (bank.database, house.owed, lambda _: zone, house.clock)
    holders = HolderService(bank.database, house.owed, house.clock)
    recalculation = RecalculationService(bank.database, house.owed, catalogue(), house.clock)
    config = ConfigService(*shared, holders.forget)
    return Desk(bank, config, PeriodService(*shared), holders, recalculation)


@dataclass
class QuotaStage:
    """The guild with quotas switched on, a role to measure by, and who measures."""

    stage: Stage
    leaders: driver.Role
    channel: driver.Channel
    admin: driver.Member
    moderator: driver.Member
    leader: driver.Member

    async def type(self, by: driver.Member, name: str, **options: Any) -> driver.Reply:
        """Type a command."""
        return await by.command(self.stage.raids, name, **options)

    async def board(self, *texts: str) -> driver.Message:
        """Wait until a message of the channel shows texts."""
        return await self.channel.wait_for(lambda shown: all(text in shown.text for text in texts))

    async def pass_time(self, by: timedelta) -> None:
        """Let time pass for the bot and for Discord."""
        await self.stage.discord.shift_clock(by.total_seconds())
        self.stage.clock.shift(by)

    def look(self) -> None:
        """Have the job look at all members, now."""
        assert self.stage.app is not None
        self.stage.app.scheduler.ring("quota.look")


@pytest.fixture
async def quota_stage(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> QuotaStage:
    """Lend the guild with the bot running; a channel has a turn each tenth of a second."""
    monkeypatch.setattr(lanes, "TURN_S", 0.1)
    guild = stage.guild
    moderators, leaders = await guild.add_role("Moderator"), await guild.add_role("Raid Leader")
    admins = await guild.add_role("Admins", permissions=driver.Permission.ADMINISTRATOR)
    channel = await guild.add_channel("quota")
    store, by = GuildStore(stage.database, stage.clock), guild.owner.id
    await store.load()
    await store.map_roles(guild.id, {RoleKey.MODERATOR: moderators.id}, by)
    await store.map_channels(guild.id, {ChannelKey.QUOTA: channel.id}, by)
    await store.set_module(guild.id, Module.QUOTA, enabled=True, actor_id=by)
    people = {
        "admin": await guild.add_member("Ada", roles=[admins]),
        "moderator": await guild.add_member("Moda", roles=[moderators]),
        "leader": await guild.add_member("Lea", roles=[leaders, stage.organizer_role]),
    }
    await stage.start_bot()
    return QuotaStage(stage, leaders, channel, **people)


__all__ = [
    "DUNGEONS",
    "GUILD",
    "HIGH",
    "LOW",
    "OFFICER",
    "ORGANIZER",
    "A",
    "B",
    "Bank",
    "Desk",
    "QuotaStage",
    "deed",
]
