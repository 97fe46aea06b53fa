"""The schedule's service on a database (`board`), and the whole bot before the local Discord (`hall`)."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from raidbot.features.members.api import Standing
from raidbot.features.schedule import models as m
from raidbot.features.schedule.service import ScheduleService
from raidbot.kernel.database import Database
from raidbot.kernel.discord.easel import lanes
from raidbot.playground.driver import Member, Message, Reply
from tests.factories import CHANNEL, GUILD, ORGANIZER, House
from tests.stage import Stage
from tests.tables import rows

_interactions = count(910_000_000_000_000_001)


@dataclass
class Board:
    """The service with what it stands on."""

    house: House
    schedule: ScheduleService

    @property
    def database(self) -> Database:
        return self.house.database

    async def plan(self, *, ahead: timedelta = timedelta(hours=2), **overrides: Any) -> m.Plan:
        """Plan a run, in two hours."""
        values: dict[str, Any] = {
            "guild_id": GUILD,
            "organizer_id": ORGANIZER,
            "interaction_id": next(_interactions),
            "dungeon": "SNAKE_PIT",
            "channel_id": CHANNEL,
            "party": "3",
            "location": "USW",
            "description": None,
            "starts_at": self.house.clock.now() + ahead,
        }
        return (await self.schedule.plan_run(m.NewPlan(**{**values, **overrides}))).plan

    async def remind(
        self, plan: m.Plan, user_id: int, *, click: int | None = None, standing: Standing = Standing.FINE
    ) -> m.Outcome:
        """Press Remind me."""
        pressed = m.Click(click or next(_interactions), plan.guild_id, plan.id, user_id, standing)
        return (await self.schedule.remind(pressed)).outcome

    def press(self, plan: m.Plan, user_id: int = ORGANIZER) -> m.Press:
        """Make an organizer's press on the panel."""
        return m.Press(next(_interactions), plan.guild_id, plan.id, user_id, "Orga")

    async def open(self, press: m.Press) -> m.Opened:
        """Press Open now."""
        return await self.schedule.open_run(press, channel_id=CHANNEL, run_roles=True)

    async def state(self, plan: m.Plan) -> str:
        """Read where a planned run stands."""
        return str((await rows(self.database, f"SELECT state FROM planned_run WHERE id = {plan.id}"))[0][0])

    async def owed(self) -> list[tuple[str, str]]:
        """List the effects of the schedule that are owed, kind and subject."""
        return await rows(
            self.database, "SELECT kind, subject FROM owed_effect WHERE kind LIKE 'schedule.%' ORDER BY id"
        )


@pytest.fixture
def board(database: Database) -> Board:
    house = House.build(database)
    return Board(house, ScheduleService(database, house.owed, house.clock, house.openings))


class Hall:
    """A guild with two organizers, two raiders, and the bot running."""

    def __init__(self, stage: Stage, second: Member, raiders: list[Member]) -> None:
        self.stage = stage
        self.organizer = stage.organizer
        self.second = second
        self.ann, self.ben = raiders

    async def type(self, when: str = "in 2h", by: Member | None = None, **options: Any) -> Reply:
        """Type `/schedule`."""
        options = {"dungeon": "SNAKE_PIT", "when": when, **options}
        return await (by or self.organizer).command(self.stage.raids, "schedule", **options)

    async def plan(self, when: str = "in 2h", **options: Any) -> Message:
        """Plan a run and return its panel."""
        assert "is planned for" in (await self.type(when, **options)).text
        return await self.shows("📅 Planned")

    async def shows(self, *texts: str, within: float = 5) -> Message:
        """Wait until a message of the raid channel shows texts."""
        return await self.stage.raids.wait_for(lambda shown: all(text in shown.text for text in texts), within)

    async def said(self, text: str) -> list[Message]:
        """List the messages of the raid channel that show a text."""
        return [message for message in await self.stage.raids.messages() if text in message.text]

    async def pass_time(self, by: timedelta) -> None:
        """Let time pass for the bot and for Discord."""
        await self.stage.discord.shift_clock(by.total_seconds())
        self.stage.clock.shift(by)

    async def until(self, query: str, value: Any, within: float = 5) -> None:
        """Wait until a query gives one value."""
        async with asyncio.timeout(within):
            while await rows(self.stage.database, query) != [(value,)]:  # noqa: ASYNC110 - nothing announces it
                await asyncio.sleep(0.03)


@pytest.fixture
async def hall(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Hall:
    """Lend the guild with the bot running; a channel has a turn each tenth of a second."""
    monkeypatch.setattr(lanes, "TURN_S", 0.1)
    second = await stage.guild.add_member("Second", roles=[stage.organizer_role])
    raiders = await stage.add_raiders(2)
    await stage.start_bot()
    return Hall(stage, second, raiders)
