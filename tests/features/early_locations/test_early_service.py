"""The rules of early locations, held by the database."""

import asyncio
from datetime import timedelta

import pytest

from raidbot.features.early_locations import models as m
from raidbot.features.early_locations.service import ANNOUNCE
from raidbot.features.members.api import Standing
from raidbot.features.raids.models import (
    KEY_WITHDRAWN,
    Click,
    Confirmation,
    NotOfferedError,
    Outcome,
    RunOverError,
    Wish,
)
from raidbot.kernel.guilds import ChannelKey
from tests.factories import GUILD, ORGANIZER
from tests.features.early_locations.conftest import EARLY_CHANNEL, KEY, A, B, C, D, Desk, told
from tests.tables import rows


async def test_the_first_who_confirm_are_told_as_the_place_is_set_and_the_others_at_the_start(desk: Desk) -> None:
    run_id = await desk.open()
    assert (await desk.confirm(run_id, A, B)).early
    assert not (await desk.confirm(run_id, C)).early
    await desk.offer(run_id, D)
    assert await desk.tell() == []
    await desk.place(run_id, "USW")
    assert told(await desk.tell()) == [(A, "USW", False), (B, "USW", False)]
    await desk.start(run_id)
    assert told(await desk.tell()) == [(C, "USW", False)]


async def test_messages_are_owed_one_after_another(desk: Desk) -> None:
    run_id = await desk.open()
    await desk.confirm(run_id, A, B)
    await desk.place(run_id, "USW")
    due = await rows(desk.database, "SELECT max(due_at) - min(due_at) FROM owed_effect WHERE kind LIKE 'early%'")
    assert due == [(m.PACE,)]


async def test_a_place_that_is_set_already_is_in_the_answer_which_counts_as_told(desk: Desk) -> None:
    run_id = await desk.open(party="3", location="USW")
    assert await desk.confirm(run_id, A) == Confirmation(True, False, "3", "USW")
    assert await desk.confirm(run_id, B, C) == Confirmation(False, False)
    await desk.start(run_id)
    assert told(await desk.tell()) == [(C, "USW", False)]
    assert await desk.confirm(run_id, D) == Confirmation(False, True, "3", "USW")
    assert await desk.tell() == []


@pytest.mark.parametrize("way", ["button", "toggle", "gone"])
async def test_when_one_backs_out_the_next_moves_up(desk: Desk, way: str) -> None:
    run_id = await desk.open(party="3", location="USW")
    await desk.confirm(run_id, A, B, C, D)
    assert await desk.tell() == []
    if way == "button":
        for _ in range(2):
            await desk.house.raiders.back_out(GUILD, run_id, A, KEY)
    elif way == "toggle":
        assert await desk.offer(run_id, A) is Outcome.KEY_BACKED_OUT
    else:
        await desk.house.raiders.take_off(GUILD, [A])
    assert told(await desk.tell()) == [(C, "USW", False)]
    await desk.place(run_id, "EUW")
    assert told(await desk.tell()) == [(B, "EUW", True), (C, "EUW", True)]


async def test_who_comes_back_waits_behind_the_others_but_hears_of_changes(desk: Desk) -> None:
    run_id = await desk.open(party="3", location="USW")
    await desk.confirm(run_id, A, B, C)
    await desk.house.raiders.back_out(GUILD, run_id, A)
    assert [user for user, *_ in told(await desk.tell())] == [C]
    assert await desk.confirm(run_id, A) == Confirmation(False, False)
    await desk.place(run_id, "EUW")
    assert {user for user, *_ in told(await desk.tell())} == {A, B, C}


async def test_a_change_reaches_who_was_told_and_the_same_again_nobody(desk: Desk) -> None:
    run_id = await desk.open(party="3", location="USW")
    await desk.confirm(run_id, A)
    await desk.place(run_id, "USW")
    assert await desk.tell() == []
    await desk.place(run_id, "EUW")
    await desk.place(run_id, "USW")  # back before anybody was told
    assert await desk.tell() == []
    await desk.place(run_id, "USW", party="4")
    assert told(await desk.tell()) == [(A, "USW", True)]


async def test_a_taken_back_place_tells_nobody_until_there_is_one_again(desk: Desk) -> None:
    run_id = await desk.open(party="3", location="USW")
    await desk.place(run_id, None)
    assert await desk.confirm(run_id, A) == Confirmation(True, False)
    assert await desk.tell() == []
    await desk.place(run_id, "USW")
    assert told(await desk.tell()) == [(A, "USW", False)]


async def test_who_confirms_at_the_same_moment_is_early_only_while_there_is_room(desk: Desk) -> None:
    run_id = await desk.open(party="3", location="USW")
    raiders = [A + number for number in range(6)]
    for user_id in raiders:
        await desk.offer(run_id, user_id)
    answers = await asyncio.gather(*(desk.ask(run_id, user_id) for user_id in raiders))
    assert sum(isinstance(one, Confirmation) and one.location is not None for one in answers) == 2
    assert await desk.tell() == []


async def test_a_confirmation_twice_is_one(desk: Desk) -> None:
    run_id = await desk.open()
    await desk.offer(run_id, A)
    assert await asyncio.gather(*(desk.ask(run_id, A) for _ in range(2))) == [Confirmation(True, False)] * 2
    await desk.place(run_id, "USW")
    assert told(await desk.tell()) == [(A, "USW", False)]
    assert await desk.ask(run_id, A) == Confirmation(True, False, "3", "USW")


async def test_only_what_is_offered_can_be_confirmed(desk: Desk) -> None:
    run_id = await desk.open()
    with pytest.raises(NotOfferedError):
        await desk.ask(run_id, A)
    await desk.confirm(run_id, A)
    assert await desk.offer(run_id, A) is Outcome.KEY_BACKED_OUT
    assert await desk.offer(run_id, A) is Outcome.KEY_ADDED
    assert await desk.offer(run_id, A) is Outcome.KEY_REMOVED
    with pytest.raises(NotOfferedError):
        await desk.ask(run_id, A)


async def test_two_keys_of_one_raider_are_one_message(desk: Desk) -> None:
    run_id = await desk.open(dungeon="THE_VOID")
    for key in ("LOST_HALLS_KEY", "VIAL_OF_PURE_DARKNESS"):
        await desk.confirm(run_id, A, key=key)
    await desk.place(run_id, "USW")
    (letter,) = await desk.tell()
    assert letter.keys == ["LOST_HALLS_KEY", "VIAL_OF_PURE_DARKNESS"]
    assert await desk.offer(run_id, A, "VIAL_OF_PURE_DARKNESS") is Outcome.KEY_BACKED_OUT
    await desk.place(run_id, "EUW")
    assert told(await desk.tell()) == [(A, "EUW", True)]


async def test_before_the_start_the_answer_to_join_tells_the_place_to_those_only_who_may_know_it(desk: Desk) -> None:
    run_id = await desk.open(party="3", location="USW")
    join = desk.house.click
    assert (await join(run_id, A)).location is None
    assert (await join(run_id, A, Wish.KEY, KEY)).location is None
    await desk.ask(run_id, A)
    assert (await join(run_id, A)).location == "USW"
    assert (await join(run_id, A, Wish.KEY, "OTHER")).location == "USW"
    await desk.house.raiders.back_out(GUILD, run_id, A)
    await desk.withdraw()
    assert (await join(run_id, A)).location is None
    await desk.start(run_id)
    assert (await join(run_id, A)).location == "USW"


async def test_who_takes_no_messages_finds_the_place_in_the_next_answer(desk: Desk) -> None:
    run_id = await desk.open()
    await desk.confirm(run_id, A)
    await desk.place(run_id, "USW")
    assert told(await desk.tell(m.How.CLOSED)) == [(A, "USW", False)]
    assert (await desk.house.click(run_id, A)).location == "USW"
    assert await desk.ask(run_id, A) == Confirmation(True, False, "3", "USW")
    assert await rows(desk.database, "SELECT how FROM early_told") == [("answer",)]
    await desk.place(run_id, "EUW")
    assert told(await desk.tell(m.How.CLOSED)) == [(A, "EUW", True)]
    await desk.start(run_id)
    assert await desk.tell() == []


async def test_a_message_that_was_sent_late_does_not_undo_a_later_answer(desk: Desk) -> None:
    run_id = await desk.open()
    await desk.confirm(run_id, A)
    await desk.place(run_id, "USW")
    letter = await desk.early.letter(run_id, A)
    assert letter is not None
    await desk.place(run_id, "EUW")
    await desk.ask(run_id, A)
    await desk.early.told(letter, m.How.DM)
    assert await desk.tell() == []


async def test_who_is_suspended_or_unverified_can_neither_confirm_nor_is_told(desk: Desk) -> None:
    run_id = await desk.open()
    await desk.confirm(run_id, A)
    await desk.offer(run_id, B)
    for standing in (Standing.SUSPENDED, Standing.UNVERIFIED):
        assert await desk.ask(run_id, B, standing=standing) == Outcome(standing.value)
    until = (desk.house.clock.now() + timedelta(hours=1)).isoformat()
    for user_id in (A, B):
        await rows(desk.database, f"INSERT INTO member_standing VALUES ({GUILD}, {user_id}, '{until}') RETURNING 1")
    assert await desk.ask(run_id, B) is Outcome.SUSPENDED
    await desk.place(run_id, "USW")
    assert await desk.tell() == []


async def test_a_run_that_is_over_tells_nobody(desk: Desk) -> None:
    run_id = await desk.open()
    await desk.confirm(run_id, A, B, C)
    await desk.guilds.map_channels(GUILD, {ChannelKey.EARLY_LOC: EARLY_CHANNEL}, ORGANIZER)
    await desk.place(run_id, "USW")
    assert await desk.offer(run_id, A) is Outcome.KEY_BACKED_OUT
    await desk.house.organizers.cancel(GUILD, run_id, ORGANIZER)
    assert await desk.tell() == []
    assert await desk.early.next_notice(run_id) is None
    assert await desk.ask(run_id, B) is Outcome.OVER
    with pytest.raises(RunOverError):
        await desk.place(run_id, "EUW")


async def test_a_click_that_takes_a_confirmed_key_back_is_one_statement_and_done_twice_it_is_one(desk: Desk) -> None:
    run_id = await desk.open()
    await desk.confirm(run_id, A)
    before = desk.database.statements
    click = Click(1, run_id, GUILD, A, Wish.KEY, Standing.FINE, KEY)
    assert (await desk.house.raiders.click(click)).outcome is Outcome.KEY_BACKED_OUT
    assert desk.database.statements - before == 1
    assert (await desk.house.raiders.click(click)).outcome is Outcome.KEY_BACKED_OUT
    owed = await rows(desk.database, f"SELECT guild_id, subject FROM owed_effect WHERE kind = '{KEY_WITHDRAWN}'")
    assert owed == [(GUILD, f"{run_id}:{KEY}:{A}")]


async def test_the_organizer_sees_who_confirmed_and_who_backed_out(desk: Desk) -> None:
    run_id = await desk.open()
    for user_id in (A, B, C, D):
        await desk.offer(run_id, user_id)
    for user_id in (D, B, C):
        await desk.ask(run_id, user_id)
    await desk.house.raiders.back_out(GUILD, run_id, B, KEY)
    await desk.house.raiders.back_out(GUILD, run_id, A, KEY)
    view = await desk.house.organizers.view(run_id)
    assert view is not None
    holders = view.keys[KEY]
    assert (holders.count, holders.first, holders.confirmed, holders.backed_out) == (2, (D, C), 2, (B,))


async def test_each_new_place_is_announced_where_there_is_a_channel_for_it(desk: Desk) -> None:
    quiet = await desk.open(party="3", location="USW")
    assert await rows(desk.database, f"SELECT 1 FROM owed_effect WHERE kind = '{ANNOUNCE}'") == []
    await desk.house.organizers.cancel(GUILD, quiet, ORGANIZER)
    await desk.guilds.map_channels(GUILD, {ChannelKey.EARLY_LOC: EARLY_CHANNEL}, ORGANIZER)
    run_id = await desk.open(party="3")
    await rows(desk.database, "UPDATE panel SET message_id = id RETURNING 1")
    for location in ("USW", "USW", "EUW", None, "EUW", "USW"):
        await desk.place(run_id, location)
    announced = []
    while (notice := await desk.early.next_notice(run_id)) is not None:
        announced.append((notice.place.number, notice.place.location, len(notice.known)))
        await desk.early.announced(notice.place, 100 + notice.place.number)
    assert announced == [(1, "USW", 0), (2, "EUW", 1), (3, "USW", 2)]
