"""The log service on a database (`desk`), and the whole bot before the local Discord (`archive`)."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import hikari
import pytest

from raidbot.features.dungeons.api import catalogue
from raidbot.features.headcounts.events import HeadcountNoted
from raidbot.features.headcounts.service import HeadcountService
from raidbot.features.parties.events import PartyNoted
from raidbot.features.parties.service import PartyService
from raidbot.features.raid_log import models as m
from raidbot.features.raid_log import views
from raidbot.features.raid_log.service import LogService
from raidbot.features.raids.events import RunNoted
from raidbot.kernel.database import Database
from raidbot.kernel.discord.easel import lanes
from raidbot.kernel.guilds import ChannelKey, GuildStore
from raidbot.playground.driver import Channel
from tests.factories import GUILD, House
from tests.stage import Stage
from tests.tables import rows

LOG_CHANNEL = 300_000_000_000_000_009


@dataclass
class Desk:
    """The service with what it listens to; Discord takes whatever is sent."""

    house: House
    headcounts: HeadcountService
    parties: PartyService
    logs: LogService
    channels: dict[int, int]

    async def turn(self) -> list[str]:
        """Write what waits, as the job does; return what was sent or edited, in the order of the logs."""
        sent = []
        for waiting in await self.logs.waiting(()):
            log = await self.logs.take(waiting)
            assert log is not None
            outlook = await self.logs.outlook(log)
            log = await self.logs.turn(outlook, views.page(outlook, catalogue()))
            if not log.page_shown:
                sent.append(m.page_text(log.page_head, log.page_line))
                await self.logs.page_showed(log, log.page_id or 1_000 + log.page_number)
            elif log.closed_at is not None:
                await self.logs.settle(log)
        self.house.clock.shift(m.TURN)
        return sent

    async def log(self, topic: str) -> m.Log:
        """Read a log."""
        found = await self.logs.take(m.Waiting(topic, 0, stirred=True))
        assert found is not None
        return found


@pytest.fixture
def desk(database: Database) -> Desk:
    house, channels = House.build(database), {GUILD: LOG_CHANNEL}
    logs = LogService(database, house.owed, house.clock, channels.get)
    house.events.subscribe(RunNoted, logs.run_noted)
    house.events.subscribe(HeadcountNoted, logs.headcount_noted)
    house.events.subscribe(PartyNoted, logs.party_noted)
    shared = (database, house.owed, house.events, house.clock)
    headcounts = HeadcountService(*shared, openings=house.openings, catalogue=catalogue())
    return Desk(house, headcounts, PartyService(*shared), logs, channels)


class Archive:
    """A guild with a raid log channel."""

    def __init__(self, stage: Stage, channel: Channel) -> None:
        self.stage = stage
        self.channel = channel

    @property
    def rest(self) -> hikari.api.RESTClient:
        assert self.stage.app is not None
        return self.stage.app.bot.rest

    def ring(self) -> None:
        """Have the job look now."""
        assert self.stage.app is not None
        self.stage.app.scheduler.ring("raid_log.write")

    async def until(self, query: str, value: Any, within: float = 8) -> None:
        """Have the job look until a query gives one value."""
        async with asyncio.timeout(within):
            while await rows(self.stage.database, query) != [(value,)]:
                self.ring()
                await asyncio.sleep(0.05)

    async def written(self) -> None:
        """Wait until every log tells all that was noted and clicked."""
        await self.until(
            "SELECT count(*) FROM raid_log_thread LEFT JOIN panel_topic USING (topic)"
            " WHERE noted > told OR NOT page_shown"
            " OR settled_at IS NULL AND (closed_at IS NOT NULL OR seen_version < version)",
            0,
        )

    async def threads(self) -> list[Channel]:
        """List the threads of the logs."""
        return [one for one in await self.stage.guild.channels() if ": Organizer - " in one.name]

    async def starter_shows(self, text: str, within: float = 5) -> None:
        """Have the job look until the only log's starter shows a text."""
        async with asyncio.timeout(within):
            while text not in (await self.channel.messages())[0].text:
                self.ring()
                await asyncio.sleep(0.05)

    async def lines(self) -> list[str]:
        """Read the only log, line by line."""
        (thread,) = await self.threads()
        return [line for page in await thread.messages() for line in page.content.splitlines()]

    async def requests(self, thread: Channel) -> int:
        """Count the requests to write into a thread."""
        route = "/channels/{channel_id}/messages"
        found = await self.stage.discord.requests()
        return sum(one.route.startswith(route) and f"/channels/{thread.id}/" in one.path for one in found)

    async def threads_are(self, number: int, within: float = 5) -> None:
        """Wait until there are so many threads."""
        async with asyncio.timeout(within):
            while len(await self.threads()) != number:
                self.ring()
                await asyncio.sleep(0.05)

    async def pass_time(self, by: timedelta) -> None:
        """Let time pass for the bot and for Discord."""
        await self.stage.discord.shift_clock(by.total_seconds())
        self.stage.clock.shift(by)


@pytest.fixture
async def archive(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Archive:
    """Lend the guild with the bot running; a channel has a turn each tenth of a second."""
    monkeypatch.setattr(lanes, "TURN_S", 0.1)
    monkeypatch.setattr(m, "TURN", timedelta(seconds=0.1))
    channel = await stage.guild.add_channel("raid-log")
    store = GuildStore(stage.database, stage.clock)
    await store.load()
    await store.map_channels(stage.guild.id, {ChannelKey.RAID_LOG: channel.id}, stage.guild.owner.id)
    await stage.start_bot()
    return Archive(stage, channel)
