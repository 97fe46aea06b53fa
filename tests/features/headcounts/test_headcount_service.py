"""The rules of headcounts, held by the database."""

import asyncio
from datetime import timedelta

import pytest

from raidbot.features.headcounts import models as m
from raidbot.features.headcounts.service import RETIRE
from raidbot.features.members.api import Standing
from raidbot.features.raids.api import BusyError
from tests.factories import GUILD, ORGANIZER
from tests.features.headcounts.conftest import OTHER, A, B, Hall, outcomes
from tests.tables import rows

ACTIVITY = "SELECT organizer_id, kind, subject_id FROM activity"
STATE = "SELECT status, end_reason, ended_by, run_id IS NOT NULL FROM headcount"

# --- choosing


async def test_what_is_chosen_stands_in_the_draft_a_select_at_a_time(hall: Hall) -> None:
    draft_id = await hall.begin()
    await hall.headcounts.choose(hall.press(), draft_id, 0, ["THE_VOID", "SHATTERS", "SNAKE_PIT"])
    await hall.headcounts.choose(hall.press(), draft_id, 2, ["SNAKE_PIT"])
    draft = await hall.headcounts.choose(hall.press(), draft_id, 0, ["ORYX_3"])
    assert draft.dungeons == ("SNAKE_PIT", "ORYX_3")
    opened = await hall.headcounts.open_headcount(hall.press(), draft_id, "Orga")
    assert opened.headcount.dungeons == ("ORYX_3", "SNAKE_PIT")
    assert await rows(hall.database, "SELECT 1 FROM headcount_draft") == []


async def test_a_draft_is_its_organizers_and_is_forgotten_after_an_hour(hall: Hall) -> None:
    draft_id = await hall.begin()
    for stranger in (m.Press(1, GUILD, A), m.Press(1, GUILD + 1, ORGANIZER)):
        with pytest.raises(m.DraftGoneError):
            await hall.headcounts.choose(stranger, draft_id, 0, [])
        with pytest.raises(m.DraftGoneError):
            await hall.headcounts.open_headcount(stranger, draft_id, "X")
    hall.house.clock.shift(m.DRAFT_LIVES - timedelta(seconds=1))
    assert await hall.headcounts.old_drafts([]) == []
    hall.house.clock.shift(timedelta(seconds=1))
    for number in range(11):
        await hall.begin(A + number)
    hall.house.clock.shift(m.DRAFT_LIVES)
    old = await hall.headcounts.old_drafts([])
    assert (len(old), old[0], len(await hall.headcounts.old_drafts(old))) == (10, draft_id, 2)
    await hall.headcounts.forget_draft(draft_id)
    with pytest.raises(m.DraftGoneError):
        await hall.choose(draft_id)


@pytest.mark.parametrize(
    "codes", [(), ("ORYX_3", "THE_VOID", "SHATTERS", "NEST", "SNAKE_PIT", "MAD_LAB")], ids=["none", "six"]
)
async def test_a_headcount_is_for_one_to_five_dungeons(hall: Hall, codes: tuple[str, ...]) -> None:
    draft_id = await hall.begin()
    await hall.choose(draft_id, *codes)
    with pytest.raises(m.WrongNumberError) as refused:
        await hall.headcounts.open_headcount(hall.press(), draft_id, "Orga")
    assert refused.value.chosen == len(codes)
    assert await rows(hall.database, ACTIVITY) == []
    await hall.choose(draft_id, "ORYX_3", "THE_VOID", "SHATTERS", "NEST", "SNAKE_PIT")
    assert len((await hall.headcounts.open_headcount(hall.press(), draft_id, "Orga")).headcount.dungeons) == 5


# --- opening


async def test_an_open_headcount_is_its_organizers_activity_and_has_them_in(hall: Hall) -> None:
    headcount = await hall.open("SNAKE_PIT", "THE_VOID")
    assert await rows(hall.database, ACTIVITY) == [(ORGANIZER, "headcount", headcount.id)]
    assert await hall.interested(headcount) == (ORGANIZER,)
    assert await rows(hall.database, "SELECT kind, topic, message_id FROM panel") == [
        ("headcounts.public", headcount.topic, None)
    ]
    assert await rows(hall.database, "SELECT action, actor_id FROM audit") == [("headcount.open", ORGANIZER)]
    (noted,) = hall.noted
    assert (noted.action, noted.dungeons, noted.actor_id) == ("headcount.open", headcount.dungeons, ORGANIZER)


async def test_two_presses_of_create_are_one_headcount_and_a_retry_finds_it(hall: Hall) -> None:
    draft_id = await hall.begin()
    await hall.choose(draft_id, "SNAKE_PIT")
    press = hall.press()
    calls = [hall.headcounts.open_headcount(one, draft_id, "Orga") for one in (press, hall.press())]
    assert await outcomes(*calls) == ["BusyError", "Opened"]
    (interaction_id,) = (await rows(hall.database, "SELECT interaction_id FROM headcount"))[0]
    again = await hall.headcounts.open_headcount(hall.press(click=interaction_id), draft_id, "Orga")
    assert (again.headcount.id, again.panel_id) == (
        await rows(hall.database, "SELECT h.id, p.id FROM headcount h, panel p")
    )[0]
    assert [noted.action for noted in hall.noted] == ["headcount.open"]


async def test_whoever_is_busy_is_led_to_what_is_in_the_way(hall: Hall) -> None:
    run = await hall.house.make_run()
    with pytest.raises(BusyError) as busy:
        await hall.begin()
    assert busy.value.run is not None
    assert busy.value.run.id == run.run_id
    await hall.house.organizers.cancel(GUILD, run.run_id, ORGANIZER)

    first, second = await hall.begin(), await hall.begin()
    for draft_id in (first, second):
        await hall.choose(draft_id, "SNAKE_PIT")
    opened = await hall.headcounts.open_headcount(hall.press(), first, "Orga")
    assert await hall.headcounts.begin(m.Draft(1, GUILD, ORGANIZER, 1, ())) == opened.headcount.id
    for call in (hall.headcounts.open_headcount(hall.press(), second, "Orga"), hall.house.make_run()):
        with pytest.raises(BusyError) as busy:
            await call
        assert busy.value.run is None
        assert busy.value.panel is not None
        assert busy.value.panel.topic == opened.headcount.topic
    await hall.headcounts.end(hall.press(), opened.headcount.id)
    await hall.headcounts.open_headcount(hall.press(), second, "Orga")
    await hall.begin(guild_id=GUILD + 1)


# --- clicks


async def test_join_and_keys_are_switched_on_and_off(hall: Hall) -> None:
    headcount = await hall.open("THE_VOID", "CULTIST_HIDEOUT")
    assert [await hall.join(headcount, A) for _ in range(3)] == ["joined", "left", "joined"]
    for dungeon, user_id in (("THE_VOID", A), ("THE_VOID", B), ("CULTIST_HIDEOUT", A)):
        assert await hall.offer(headcount, user_id, "LOST_HALLS_KEY", dungeon) is m.Outcome.KEY_ADDED
    assert await hall.offer(headcount, B, "LOST_HALLS_KEY", "THE_VOID") is m.Outcome.KEY_REMOVED
    view = await hall.view(headcount)
    assert view.interested == m.Crowd(2, (ORGANIZER, A))
    assert view.offers == {
        ("THE_VOID", "LOST_HALLS_KEY"): m.Crowd(1, (A,)),
        ("CULTIST_HIDEOUT", "LOST_HALLS_KEY"): m.Crowd(1, (A,)),
    }


async def test_a_click_that_is_done_twice_is_one_click(hall: Hall) -> None:
    headcount = await hall.open()
    for click, joined, key in ((11, "joined", "key_added"), (12, "left", "key_removed")):
        assert [await hall.join(headcount, A, click=click) for _ in range(2)] == [joined] * 2
        assert [await hall.offer(headcount, A, click=click) for _ in range(2)] == [key] * 2
    assert await rows(hall.database, "SELECT version FROM panel_topic") == [(6,)]


async def test_a_storm_of_clicks_is_a_handful_of_statements_and_loses_none(hall: Hall) -> None:
    headcount = await hall.open()
    clicks = [call(headcount, A + number) for number in range(300) for call in (hall.join, hall.offer)]
    assert set(await asyncio.gather(*clicks)) == {m.Outcome.JOINED, m.Outcome.KEY_ADDED}
    view = await hall.view(headcount)
    assert (view.interested.count, view.offers["SNAKE_PIT", "SNAKE_PIT_KEY"].count) == (301, 300)
    assert (len(view.interested.first), len(view.offers["SNAKE_PIT", "SNAKE_PIT_KEY"].first)) == (
        m.NAMED,
        m.HOLDERS_NAMED,
    )
    ((version,),) = await rows(hall.database, "SELECT version FROM panel_topic")
    assert version < 12


async def test_who_may_not_raid_is_refused_and_the_refusal_is_no_touch(hall: Hall) -> None:
    headcount = await hall.open()
    until = (hall.house.clock.now() + timedelta(hours=1)).isoformat()
    await rows(hall.database, f"INSERT INTO member_standing VALUES ({GUILD}, {A}, '{until}') RETURNING 1")
    hall.house.clock.shift(timedelta(minutes=1))
    for call in (hall.join, hall.offer):
        assert await call(headcount, A) is m.Outcome.SUSPENDED
        assert await call(headcount, B, standing=Standing.SUSPENDED) is m.Outcome.SUSPENDED
        assert await call(headcount, B, standing=Standing.UNVERIFIED) is m.Outcome.UNVERIFIED
    assert await hall.join(headcount, B, guild_id=GUILD + 1) is m.Outcome.OVER
    assert await rows(hall.database, "SELECT touched_at = opened_at FROM headcount") == [(True,)]
    hall.house.clock.shift(timedelta(hours=1))
    assert await hall.join(headcount, A) is m.Outcome.JOINED


async def test_who_is_taken_off_loses_place_and_keys_in_this_guild(hall: Hall) -> None:
    headcount = await hall.open()
    for user_id in (A, B):
        await hall.join(headcount, user_id)
        await hall.offer(headcount, user_id)
    assert sorted(await hall.headcounts.everybody(GUILD)) == [ORGANIZER, A, B]
    await hall.headcounts.take_off(GUILD + 1, [A])
    await hall.headcounts.take_off(GUILD, [A])
    assert await hall.interested(headcount) == (ORGANIZER, B)
    assert (await hall.view(headcount)).offers == {("SNAKE_PIT", "SNAKE_PIT_KEY"): m.Crowd(1, (B,))}
    assert await hall.headcounts.everybody(GUILD + 1) == []


# --- ending


async def test_of_two_presses_of_end_one_wins_and_a_retry_is_no_second_press(hall: Hall) -> None:
    headcount = await hall.open()
    presses = [hall.press(), hall.press(OTHER)]
    calls = [hall.headcounts.end(press, headcount.id) for press in presses]
    assert await outcomes(*calls) == ["HeadcountOverError", "NoneType"]
    ((click, by),) = await rows(hall.database, "SELECT end_click_id, ended_by FROM headcount")
    await hall.headcounts.end(hall.press(by, click=click), headcount.id)
    assert [noted.action for noted in hall.noted] == ["headcount.open", "headcount.end"]
    assert await rows(hall.database, ACTIVITY) == []
    assert await hall.join(headcount, A) is m.Outcome.OVER
    with pytest.raises(m.HeadcountOverError):
        await hall.headcounts.open_view(GUILD, headcount.id)


async def test_a_headcount_is_nobodys_in_another_guild(hall: Hall) -> None:
    headcount = await hall.open()
    press = m.Press(1, GUILD + 1, ORGANIZER)
    for call in (
        hall.headcounts.end(press, headcount.id),
        hall.headcounts.convert(press, headcount.id, "SNAKE_PIT", run_roles=True),
        hall.headcounts.take_over(press, headcount.id, seen=ORGANIZER, name="X"),
        hall.headcounts.open_view(GUILD + 1, headcount.id),
    ):
        with pytest.raises(m.HeadcountGoneError):
            await call


async def test_a_headcount_that_nobody_touches_for_a_day_closes_itself(hall: Hall) -> None:
    untouched, touched = await hall.open(), await hall.open(user_id=OTHER)
    hall.house.clock.shift(m.STALE_AFTER - timedelta(seconds=1))
    assert await hall.headcounts.stale([]) == []
    hall.house.clock.shift(timedelta(seconds=1))
    due = await hall.headcounts.stale([])
    assert {headcount.id for headcount in due} == {untouched.id, touched.id}
    await hall.offer(touched, A)
    await asyncio.gather(*(hall.headcounts.close_stale(headcount) for headcount in (*due, *due)))
    assert await rows(hall.database, f"{STATE} ORDER BY id") == [
        ("ended", "stale", None, False),
        ("open", None, None, False),
    ]
    assert await rows(hall.database, ACTIVITY) == [(OTHER, "headcount", touched.id)]
    assert [noted.action for noted in hall.noted].count("headcount.stale") == 1
    assert await hall.headcounts.stale([]) == []


# --- becoming a run


async def test_a_run_has_the_headcounts_organizer_its_raiders_and_the_keys_of_its_dungeon(hall: Hall) -> None:
    headcount = await hall.open("THE_VOID", "CULTIST_HIDEOUT")
    await hall.join(headcount, A)
    await hall.join(headcount, B)
    await hall.join(headcount, B)
    await hall.offer(headcount, A, "LOST_HALLS_KEY", "THE_VOID")
    await hall.offer(headcount, B, "VIAL_OF_PURE_DARKNESS", "THE_VOID")
    await hall.offer(headcount, B, "LOST_HALLS_KEY", "CULTIST_HIDEOUT")
    came = await hall.convert(headcount, "THE_VOID", by=OTHER)
    assert (came.raiders, came.keys) == (2, 2)
    view = await hall.house.organizers.view(came.run_id)
    assert view is not None
    assert (view.run.organizer_id, view.run.organizer_name, view.run.dungeon) == (
        ORGANIZER,
        f"Orga {ORGANIZER}",
        "THE_VOID",
    )
    assert (view.raiders, view.keys) == (2, {})
    assert {key: holders.first for key, holders in view.headcount_keys.items()} == {
        "LOST_HALLS_KEY": (A,),
        "VIAL_OF_PURE_DARKNESS": (B,),
    }
    assert await rows(hall.database, ACTIVITY) == [(ORGANIZER, "run", came.run_id)]
    assert await rows(hall.database, STATE) == [("converted", "converted", OTHER, True)]
    assert await rows(hall.database, f"SELECT subject FROM owed_effect WHERE kind = '{RETIRE}'") == [
        (str(headcount.id),)
    ]
    assert hall.noted[-1].action == "headcount.convert"
    assert hall.noted[-1].detail == {"run": came.run_id, "dungeon": "THE_VOID"}


async def test_of_presses_that_end_or_convert_at_once_one_wins(hall: Hall) -> None:
    for convert_first in (True, False):
        headcount = await hall.open()
        await hall.offer(headcount, A)
        calls = [
            hall.convert(headcount),
            hall.convert(headcount, by=OTHER),
            hall.headcounts.end(hall.press(), headcount.id),
        ]
        results = await outcomes(*(calls if convert_first else calls[::-1]))
        assert results.count("HeadcountOverError") == 2
        for run_id, organizer_id in await rows(hall.database, "SELECT id, organizer_id FROM run WHERE status = 'open'"):
            assert "Converted" in results
            await hall.house.organizers.cancel(GUILD, run_id, organizer_id)
        assert await rows(hall.database, ACTIVITY) == []


async def test_a_conversion_whose_answer_was_lost_is_found_by_its_retry(hall: Hall) -> None:
    headcount = await hall.open()
    await hall.offer(headcount, A)
    first = await hall.convert(headcount, click=77)
    assert await hall.convert(headcount, click=77) == first
    assert await rows(hall.database, "SELECT count(*) FROM run") == [(1,)]
    assert [noted.action for noted in hall.noted].count("headcount.convert") == 1


async def test_a_headcount_without_keys_becomes_a_run_only_where_one_needs_none(hall: Hall) -> None:
    keyless = await hall.open("SNAKE_PIT", "WOODLAND_LABYRINTH")
    await hall.convert(keyless, "WOODLAND_LABYRINTH")
    headcount = await hall.open("SNAKE_PIT", "THE_VOID", user_id=OTHER)
    with pytest.raises(m.NoKeysError):
        await hall.convert(headcount)
    assert await rows(hall.database, "SELECT count(*) FROM run") == [(1,)]
    await hall.offer(headcount, A)
    with pytest.raises(m.HeadcountGoneError):
        await hall.convert(headcount, "SHATTERS")
    await hall.convert(headcount, "THE_VOID")


async def test_a_click_comes_before_or_after_a_conversion_never_between(hall: Hall) -> None:
    headcount = await hall.open()
    await hall.offer(headcount, ORGANIZER)
    results = await asyncio.gather(
        *(hall.join(headcount, A + number) for number in range(20)),
        hall.convert(headcount),
        *(hall.join(headcount, A + number) for number in range(20, 40)),
    )
    joined = sum(result is m.Outcome.JOINED for result in results)
    came = next(result for result in results if isinstance(result, m.Converted))
    assert results.count(m.Outcome.OVER) == 40 - joined
    view = await hall.house.organizers.view(came.run_id)
    assert view is not None
    assert view.raiders == came.raiders == joined + 1


# --- taking over


async def test_who_takes_over_is_the_organizer_and_the_other_is_free(hall: Hall) -> None:
    headcount = await hall.open()
    await hall.offer(headcount, A)
    press = hall.press(OTHER)
    for _ in range(2):
        await hall.headcounts.take_over(press, headcount.id, seen=ORGANIZER, name="Other")
    assert await rows(hall.database, ACTIVITY) == [(OTHER, "headcount", headcount.id)]
    assert [noted.action for noted in hall.noted] == ["headcount.open", "headcount.take_over"]
    await hall.house.make_run()
    came = await hall.convert(headcount)
    assert await rows(hall.database, f"SELECT organizer_id, organizer_name FROM run WHERE id = {came.run_id}") == [
        (OTHER, "Other")
    ]


async def test_who_is_busy_cannot_take_over(hall: Hall) -> None:
    headcount = await hall.open()
    await hall.house.make_run(organizer_id=OTHER)
    with pytest.raises(BusyError):
        await hall.headcounts.take_over(hall.press(OTHER), headcount.id, seen=ORGANIZER, name="Other")
    assert await rows(hall.database, "SELECT organizer_id FROM headcount") == [(ORGANIZER,)]
    assert sorted(kind for _, kind, _ in await rows(hall.database, ACTIVITY)) == ["headcount", "run"]


async def test_of_two_who_take_over_at_once_one_gets_it(hall: Hall) -> None:
    headcount = await hall.open()
    calls = [
        hall.headcounts.take_over(hall.press(user_id), headcount.id, seen=ORGANIZER, name="X") for user_id in (A, B)
    ]
    assert await outcomes(*calls) == ["NoneType", "TakenOverError"]
    await hall.headcounts.end(hall.press(), headcount.id)
    with pytest.raises(m.HeadcountOverError):
        await hall.headcounts.take_over(hall.press(B), headcount.id, seen=A, name="X")
