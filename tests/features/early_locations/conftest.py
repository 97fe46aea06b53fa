"""Early locations on a database (`desk`), and the whole bot before the local Discord (`evening`)."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any, Final

import pytest

from raidbot.features.dungeons.api import catalogue
from raidbot.features.early_locations import models as m
from raidbot.features.early_locations.service import TELL, EarlyLocationService
from raidbot.features.members.api import Standing
from raidbot.features.raids.events import KeyConfirmed, KeyWithdrawn, PlaceShown, RunNoted
from raidbot.features.raids.models import KEY_WITHDRAWN, Click, Confirmation, Outcome, Wish
from raidbot.kernel.database import Database
from raidbot.kernel.discord.easel import lanes
from raidbot.kernel.guilds import ChannelKey, GuildStore
from raidbot.playground.driver import Channel, Member, Message, Reply, Role
from tests.factories import GUILD, ORGANIZER, House
from tests.stage import Stage
from tests.tables import rows

EARLY_CHANNEL = 300_000_000_000_000_002
KEY: Final = "SHATTERS_KEY"
"""Of the Shatters: two learn the place early."""
A, B, C, D = (500_000_000_000_000_001 + n for n in range(4))
_clicks = count(1)


@dataclass
class Desk:
    """The services of raids with early locations listening."""

    house: House
    early: EarlyLocationService
    guilds: GuildStore

    @property
    def database(self) -> Database:
        return self.house.database

    async def open(self, **overrides: Any) -> int:
        """Open a run of the Shatters, without a place; return its id."""
        values = {"dungeon": "SHATTERS", "party": None, "location": None, **overrides}
        return (await self.house.make_run(**values)).run_id

    async def offer(self, run_id: int, user_id: int, key: str = KEY) -> Outcome:
        """Press a key's button."""
        return (await self.house.click(run_id, user_id, Wish.KEY, key)).outcome

    async def ask(
        self, run_id: int, user_id: int, key: str = KEY, standing: Standing = Standing.FINE
    ) -> Confirmation | Outcome:
        """Press Confirm."""
        dungeon = catalogue().find("SHATTERS" if key == KEY else "THE_VOID")
        assert dungeon is not None
        limits = {one.code: one.early_location for one in dungeon.keys}
        click = Click(next(_clicks), run_id, GUILD, user_id, Wish.CONFIRM, standing, key)
        return await self.house.raiders.confirm_key(click, limits)

    async def confirm(self, run_id: int, *user_ids: int, key: str = KEY) -> Confirmation:
        """Have raiders offer a key and confirm it, one after another; return what the last is told."""
        answer: Confirmation | Outcome = Outcome.OVER
        for user_id in user_ids:
            assert await self.offer(run_id, user_id, key) is Outcome.KEY_ADDED
            answer = await self.ask(run_id, user_id, key)
        assert isinstance(answer, Confirmation)
        return answer

    async def place(self, run_id: int, location: str | None, party: str = "3") -> None:
        """Set party and location."""
        await self.house.organizers.set_texts(GUILD, run_id, ORGANIZER, party, location)

    async def start(self, run_id: int) -> None:
        """Press Start."""
        await self.house.organizers.start(GUILD, run_id, ORGANIZER, live_hours=2)

    async def withdraw(self) -> None:
        """Carry out what is owed for confirmed keys that were taken back."""
        for (subject,) in await self._strike(KEY_WITHDRAWN):
            run_id, key, user_id = subject.split(":")
            await self.house.upkeep.key_withdrawn(GUILD, int(run_id), key, int(user_id))

    async def tell(self, how: m.How = m.How.DM) -> list[m.Letter]:
        """Carry out the direct messages that are owed, in order; return those that are still wanted."""
        await self.withdraw()
        letters = []
        for (subject,) in await self._strike(TELL):
            letter = await self.early.letter(*map(int, subject.split(":")))
            if letter is not None:
                letters.append(letter)
                await self.early.told(letter, how)
        return letters

    async def _strike(self, kind: str) -> list[tuple[str]]:
        """Take effects off the book, the first due first."""
        owed = await rows(self.database, f"SELECT subject FROM owed_effect WHERE kind = '{kind}' ORDER BY due_at")
        await rows(self.database, f"DELETE FROM owed_effect WHERE kind = '{kind}' RETURNING 1")
        return owed


@pytest.fixture
async def desk(database: Database) -> Desk:
    house = House.build(database)
    guilds = GuildStore(database, house.clock)
    await guilds.load()
    early = EarlyLocationService(database, house.owed, house.clock, guilds, catalogue())
    house.events.subscribe(RunNoted, early.run_noted)
    house.events.subscribe(KeyConfirmed, early.holders_changed)
    house.events.subscribe(KeyWithdrawn, early.holders_changed)
    house.events.subscribe(PlaceShown, early.place_shown)
    return Desk(house, early, guilds)


def told(letters: list[m.Letter]) -> list[tuple[int, str, bool]]:
    """Say who is told what: the raider, the location, whether it is a change."""
    return [(letter.user_id, letter.place.location, letter.again) for letter in letters]


@dataclass
class Evening:
    """A guild with an early location channel and four raiders who have a Shatters key."""

    stage: Stage
    channel: Channel
    ping: Role
    raiders: list[Member]

    async def confirm(self, raider: Member, panel: Message) -> Reply:
        """Offer the key and confirm it; return the answer."""
        answer = await raider.press(panel, "Shatters")
        await raider.press(answer, "Confirm")
        return answer

    async def place(self, panel: Reply, location: str) -> None:
        """Fill the form of the organizer panel."""
        opened = await self.stage.organizer.press(panel, "Set Party/Location")
        await self.stage.organizer.submit(opened, Party="3", Location=location)

    async def letters(self, raider: Member, number: int, within: float = 5) -> list[Message]:
        """Wait until a raider has so many direct messages and nothing is owed, and return them."""
        await self.until_written(raider, number, within)
        await self.settle()
        found = await raider.direct_messages()
        assert len(found) == number
        return found

    async def until_written(self, raider: Member, number: int = 1, within: float = 5) -> None:
        """Wait until a raider has so many direct messages."""
        async with asyncio.timeout(within):
            while len(await raider.direct_messages()) < number:  # noqa: ASYNC110 - nothing announces it
                await asyncio.sleep(0.03)

    async def settle(self) -> None:
        """Wait until nothing is owed."""
        await self.stage.effects_settle()

    async def pass_time(self, seconds: float) -> None:
        """Let time pass for the bot and for Discord."""
        await self.stage.discord.shift_clock(seconds)
        self.stage.clock.shift(timedelta(seconds=seconds))


@pytest.fixture
async def evening(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Evening:
    """Lend the guild with the bot running; a channel has a turn each tenth of a second."""
    monkeypatch.setattr(lanes, "TURN_S", 0.1)
    channel, ping = await stage.guild.add_channel("early"), await stage.guild.add_role("Shatters pings")
    store = GuildStore(stage.database, stage.clock)
    await store.load()
    await store.map_channels(stage.guild.id, {ChannelKey.EARLY_LOC: channel.id}, stage.guild.owner.id)
    await rows(
        stage.database,
        "INSERT INTO role_ping (guild_id, dungeon, role_id, updated_at, updated_by)"
        f" VALUES ({stage.guild.id}, 'SHATTERS', {ping.id}, now(), 1) RETURNING 1",
    )
    raiders = await stage.add_raiders(4)
    await stage.start_bot()
    return Evening(stage, channel, ping, raiders)
