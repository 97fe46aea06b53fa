"""The headcount service on a database (`hall`), and the whole bot before the local Discord (`evening`)."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count

import pytest

from raidbot.features.dungeons.api import catalogue
from raidbot.features.headcounts import models as m
from raidbot.features.headcounts.events import HeadcountNoted
from raidbot.features.headcounts.service import HeadcountService
from raidbot.features.members.api import Standing
from raidbot.kernel.database import Connection, Database
from raidbot.kernel.discord.easel import lanes
from raidbot.playground.driver import Member, Message, Reply
from tests.factories import CHANNEL, GUILD, ORGANIZER, House
from tests.stage import Stage

OTHER, A, B = 400_000_000_000_000_002, 500_000_000_000_000_001, 500_000_000_000_000_002
_interactions = count(800_000_000_000_000_001)


@dataclass
class Hall:
    """The service with what it stands on."""

    house: House
    headcounts: HeadcountService
    noted: list[HeadcountNoted] = field(default_factory=list)

    @property
    def database(self) -> Database:
        return self.house.database

    def press(self, user_id: int = ORGANIZER, *, click: int | None = None) -> m.Press:
        """Press something of an organizer's."""
        return m.Press(click or next(_interactions), GUILD, user_id)

    async def begin(self, user_id: int = ORGANIZER, *, guild_id: int = GUILD) -> int:
        """Type `/headcount` and return the draft."""
        draft = m.Draft(next(_interactions), guild_id, user_id, CHANNEL, ())
        assert await self.headcounts.begin(draft) is None
        return draft.interaction_id

    async def choose(self, draft_id: int, *codes: str, user_id: int = ORGANIZER) -> m.Draft:
        """Choose dungeons in the selects that offer them; the others are emptied."""
        for number in range(3):
            draft = await self.headcounts.choose(self.press(user_id), draft_id, number, codes)
        return draft

    async def open(self, *codes: str, user_id: int = ORGANIZER) -> m.Headcount:
        """Open a headcount for these dungeons, Snake Pit when there are none."""
        draft_id = await self.begin(user_id)
        await self.choose(draft_id, *(codes or ("SNAKE_PIT",)), user_id=user_id)
        return (await self.headcounts.open_headcount(self.press(user_id), draft_id, f"Orga {user_id}")).headcount

    async def join(
        self,
        headcount: m.Headcount,
        user_id: int,
        *,
        click: int | None = None,
        standing: Standing = Standing.FINE,
        guild_id: int = GUILD,
    ) -> m.Outcome:
        """Press Join."""
        return await self.headcounts.click(
            m.Click(click or next(_interactions), headcount.id, guild_id, user_id, standing)
        )

    async def offer(
        self,
        headcount: m.Headcount,
        user_id: int,
        key: str = "SNAKE_PIT_KEY",
        dungeon: str = "SNAKE_PIT",
        *,
        click: int | None = None,
        standing: Standing = Standing.FINE,
    ) -> m.Outcome:
        """Press a key."""
        return await self.headcounts.click(
            m.Click(click or next(_interactions), headcount.id, GUILD, user_id, standing, dungeon, key)
        )

    async def convert(
        self, headcount: m.Headcount, dungeon: str = "SNAKE_PIT", *, by: int = ORGANIZER, click: int | None = None
    ) -> m.Converted:
        """Make a headcount a run."""
        return await self.headcounts.convert(self.press(by, click=click), headcount.id, dungeon, run_roles=True)

    async def view(self, headcount: m.Headcount) -> m.View:
        """Read a headcount with what its panels show."""
        view = await self.headcounts.view(headcount.id)
        assert view is not None
        return view

    async def interested(self, headcount: m.Headcount) -> tuple[int, ...]:
        """List who is interested, the first to come first."""
        return (await self.view(headcount)).interested.first


@pytest.fixture
def hall(database: Database) -> Hall:
    house = House.build(database)
    service = HeadcountService(
        database, house.owed, house.events, house.clock, openings=house.openings, catalogue=catalogue()
    )
    hall = Hall(house, service)

    async def note(_: Connection, noted: HeadcountNoted) -> None:
        hall.noted.append(noted)

    house.events.subscribe(HeadcountNoted, note)
    return hall


async def outcomes(*calls: object) -> list[str]:
    """Run calls at once and name what each came to."""
    results = await asyncio.gather(*calls, return_exceptions=True)  # type: ignore[call-overload]
    return sorted(type(result).__name__ for result in results)


@dataclass
class Evening:
    """A guild with the bot running, its organizer, another one, and raiders."""

    stage: Stage
    other: Member
    raiders: Sequence[Member]

    @property
    def organizer(self) -> Member:
        return self.stage.organizer

    async def choose(self, *names: str) -> Reply:
        """Type `/headcount` and choose dungeons by name."""
        reply = await self.organizer.command(self.stage.raids, "headcount")
        assert reply.message is not None
        for select in reply.message.selects:
            if picked := [name for name in names if name in select.labels]:
                await self.organizer.select(reply, picked, custom_id=select.custom_id)
        return reply

    async def open(self, *names: str) -> tuple[Message, Reply]:
        """Open a headcount for dungeons; return its public panel and the reply that is the organizer's."""
        reply = await self.choose(*names)
        await self.organizer.press(reply, "Create Headcount")
        await reply.wait_for(lambda message: "Headcount Panel" in message.text)
        return await self.stage.panel_shows("🎯 Headcount"), reply

    async def restart(self) -> None:
        """Start the bot again, at once."""
        await self.stage.stop_bot()
        await self.stage.start_bot()


@pytest.fixture
async def evening(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Evening:
    """Lend the guild with the bot running; a channel has a turn each tenth of a second."""
    monkeypatch.setattr(lanes, "TURN_S", 0.1)
    other = await stage.guild.add_member("Other", roles=[stage.organizer_role])
    raiders = await stage.add_raiders(3)
    await stage.start_bot()
    return Evening(stage, other, raiders)
