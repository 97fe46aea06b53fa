"""The services of the staff on a database (`desk`), and the whole bot before the local Discord (`office`)."""

import asyncio
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest

from raidbot.features.team import models as m
from raidbot.features.team.service import PromotionService, TeamService
from raidbot.kernel.clock import Clock
from raidbot.kernel.database import Database
from raidbot.kernel.events import Events
from raidbot.kernel.guilds import ChannelKey, GuildStore, RoleKey, RolesMapped
from raidbot.kernel.owed import Owed
from raidbot.playground.driver import Channel, Member, Message, Reply, Role
from tests.stage import Stage

GUILD, CHANNEL, OFFICER = 200_000_000_000_000_001, 300_000_000_000_000_001, 400_000_000_000_000_001
A, B = 500_000_000_000_000_001, 500_000_000_000_000_002
TEAM, ORGANIZERS, OTHERS = 700_000_000_000_000_001, 700_000_000_000_000_002, 700_000_000_000_000_003
_interactions = count(900_000_000_000_000_001)


@dataclass
class Desk:
    """The services with what they stand on."""

    database: Database
    clock: Clock
    guilds: GuildStore
    team: TeamService
    promotions: PromotionService

    async def promote(self, **overrides: Any) -> m.Promotion:
        """Promote a member to organizer."""
        values: dict[str, Any] = {
            "guild_id": GUILD,
            "user_id": A,
            "role_key": RoleKey.ORGANIZER,
            "role_id": ORGANIZERS,
            "actor_id": OFFICER,
            "interaction_id": next(_interactions),
            "channel_id": CHANNEL,
        }
        return await self.promotions.promote(m.NewPromotion(**{**values, **overrides}))


@pytest.fixture
async def desk(database: Database) -> Desk:
    clock, events = Clock(), Events()
    guilds, owed = GuildStore(database, clock, events), Owed(clock)
    await guilds.load()
    team = TeamService(database, owed, clock, guilds)
    events.subscribe(RolesMapped, team.roles_mapped)
    return Desk(database, clock, guilds, team, PromotionService(database, owed, clock))


@dataclass
class Office:
    """A guild with staff of every rank and a team role that nobody holds yet; the bot is not started."""

    stage: Stage
    updates: Channel
    team: Role
    security: Role
    officer: Member
    administrator: Member

    async def on_team(self, member: Member, *, wanted: bool = True) -> bool:
        """Wait until a member holds the team role, or does not."""
        async with asyncio.timeout(5):
            while (self.team.id in await member.roles()) is not wanted:  # noqa: ASYNC110 - nothing announces it
                await asyncio.sleep(0.02)
        return True

    async def promote(self, member: Member, role: str = "organizer", *, by: Member | None = None) -> Reply:
        """Type `/addrole`."""
        return await (by or self.officer).command(self.stage.raids, "addrole", member=member, role=role)

    async def announcement(self, member: Member) -> Message:
        """Wait for the post that tells of a member's promotion."""
        return await self.updates.wait_for(lambda shown: member.mention in shown.text)


@pytest.fixture
async def office(stage: Stage) -> Office:
    guild = stage.guild
    updates = await guild.add_channel("staff-updates")
    roles = {key: await guild.add_role(key.title) for key in (RoleKey.TEAM, RoleKey.SECURITY, RoleKey.OFFICER)}
    administrators = await guild.add_role("Administrator")
    store = GuildStore(stage.database, stage.clock)
    await store.load()
    mapped = {RoleKey.ADMINISTRATOR: administrators.id, **{key: role.id for key, role in roles.items()}}
    await store.map_roles(guild.id, mapped, guild.owner.id)
    await store.map_channels(guild.id, {ChannelKey.STAFF_UPDATES: updates.id}, guild.owner.id)
    officer = await guild.add_member("Offi", roles=[roles[RoleKey.OFFICER]])
    administrator = await guild.add_member("Admi", roles=[administrators])
    return Office(stage, updates, roles[RoleKey.TEAM], roles[RoleKey.SECURITY], officer, administrator)
