"""What is noted becomes entries, and what the job writes of them is written down before it is sent."""

import asyncio
from datetime import timedelta

import pytest

from raidbot.features.headcounts import models as headcounts
from raidbot.features.members.api import Standing
from raidbot.features.parties.models import Click, NewParty, Opened
from raidbot.features.raid_log import models as m
from raidbot.features.raid_log import queries
from raidbot.features.raids.models import Wish
from tests.factories import CHANNEL, GUILD, ORGANIZER
from tests.features.raid_log.conftest import LOG_CHANNEL, Desk
from tests.tables import rows

A, B = 500_000_000_000_000_001, 500_000_000_000_000_002


async def test_a_guild_without_a_raid_log_channel_gets_no_rows(desk: Desk) -> None:
    del desk.channels[GUILD]
    run = await desk.house.make_run()
    await desk.house.organizers.cancel(GUILD, run.run_id, ORGANIZER)
    assert await rows(desk.house.database, "SELECT 1 FROM raid_log_thread") == []
    assert await desk.turn() == []


async def test_what_is_undone_is_not_told(desk: Desk) -> None:
    await desk.house.make_run()
    with pytest.raises(Exception, match="BusyError"):
        await desk.house.make_run()
    assert await rows(desk.house.database, "SELECT topic, number, action FROM raid_log_entry") == [
        ("run:1", 1, "run.open")
    ]


async def test_entries_of_one_run_that_come_at_once_are_numbered_without_gaps(desk: Desk) -> None:
    run_id = await desk.house.make_live()
    await asyncio.gather(*(desk.house.organizers.take_over(GUILD, run_id, A + number) for number in range(20)))
    numbers = await rows(desk.house.database, "SELECT number FROM raid_log_entry ORDER BY number")
    assert numbers == [(number,) for number in range(1, 23)]
    assert await rows(desk.house.database, "SELECT noted, told FROM raid_log_thread") == [(22, 0)]


async def test_a_storm_of_joins_is_one_line_of_one_message(desk: Desk) -> None:
    run_id = await desk.house.make_live()
    assert len(await desk.turn()) == 1
    written = []
    for batch in range(4):
        await asyncio.gather(*(desk.house.click(run_id, A + batch * 125 + number) for number in range(125)))
        written += await desk.turn()
    assert len(written) == 4  # the page is edited once a turn, however many clicked
    assert "**500** joined" in written[-1]
    assert written[-1].endswith("now **501** in")
    assert len(written[-1].splitlines()) == 1
    assert (await desk.log(f"run:{run_id}")).page_number == 2
    assert await rows(desk.house.database, "SELECT count(*) FROM raid_log_entry") == [(2,)]


async def test_a_run_is_told_in_order(desk: Desk) -> None:
    run_id = await desk.house.make_live()
    await desk.house.click(run_id, A)
    await desk.house.click(run_id, A, Wish.KEY, "SNAKE_PIT_KEY")
    opened, *_ = await desk.turn()
    assert [line.partition("> ")[2].split()[0] for line in opened.splitlines()] == ["🆕", "👥", "🟢", "👥"]
    await desk.house.click(run_id, B)
    await desk.house.click(run_id, A, Wish.LEAVE)
    await desk.house.organizers.pop_key(GUILD, run_id, ORGANIZER, seen=0)
    await desk.house.click(run_id, A + 9)
    grown = await desk.turn()
    assert grown[0].startswith(opened[: opened.rindex("\n")])
    assert f"**2** joined (<@{A}>, <@{B}>), **1** left (<@{A}>)" in grown[0]
    (popped,) = await desk.turn()
    assert "popped a key · pop: 1" in popped.splitlines()[0]
    assert f"**1** joined (<@{A + 9}>) · now **3** in" in popped.splitlines()[1]
    await desk.house.organizers.end(GUILD, run_id, ORGANIZER)
    assert "ended the run" in (await desk.turn())[0]
    assert await desk.turn() == []
    assert await rows(desk.house.database, "SELECT settled_at IS NULL, base, seen FROM raid_log_thread") == [
        (False, None, None)
    ]
    assert await rows(desk.house.database, "SELECT 1 FROM raid_log_entry WHERE message_id IS NULL") == []


async def test_a_class_or_a_drawn_panel_writes_nothing_and_is_looked_at_once(desk: Desk) -> None:
    run_id = await desk.house.make_live()
    await desk.house.click(run_id, A)
    await desk.turn()
    await desk.house.click(run_id, A, Wish.CLASS, "bard")
    await desk.house.upkeep.close_window(run_id)
    assert [waiting.topic for waiting in await desk.logs.waiting(())] == [f"run:{run_id}"]
    assert await desk.turn() == []
    assert await desk.logs.waiting(()) == []


async def test_more_than_a_page_holds_follows_on_the_next(desk: Desk) -> None:
    run_id = await desk.house.make_live()
    for number in range(20):
        await desk.house.organizers.set_texts(GUILD, run_id, ORGANIZER, f"{number} {'*' * 90}", "x")
    pages = [page for _ in range(6) for page in await desk.turn()]
    assert len(pages) > 2
    assert all(len(page) <= 2000 for page in pages)
    told = [line for page in pages for line in page.splitlines() if "set party" in line]
    assert [line.partition("party: ")[2].split()[0] for line in told] == [str(number) for number in range(20)]


async def test_what_is_noted_after_the_end_is_told_all_the_same(desk: Desk) -> None:
    run = await desk.house.make_run()
    await desk.house.organizers.cancel(GUILD, run.run_id, ORGANIZER)
    for _ in range(2):
        await desk.turn()
    note = m.Note("run:1", GUILD, ("SNAKE_PIT",), ORGANIZER, "Orga", "run.keys", A, {}, desk.house.clock.now())
    async with desk.house.database.transaction() as conn:
        await queries.note(conn, note, LOG_CHANNEL, closes=False)
    assert [page.partition("> ")[2] for page in await desk.turn()] == [f"🔹 <@{A}>: keys"]
    await desk.turn()
    assert await desk.logs.waiting(()) == []


async def test_what_is_noted_as_a_log_is_settled_keeps_it_open(desk: Desk) -> None:
    run_id = await desk.house.make_live()
    await desk.turn()
    log = await desk.log(f"run:{run_id}")
    await desk.house.organizers.end(GUILD, run_id, ORGANIZER)
    await desk.logs.settle(log)
    assert "ended the run" in (await desk.turn())[0]


async def test_a_party_has_a_log_with_who_is_in(desk: Desk) -> None:
    new = NewParty(GUILD, ORGANIZER, "Orga", 77, CHANNEL, ("SNAKE_PIT", "THE_VOID"), "Duo", None, None, 4)
    opened = await desk.parties.open_party(new)
    assert isinstance(opened, Opened)
    await desk.parties.join(Click(78, GUILD, opened.party.id, A))
    (first,) = await desk.turn()
    assert "opened the party · name: Duo, size: 4" in first
    assert f"**2** joined (<@{A}>, <@{ORGANIZER}>) · now **2** in" in first
    await desk.parties.take_off(GUILD, [ORGANIZER])
    told = [*await desk.turn(), *await desk.turn()]
    assert "The bot closed the party · reason: owner gone" in told[-1]
    assert (await desk.log("party:1")).closed_as == "party.close"


async def test_a_headcount_has_a_log_and_so_has_the_run_that_it_becomes(desk: Desk) -> None:
    await desk.headcounts.begin(headcounts.Draft(70, GUILD, ORGANIZER, CHANNEL, ()))
    press = headcounts.Press(71, GUILD, ORGANIZER)
    for menu in range(3):
        await desk.headcounts.choose(press, 70, menu, ["LOST_HALLS", "THE_VOID"])
    headcount = (await desk.headcounts.open_headcount(press, 70, "Orga")).headcount
    await desk.turn()
    for number, (dungeon, key) in enumerate(((None, None), ("THE_VOID", "VIAL_OF_PURE_DARKNESS"))):
        click = headcounts.Click(72 + number, headcount.id, GUILD, A, Standing.FINE, dungeon, key)
        await desk.headcounts.click(click)
    (told,) = await desk.turn()
    offered = f"keys: Vial of Pure Darkness (Void) <@{A}>"
    assert told.endswith(f"👥 **2** joined (<@{A}>, <@{ORGANIZER}>) · {offered} · now **2** in")
    await desk.headcounts.convert(headcounts.Press(75, GUILD, ORGANIZER), headcount.id, "THE_VOID", run_roles=True)
    converted, run = await desk.turn()
    assert converted.endswith(f"<@{ORGANIZER}> made the headcount a run · run: 1, dungeon: Void")
    assert [line.partition("> ")[2].split()[0] for line in run.splitlines()] == ["🆕", "👥"]
    assert run.endswith("now **2** in")
    assert await desk.turn() == []
    assert await rows(desk.house.database, "SELECT topic FROM raid_log_thread WHERE settled_at IS NULL") == [("run:1",)]


async def test_a_log_that_is_gone_is_begun_anew_once_where_the_channel_is_now(desk: Desk) -> None:
    run_id = await desk.house.make_live()
    topic = f"run:{run_id}"
    await desk.turn()
    log = await desk.logs.starter_posting(await desk.log(topic))
    desk.channels[GUILD] = LOG_CHANNEL + 1
    await desk.logs.gone(log)
    anew = await desk.log(topic)
    assert (anew.channel_id, anew.starter_id, anew.thread_id, anew.page_id) == (LOG_CHANNEL + 1, None, None, None)
    await desk.house.click(run_id, A)
    assert [f"**1** joined (<@{A}>) · now **2** in" in page for page in await desk.turn()] == [True]
    await desk.logs.gone(await desk.logs.starter_posting(anew))
    await desk.house.organizers.end(GUILD, run_id, ORGANIZER)
    assert await desk.turn() == []
    assert await rows(desk.house.database, "SELECT given_up, noted FROM raid_log_thread") == [(True, 2)]


async def test_a_log_that_may_not_be_written_waits_an_hour_and_a_day_after_the_end_is_given_up(desk: Desk) -> None:
    run_id = await desk.house.make_live()
    await desk.logs.forbidden(log := await desk.log(f"run:{run_id}"))
    await desk.house.organizers.ping(GUILD, run_id, ORGANIZER)
    assert await desk.turn() == []
    desk.house.clock.shift(timedelta(hours=1))
    assert "pinged" in (await desk.turn())[0]
    await desk.house.organizers.end(GUILD, run_id, ORGANIZER)
    desk.house.clock.shift(timedelta(days=2))
    await desk.logs.forbidden(await desk.log(log.topic))
    assert await desk.turn() == []
    assert await rows(desk.house.database, "SELECT given_up FROM raid_log_thread") == [(True,)]


async def test_a_log_whose_channel_is_no_longer_mapped_is_given_up(desk: Desk) -> None:
    run_id = await desk.house.make_live()
    del desk.channels[GUILD]
    for waiting in await desk.logs.waiting(()):
        assert await desk.logs.take(waiting) is None
    assert await desk.logs.waiting(()) == []
    await desk.house.organizers.end(GUILD, run_id, ORGANIZER)
    assert await rows(desk.house.database, "SELECT given_up, closed_at FROM raid_log_thread") == [(True, None)]


async def test_no_more_than_ten_logs_are_written_at_once(desk: Desk) -> None:
    for number in range(12):
        await desk.house.make_run(organizer_id=ORGANIZER + number)
    first = await desk.logs.waiting(())
    assert len(first) == 10
    assert len(await desk.logs.waiting(first)) == 2
