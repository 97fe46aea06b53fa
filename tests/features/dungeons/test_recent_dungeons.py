"""The dungeons that a guild opened last are offered first, from memory."""

from datetime import UTC, datetime, timedelta

import pytest

from raidbot.features.dungeons.api import Opening, RecentDungeons
from raidbot.features.parties.api import openings as party_openings
from raidbot.features.raids.api import BusyError
from raidbot.features.raids.api import openings as run_openings
from raidbot.features.raids.events import RunNoted
from raidbot.features.raids.service import remember_dungeons
from raidbot.kernel.database import Database, Unavailable
from tests.factories import GUILD, ORGANIZER, House
from tests.stage import Stage

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def test_a_guilds_openings_are_its_own_newest_first_each_once_and_ten() -> None:
    recent = RecentDungeons()
    recent.load([Opening(1, (f"OLD_{number}",), NOW - timedelta(days=number)) for number in range(20)])
    recent.load([Opening(1, ("THE_VOID", "OLD_1"), NOW), Opening(2, ("MAD_LAB",), NOW)])
    assert recent.of(1) == ("THE_VOID", "OLD_1", "OLD_0", *(f"OLD_{number}" for number in range(2, 9)))
    assert recent.of(2) == ("MAD_LAB",)
    assert recent.of(3) == ()


async def test_memory_follows_the_commits_and_a_restart_reads_the_same(database: Database) -> None:
    house, recent = House.build(database), RecentDungeons()
    house.events.subscribe(RunNoted, remember_dungeons(recent))
    for guild_id, dungeon in ((GUILD, "SNAKE_PIT"), (GUILD, "THE_VOID"), (GUILD + 1, "MAD_LAB"), (GUILD, "SNAKE_PIT")):
        house.clock.shift(timedelta(seconds=1))
        run = await house.make_run(guild_id=guild_id, dungeon=dungeon)
        await house.organizers.cancel(guild_id, run.run_id, ORGANIZER)
    await house.make_run(guild_id=GUILD + 1, dungeon="MAD_LAB")
    with pytest.raises(BusyError):
        await house.make_run(guild_id=GUILD + 1, dungeon="ORYX_3")
    again = RecentDungeons()
    async with database.connection() as conn:
        again.load([*await run_openings(conn, [GUILD, GUILD + 1]), *await party_openings(conn, [GUILD])])
    for memory in (recent, again):
        assert memory.of(GUILD) == ("SNAKE_PIT", "THE_VOID")
        assert memory.of(GUILD + 1) == ("MAD_LAB",)


async def test_dungeons_are_offered_while_the_database_is_away(night: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(_: Database) -> None:
        raise Unavailable("away")

    await night.open_run("MAD_LAB")
    with monkeypatch.context() as patched:
        patched.setattr(Database, "_lease", away)
        for command, option in (("run", "dungeon"), ("party", "dungeon_1")):
            assert await night.organizer.autocomplete(night.raids, command, option, "") == [("Mad Lab", "MAD_LAB")]
            assert (await night.organizer.autocomplete(night.raids, command, option, "viod"))[0] == ("Void", "THE_VOID")
