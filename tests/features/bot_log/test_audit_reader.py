"""The audit is read page by page as its rows say, whatever is looked for."""

from datetime import timedelta
from itertools import product

import pytest

from raidbot.features.bot_log.models import Page
from raidbot.kernel.audit import PAGE, Filters
from tests.features.bot_log.conftest import GUILD, OTHER, A, Archive, B
from tests.tables import rows


@pytest.fixture
async def full(archive: Archive) -> Archive:
    """Lend an archive with 96 entries of the guild, some of the same moment, and some of another guild."""
    async with archive.database.transaction() as conn:
        for number in range(120):
            await archive.note(
                conn,
                ("guild.roles.set", "member.promoted", "run.start")[number % 3],
                guild_id=OTHER if number % 5 == 4 else GUILD,
                actor_id=(A, B, None)[number // 3 % 3],
                target_id=(None, A, B)[number // 9 % 3],
            )
            if number % 4 == 3:
                archive.clock.shift(timedelta(minutes=7))
    return archive


async def walk(archive: Archive, filters: Filters) -> list[Page]:
    """Turn the pages to the end and all the way back, and return them in the order of reading."""
    shown = await archive.reader.older(GUILD, filters)
    pages = [shown]
    while shown.older:
        shown = await archive.reader.older(GUILD, filters, shown.entries[-1].id)
        pages.append(shown)
    for page in reversed(pages[:-1]):
        shown = await archive.reader.newer(GUILD, filters, shown.entries[0].id)
        assert [one.id for one in shown.entries] == [one.id for one in page.entries]
    return pages


async def test_every_choice_of_filters_shows_what_the_rows_say_newest_first(full: Archive) -> None:
    everything = await rows(
        full.database,
        "SELECT id, actor_id, target_id, action, created_at FROM audit"
        f" WHERE guild_id = {GUILD} ORDER BY created_at DESC, id DESC",
    )
    since, until = everything[-20][4], everything[30][4]
    chosen = product((None, A), (None, B), (None, "member.promoted"), ((None, None), (since, until)))
    for actor, target, action, (begins, ends) in chosen:
        pages = await walk(full, Filters(actor, target, action, begins, ends))
        expected = [
            row[0]
            for row in everything
            if actor in {None, row[1]}
            and target in {None, row[2]}
            and action in {None, row[3]}
            and (begins is None or begins <= row[4] < ends)
        ]
        assert [one.id for page in pages for one in page.entries] == expected
        assert all(len(page.entries) == PAGE for page in pages[:-1])
        assert [page.newer for page in pages] == [number > 0 for number in range(len(pages))]


async def test_what_happens_meanwhile_moves_nothing(full: Archive) -> None:
    first = await full.reader.older(GUILD, Filters())
    second = await full.reader.older(GUILD, Filters(), first.entries[-1].id)
    await full.noted()
    assert await full.reader.older(GUILD, Filters(), first.entries[-1].id) == second
    back = await full.reader.newer(GUILD, Filters(), second.entries[0].id)
    assert (back.entries, back.newer) == (first.entries, True)


async def test_the_kinds_on_offer_are_those_that_the_guild_has_seen(full: Archive) -> None:
    await full.noted("team.sync", guild_id=OTHER)
    assert await full.reader.actions(GUILD) == ["guild.roles.set", "member.promoted", "run.start"]
    assert await full.reader.actions(1) == []
