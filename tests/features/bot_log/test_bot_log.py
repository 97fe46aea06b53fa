"""What staff are told, and that it is told once."""

import asyncio

from raidbot.kernel.guilds import ChannelKey
from tests.features.bot_log.conftest import CHANNEL, GUILD, OTHER, A, Archive
from tests.tables import rows

UNTOLD = "SELECT count(*) FROM audit WHERE NOT told"
OWED = "SELECT payload FROM owed_effect WHERE kind = 'bot_log.post' ORDER BY guild_id"


async def mapped(archive: Archive, channel_id: int = CHANNEL) -> None:
    """Choose the bot log channel, which is no news here."""
    await archive.guilds.map_channels(GUILD, {ChannelKey.BOT_LOG: channel_id}, A)
    await rows(archive.database, "UPDATE audit SET told = true RETURNING 1")


async def test_a_guild_without_the_channel_is_told_nothing_and_nothing_waits(archive: Archive) -> None:
    for _ in range(12):
        await archive.noted()
    await archive.tell()
    assert await rows(archive.database, UNTOLD) == [(0,)]
    assert await rows(archive.database, OWED) == []


async def test_what_the_raid_log_tells_is_not_told_again(archive: Archive) -> None:
    await mapped(archive)
    for action in ("run.start", "headcount.open", "party.close", "plan.add"):
        await archive.noted(action)
    assert await rows(archive.database, UNTOLD) == [(0,)]


async def test_ten_entries_go_together_and_the_next_wait_until_those_are_sent(archive: Archive) -> None:
    await mapped(archive)
    for _ in range(12):
        await archive.noted()
    await archive.noted(guild_id=OTHER)
    await archive.tell()
    ((payload,),) = await rows(archive.database, OWED)
    assert payload["channel"] == CHANNEL
    assert payload["ids"] == sorted(payload["ids"])
    assert len(payload["ids"]) == 10
    assert await rows(archive.database, UNTOLD) == [(2,)]
    assert await archive.log.due(()) == ()
    await rows(archive.database, "DELETE FROM owed_effect RETURNING 1")
    await archive.tell()
    ((after,),) = await rows(archive.database, OWED)
    assert len(after["ids"]) == 2
    assert min(after["ids"]) > max(payload["ids"])


async def test_an_entry_that_is_committed_after_a_later_one_was_told_is_told_too(archive: Archive) -> None:
    await mapped(archive)
    written, told = asyncio.Event(), asyncio.Event()

    async def slowly() -> None:
        async with archive.database.transaction() as conn:
            await archive.note(conn, subject="slow")
            written.set()
            await told.wait()

    slow = asyncio.create_task(slowly())
    await written.wait()
    await archive.noted(subject="quick")
    await archive.tell()
    await rows(archive.database, "DELETE FROM owed_effect RETURNING 1")
    told.set()
    await slow
    await archive.tell()
    ((payload,),) = await rows(archive.database, OWED)
    assert [entry.subject for entry in await archive.log.entries(payload["ids"])] == ["slow"]


async def test_a_message_that_discord_refuses_goes_to_the_channel_that_is_chosen_next(archive: Archive) -> None:
    await mapped(archive)
    await archive.noted()
    await archive.tell()
    await archive.guilds.map_channels(GUILD, {ChannelKey.BOT_LOG: CHANNEL + 1}, A)
    assert await archive.log.due(()) == ()
    await rows(archive.database, "UPDATE owed_effect SET blocked_reason = 'missing' RETURNING 1")
    ((before,),) = await rows(archive.database, OWED)
    await archive.tell()
    assert await rows(archive.database, OWED) == [({"channel": CHANNEL + 1, "ids": before["ids"]},)]
    assert await rows(archive.database, UNTOLD) == [(1,)]


async def test_guilds_that_wait_keep_nobody_else_waiting(archive: Archive) -> None:
    for guild_id in range(1, 13):
        await archive.guilds.map_channels(guild_id, {ChannelKey.BOT_LOG: CHANNEL}, A)
    await archive.tell()
    for guild_id in range(1, 13):
        await archive.noted(guild_id=guild_id)
    assert await archive.log.due(()) == ()
    await archive.noted(guild_id=13)
    assert await archive.log.due(()) == [13]
    assert await archive.log.due([13]) == ()
