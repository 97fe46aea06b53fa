"""The party service on a database (`hall`), and the whole bot before the local Discord (`finder`)."""

from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any

import hikari
import pytest

from raidbot.features.parties import models as m
from raidbot.features.parties.service import PartyService
from raidbot.kernel.clock import Clock
from raidbot.kernel.database import Database
from raidbot.kernel.discord.easel import lanes
from raidbot.kernel.events import Events
from raidbot.kernel.guilds import ChannelKey, GuildStore, RoleKey
from raidbot.kernel.owed import Owed
from raidbot.playground.driver import Channel, Member, Message, Reply
from tests.stage import Stage
from tests.tables import until

GUILD, CHANNEL = 200_000_000_000_000_001, 300_000_000_000_000_001
OWNER, A, B = 400_000_000_000_000_001, 500_000_000_000_000_001, 500_000_000_000_000_002
_interactions = count(900_000_000_000_000_001)


@dataclass
class Hall:
    """The service with what it stands on."""

    database: Database
    clock: Clock
    events: Events
    parties: PartyService

    async def open(self, **overrides: Any) -> m.Opened | m.Busy:
        """Open a party."""
        values: dict[str, Any] = {
            "guild_id": GUILD,
            "owner_id": OWNER,
            "owner_name": "Orga",
            "interaction_id": next(_interactions),
            "channel_id": CHANNEL,
            "dungeons": ("SNAKE_PIT",),
            "name": None,
            "location": None,
            "description": None,
            "size": None,
        }
        return await self.parties.open_party(m.NewParty(**{**values, **overrides}))

    async def party(self, **overrides: Any) -> m.Party:
        """Open a party that is in nobody's way, and return it."""
        opened = await self.open(**overrides)
        assert isinstance(opened, m.Opened)
        return opened.party

    async def join(self, party: m.Party, user_id: int, *, click: int | None = None) -> m.Party:
        """Press Join."""
        return await self.parties.join(m.Click(click or next(_interactions), party.guild_id, party.id, user_id))

    async def leave(self, party: m.Party, user_id: int, *, click: int | None = None) -> m.Party:
        """Press Leave."""
        return await self.parties.leave(m.Click(click or next(_interactions), party.guild_id, party.id, user_id))

    async def close(self, party: m.Party) -> None:
        """Close a party, as its owner."""
        await self.parties.close(party.guild_id, party.id, party.owner_id, any_party=False)

    async def members(self, party: m.Party) -> list[int]:
        """List who is in, the first to come first."""
        return list((await self.parties.roster(party.id))[1])


@pytest.fixture
def hall(database: Database) -> Hall:
    clock, events = Clock(), Events()
    return Hall(database, clock, events, PartyService(database, Owed(clock), events, clock))


class Finder:
    """A guild with a party finder channel, moderators and a muted role."""

    def __init__(self, stage: Stage, channel: Channel, moderator: Member, owner: Member, raider: Member) -> None:
        self.stage = stage
        self.channel = channel
        self.moderator = moderator
        self.owner = owner
        self.raider = raider

    @property
    def rest(self) -> hikari.api.RESTClient:
        assert self.stage.app is not None
        return self.stage.app.bot.rest

    async def type(self, by: Member | None = None, **options: Any) -> Reply:
        """Type `/party`."""
        options = {"dungeon_1": "SNAKE_PIT", **options}
        return await (by or self.owner).command(self.stage.raids, "party", **options)

    async def open(self, by: Member | None = None, **options: Any) -> Message:
        """Open a party and return its panel."""
        reply = await self.type(by, **options)
        assert "Your party is open" in reply.text
        return await self.panel("Party Open")

    async def panel(self, *texts: str, without: int = 0, within: float = 5) -> Message:
        """Wait until a message of the channel, other than one, shows texts."""
        return await self.channel.wait_for(
            lambda shown: shown.id != without and all(text in shown.text for text in texts), within
        )

    async def thread(self, panel: Message | None = None) -> Channel:
        """Wait until a party has its thread, its panel says so, and everybody who is in is in there."""
        await self.panel("Thread\n<#")
        await self.stage.effects_settle()
        threads = [one for one in await self.stage.guild.channels() if "'s party: " in one.name]
        (thread,) = [one for one in threads if panel is None or one.id == panel.id]
        return thread

    async def talkers(self, thread: Channel) -> set[int]:
        """Give who is in a thread, the bot apart."""
        found = await self.rest.fetch_thread_members(thread.id)
        return {int(one.user_id) for one in found} - {self.stage.guild.bot.id}

    async def archived(self, thread: Channel) -> bool:
        channel = await self.rest.fetch_channel(thread.id)
        assert isinstance(channel, hikari.GuildThreadChannel)
        return channel.is_archived

    async def wait_closed(self, panel: Message) -> None:
        """Wait until a party's panel is gone and nothing is owed any more."""
        await self.channel.wait_without(panel)
        await self.stage.effects_settle()
        await until(self.stage.database, "SELECT count(*) FROM panel", 0)

    async def pass_time(self, by: timedelta) -> None:
        """Let time pass for the bot and for Discord."""
        await self.stage.discord.shift_clock(by.total_seconds())
        self.stage.clock.shift(by)

    async def restart(self) -> None:
        """Start the bot again, at once."""
        await self.stage.stop_bot()
        await self.stage.start_bot()


@pytest.fixture
async def finder(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Finder:
    """Lend the guild with the bot running; a channel has a turn each tenth of a second."""
    monkeypatch.setattr(lanes, "TURN_S", 0.1)
    channel = await stage.guild.add_channel("party-finder")
    moderators, muted = await stage.guild.add_role("Moderator"), await stage.guild.add_role("Muted")
    store = GuildStore(stage.database, stage.clock)
    await store.load()
    by = stage.guild.owner.id
    await store.map_channels(stage.guild.id, {ChannelKey.PARTY_FINDER: channel.id}, by)
    await store.map_roles(stage.guild.id, {RoleKey.MODERATOR: moderators.id, RoleKey.MUTED: muted.id}, by)
    moderator = await stage.guild.add_member("Moda", roles=[moderators])
    owner, raider = await stage.add_raiders(2)
    await stage.start_bot()
    return Finder(stage, channel, moderator, owner, raider)
