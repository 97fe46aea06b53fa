"""The stage with a channel for the panel, and roles that dungeons can ping."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from raidbot.kernel.guilds import ChannelKey, GuildStore
from raidbot.playground.driver import Channel, Member, Message, Reply, Role
from tests.stage import Stage
from tests.tables import rows

MEMBER_ROLE = "/guilds/{guild_id}/members/{user_id}/roles/{role_id}"


@dataclass
class Board:
    """The stage, the panel's channel and who configures."""

    stage: Stage
    channel: Channel
    staff: Member
    roles: dict[str, Role] = field(default_factory=dict)

    async def map(self, *dungeons: str, role: Role | None = None) -> list[Role]:
        """Give dungeons a ping role of their own, or this one."""
        mapped = []
        for dungeon in dungeons:
            mapped.append(role or await self.stage.guild.add_role(f"{dungeon} ping"))
            await self._heard_of(mapped[-1])
            async with self.stage.database._pool.connection() as conn:
                await conn.execute(
                    "INSERT INTO role_ping VALUES (%s, %s, %s, '2026-01-01 00:00Z', 1)",
                    [self.stage.guild.id, dungeon, mapped[-1].id],
                )
            self.roles[dungeon] = mapped[-1]
        return mapped

    async def _heard_of(self, role: Role) -> None:
        """Wait until the bot, if it runs, knows a role: a command that maps one always comes later than that."""
        app = self.stage.app
        async with asyncio.timeout(5):
            while app is not None and app.bot.cache.get_role(role.id) is None:  # noqa: ASYNC110 - nothing announces it
                await asyncio.sleep(0.005)

    async def config(self, by: Member | None = None, **options: Any) -> Reply:
        """Type `/configrolepings`."""
        return await (by or self.staff).command(self.stage.raids, "configrolepings", **options)

    async def post(self) -> Message:
        """Type `/sendrolepingembed` and return the panel."""
        before = {message.id for message in await self.channel.messages()}
        reply = await self.staff.command(self.stage.raids, "sendrolepingembed")
        assert "The panel is up" in reply.text
        return await self.channel.wait_for(lambda message: message.id not in before)

    async def panel_shows(self, text: str, within: float = 5) -> Message:
        """Wait until the panel shows a text."""
        return await self.channel.wait_for(lambda message: text in message.text, within)

    async def asked_for(self, member: Member) -> list[tuple[str, int]]:
        """List the changes of a member's roles that Discord was asked for: (method, role id)."""
        found = [one for one in await self.stage.discord.requests() if one.route == MEMBER_ROLE]
        assert [one for one in found if one.status == 429] == []
        return [(one.method, int(one.path.rpartition("/")[2])) for one in found if f"/members/{member.id}/" in one.path]

    async def holds(self, member: Member, roles: Sequence[Role]) -> bool:
        """Say whether a member holds exactly these of the ping roles, once all that is owed was carried out."""
        await self.stage.roles_settle()
        known = {role.id for role in self.roles.values()} | {role.id for role in roles}
        return known.intersection(await member.roles()) == {role.id for role in roles}

    async def owed(self) -> list[tuple[object, ...]]:
        """List what is owed: (role, wanted, given)."""
        return await rows(self.stage.database, "SELECT role_id, wanted, given FROM member_role ORDER BY role_id")


@pytest.fixture
async def board(stage: Stage) -> Board:
    """Lend the stage with a mapped channel for the panel; the bot is not started yet."""
    channel = await stage.guild.add_channel("role-pings")
    store = GuildStore(stage.database, stage.clock)
    await store.load()
    await store.map_channels(stage.guild.id, {ChannelKey.ROLE_PING: channel.id}, stage.guild.owner.id)
    return Board(stage, channel, stage.guild.owner)


@pytest.fixture
async def running(board: Board) -> Board:
    """Lend it with the bot running."""
    await board.stage.start_bot()
    return board
