"""The service of key logging on a database (`ring`), and the whole bot before the local Discord (`guildhall`)."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest

from raidbot.features.dungeons.api import ORYX_3, catalogue
from raidbot.features.keys import models as m
from raidbot.features.keys.service import KeyService
from raidbot.features.raids.events import RunNoted
from raidbot.features.raids.models import Submission
from raidbot.kernel.database import Connection, Database
from raidbot.playground.driver import Member, Message, Reply
from tests.factories import CHANNEL, GUILD, ORGANIZER, House
from tests.stage import Stage
from tests.tables import rows

A, B, HELPER = 500_000_000_000_000_001, 500_000_000_000_000_002, 600_000_000_000_000_001
_presses = count(800_000_000_000_000_001)
USER_SELECT = 5


def press(user_id: int = ORGANIZER, *, press_id: int | None = None, guild_id: int = GUILD) -> m.Press:
    """Make a press of its own."""
    return m.Press(press_id or next(_presses), guild_id, user_id)


async def hand_in(house: House, guild_id: int, run_id: int) -> None:
    """Hand in the screenshot that Oryx 3 needs before its start."""
    ((dungeon,),) = await rows(house.database, f"SELECT dungeon FROM run WHERE id = {run_id}")
    if dungeon == ORYX_3:
        handed_in = Submission(
            run_id=run_id, guild_id=guild_id, by=ORGANIZER, channel_id=CHANNEL, interaction_id=run_id, ending="png"
        )
        await house.oryx.keep_screenshot(handed_in, run_id)


@dataclass
class Ring:
    """The service with what it stands on, and what it noted of runs."""

    house: House
    keys: KeyService
    noted: list[RunNoted]

    @property
    def database(self) -> Database:
        return self.house.database

    async def ended(self, dungeon: str = "SNAKE_PIT", pops: int = 0, **overrides: Any) -> int:
        """Have a run that had these pops and has ended."""
        guild_id = overrides.get("guild_id", GUILD)
        run_id = (await self.house.make_run(dungeon=dungeon, **overrides)).run_id
        await hand_in(self.house, guild_id, run_id)
        await self.house.organizers.start(guild_id, run_id, ORGANIZER, live_hours=2)
        for seen in range(pops):
            await self.house.organizers.pop_key(guild_id, run_id, ORGANIZER, seen=seen)
        await self.house.organizers.end(guild_id, run_id, ORGANIZER)
        return run_id

    async def log(self, run_id: int, user_id: int = A, *, by: m.Press | None = None, at: int = 0) -> m.PoppedKey:
        """Log a key of a run, by its number."""
        sheet = await self.keys.sheet(GUILD, run_id)
        return await self.keys.log(by or press(), run_id, sheet.slots[at], user_id)

    async def points(self, user_id: int = A) -> int:
        """Add up what a raider has."""
        ((points,),) = await rows(
            self.database, f"SELECT coalesce(sum(points), 0) FROM ledger WHERE user_id = {user_id}"
        )
        return int(points)

    async def actions(self) -> list[str]:
        """List what the audit has, runs apart."""
        found = await rows(self.database, "SELECT action FROM audit WHERE action NOT LIKE 'run.%' ORDER BY id")
        return [action for (action,) in found]


@pytest.fixture
def ring(database: Database) -> Ring:
    house = House.build(database)
    keys = KeyService(database, house.events, house.clock, ledger=house.ledger, catalogue=catalogue())
    noted: list[RunNoted] = []

    async def note(_: Connection, fact: RunNoted) -> None:
        if fact.action.startswith("keys."):
            noted.append(fact)

    house.events.subscribe(RunNoted, note)
    return Ring(house, keys, noted)


@dataclass
class Guildhall:
    """A guild with two organizers and three raiders, and the bot."""

    stage: Stage
    helper: Member
    raiders: Sequence[Member]
    house: House

    async def end(self, dungeon: str, *, pops: int = 0, offers: Sequence[tuple[Member, str]] = ()) -> Reply:
        """Run a dungeon from the command to the end; return the organizer panel as it is then."""
        stage = self.stage
        public, panel = await stage.open_run(dungeon)
        for raider, key in offers:
            await raider.press(public, key)
        ((run_id,),) = await rows(stage.database, "SELECT max(id) FROM run")
        await hand_in(self.house, stage.guild.id, run_id)
        await stage.go_live(panel)
        for seen in range(pops):
            await self.house.organizers.pop_key(stage.guild.id, run_id, stage.organizer.id, seen=seen)
        await stage.organizer.press(panel, "End Run")
        await panel.wait_for(lambda message: bool(message.buttons) and message.buttons[-1].label == "Log Keys")
        return panel

    async def listed(self, by: Member) -> Reply:
        """Type `/logkeys`."""
        return await by.command(self.stage.raids, "logkeys")

    async def logged(self) -> list[tuple[int, str, int]]:
        """List the keys that are logged: pop, key and raider."""
        return await rows(
            self.stage.database, "SELECT pop, key, user_id FROM popped_key WHERE undone_at IS NULL ORDER BY entry_id"
        )


def shown(reply: Reply) -> Message:
    """Give the message of a reply."""
    assert reply.message is not None, reply
    return reply.message


async def pick(by: Member, on: Reply, whom: Member) -> Reply:
    """Choose a member in the select of all members."""
    (menu,) = [one for one in shown(on).selects if one.kind == USER_SELECT]
    return await by.select(on, [whom], custom_id=menu.custom_id)


async def choose(by: Member, on: Reply, label: str) -> Reply:
    """Choose among those who are offered."""
    (menu,) = [one for one in shown(on).selects if one.kind != USER_SELECT]
    return await by.select(on, [label], custom_id=menu.custom_id)


def offered(reply: Reply) -> list[str]:
    """List who is offered, by name."""
    return [label for one in shown(reply).selects if one.kind != USER_SELECT for label in one.labels]


@pytest.fixture
async def guildhall(stage: Stage) -> Guildhall:
    """Lend the guild with the bot running."""
    helper = await stage.guild.add_member("Helper", roles=[stage.organizer_role])
    raiders = [await stage.guild.add_member(name, roles=[stage.verified_role]) for name in ("Rabe", "Ratte", "Otter")]
    await stage.start_bot()
    return Guildhall(stage, helper, raiders, House.build(stage.database))
