"""Compares what the bot wrote with the rows: headcounts, the raid log with its screenshots, early locations."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Final

from raidbot.features.dungeons.api import catalogue
from raidbot.features.early_locations.models import How
from raidbot.features.raid_log import queries, views
from raidbot.features.raid_log.models import Entry, Log
from raidbot.kernel.guilds import ChannelKey
from raidbot.playground.driver import Channel, Message
from tests.faults.town import Town, ask, read

CLICKS: Final = "👥"
"""Marks a line of a log about what raiders clicked."""
_JOINED: Final = {
    "run": "SELECT count(*) FROM run_raider WHERE joined AND run_id = {}",
    "headcount": "SELECT count(*) FROM headcount_member WHERE joined AND headcount_id = {}",
}


async def headcounts(town: Town) -> list[str]:
    """Compare what headcounts became with the runs; their panels are compared with those of runs."""
    checks = {
        "a headcount that became a run and still has its panel": (
            "SELECT topic FROM panel JOIN headcount ON topic = 'headcount:' || headcount.id"
            " WHERE token IS NULL AND status = 'converted'"
        ),
        "a headcount whose run is missing": (
            "SELECT headcount.id FROM headcount LEFT JOIN run ON run.id = run_id"
            " WHERE headcount.status = 'converted' AND run.id IS NULL"
        ),
        "two headcounts that are one run": (
            "SELECT run_id FROM headcount WHERE run_id IS NOT NULL GROUP BY run_id HAVING count(*) > 1"
        ),
        "an open headcount without its activity": (
            "SELECT id FROM headcount WHERE status = 'open' AND NOT EXISTS"
            " (SELECT FROM activity WHERE activity.kind = 'headcount' AND subject_id = headcount.id)"
        ),
        "a key of a headcount that did not come along": (
            "SELECT headcount_key.key, user_id FROM headcount_key JOIN headcount ON headcount.id = headcount_id"
            " JOIN run ON run.id = run_id AND run.dungeon = headcount_key.dungeon"
            " LEFT JOIN run_key USING (run_id, key, user_id)"
            " WHERE headcount_key.offered AND run_key.source IS NULL"
        ),
    }
    return [f"{what}: {row}" for what, query in checks.items() for row in await read(town.database, query)]


# --- the raid log ----------------------------------------------------------------------------------------------------


async def raid_log(town: Town) -> list[str]:
    """Compare the raid log's messages and threads with its rows: each entry once, in order, on its page."""
    channel = town.channels.get(ChannelKey.RAID_LOG)
    if channel is None:
        return []
    there = {message.id: message for message in await channel.messages()}
    threads = {one.id: one for one in await town.guild.channels() if ": Organizer - " in one.name}
    found, known = await _screenshots(town, there)
    for (topic,) in await read(town.database, "SELECT topic FROM raid_log_thread ORDER BY id"):
        log = await ask(town.database, lambda conn, topic=topic: queries.log(conn, topic))  # type: ignore[misc]
        assert log is not None
        known.add(log.starter_id or 0)
        starter, thread = there.get(log.starter_id or 0), threads.pop(log.thread_id or 0, None)
        if starter is None or thread is None:
            found.append(f"the log of {topic} has no starter or no thread")
            continue
        found += [f"the log of {topic}: {what}" for what in await _log(town, log, starter, thread)]
    found += [f"nobody knows {there[one]!r}" for one in there.keys() - known]
    return found + [f"nobody knows {thread!r}" for thread in threads.values()]


async def _log(town: Town, log: Log, starter: Message, thread: Channel) -> list[str]:
    entries = await ask(town.database, lambda conn: queries.entries(conn, log.topic, 0))
    pages = {page.id: page.content.splitlines() for page in await thread.messages()}
    found = [] if views.mark(log) in starter.text else [f"its starter is {starter!r}"]
    if log.closed_at is not None and views.starter(log, catalogue()).fields[-1].name not in starter.text:
        found.append(f"its starter does not say that it is over: {starter!r}")
    if (wanted := views.thread_name(log, catalogue())) != thread.name:
        found.append(f"its thread is {thread.name!r}, not {wanted!r}")
    told = [line for page in pages.values() for line in page if CLICKS not in line]
    if told != (noted := list(_sentences(entries, log))):
        found.append(f"it tells {told}, not {noted}")
    placed = await read(
        town.database, f"SELECT number, message_id FROM raid_log_entry WHERE topic = '{log.topic}' ORDER BY number"
    )
    if [number for number, _ in placed] != list(range(1, log.noted + 1)):
        found.append(f"its entries are {placed}")
    lines = dict(zip((number for number, _ in placed), noted, strict=False))
    found += [
        f"entry {number} is not on its page" for number, page in placed if lines[number] not in pages.get(page, ())
    ]
    counted = [line for page in pages.values() for line in page if CLICKS in line]
    ((inside,),) = await read(town.database, _JOINED[log.subject].format(log.subject_id))
    if not counted or not counted[-1].endswith(f"now **{inside}** in"):
        found.append(f"{inside} are in, and it tells {counted}")
    return found


def _sentences(entries: Iterable[Entry], log: Log) -> Iterable[str]:
    return (views._sentence(entry, log, catalogue()) for entry in entries)


async def _screenshots(town: Town, there: dict[int, Message]) -> tuple[list[str], set[int]]:
    """Look for the screenshots that runs have; how often one was handed in, the members know."""
    noted = await read(
        town.database, "SELECT id, screenshot_message_id FROM run WHERE screenshot_message_id IS NOT NULL"
    )
    pictures = {message.id for message in there.values() if message.attachments}
    return [f"the screenshot of run {run_id} is gone" for run_id, one in noted if one not in pictures], pictures


# --- early locations -------------------------------------------------------------------------------------------------


async def early_locations(town: Town) -> list[str]:
    """Compare announcements and direct messages with the rows: each raider is told a place once."""
    places = await read(
        town.database,
        "SELECT run_id, number, place.location, place.channel_id, place.message_id, status IN ('open', 'live')"
        " FROM early_place place JOIN run ON run.id = run_id",
    )
    found = await _announcements(town, places)
    told = await read(
        town.database, "SELECT user_id, run_id, location, how FROM early_told JOIN early_place USING (run_id, number)"
    )
    letters: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for raider in town.raiders:
        for message in await raider.direct_messages():
            place = re.search(r"\nLocation\n(.+)\n", message.text)
            letters[raider.id][place.group(1) if place else message.text] += 1
    found += [
        f"{user_id} was told {place!r} {number} times"
        for user_id, places_told in letters.items()
        for place, number in places_told.items()
        if number > 1
    ]
    known = {user_id for user_id, *_ in told}
    found += [
        f"nobody knows of the letter to {user_id}"
        for user_id, told_there in letters.items()
        if told_there and user_id not in known
    ]
    return found + [
        f"{user_id} was told {location!r} by direct message, and has none"
        for user_id, _, location, how in told
        if how == How.DM and location not in letters[user_id]
    ]


async def _announcements(town: Town, places: list[tuple[int, int, str, int | None, int | None, bool]]) -> list[str]:
    channel = town.channels.get(ChannelKey.EARLY_LOC)
    if channel is None:
        return []
    there = {message.id: message for message in await channel.messages()}
    found = []
    for run_id, number, location, channel_id, message_id, active in places:
        message = there.pop(message_id or 0, None)
        if channel_id is not None and message_id is None and active:
            found.append(f"place {number} of run {run_id} is not announced")
        elif message_id is not None and (message is None or location not in message.text):
            found.append(f"place {number} of run {run_id} is announced by {message!r}")
    return found + [f"nobody knows {message!r}" for message in there.values()]
