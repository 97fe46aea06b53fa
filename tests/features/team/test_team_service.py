"""The rules of the staff, held by the database."""

import asyncio
from datetime import timedelta

import pytest

from raidbot.features.team import models as m
from raidbot.kernel.guilds import RoleKey
from tests.features.team.conftest import GUILD, OFFICER, ORGANIZERS, OTHERS, TEAM, A, B, Desk
from tests.tables import rows

EVERYTHING = "SELECT user_id, wanted, given FROM member_role ORDER BY user_id"


@pytest.fixture
async def mapped(desk: Desk) -> Desk:
    """Lend the services of a guild that has a team role and organizers."""
    await desk.guilds.map_roles(GUILD, {RoleKey.TEAM: TEAM, RoleKey.ORGANIZER: ORGANIZERS}, OFFICER)
    return desk


# --- the team role


async def test_who_is_as_they_should_be_costs_no_statement(mapped: Desk) -> None:
    before = mapped.database.statements
    for roles in ((), (OTHERS,), (TEAM, ORGANIZERS), (TEAM, ORGANIZERS, OTHERS)):
        await mapped.team.saw(GUILD, m.Seen(A, roles))
    assert mapped.database.statements == before


async def test_who_is_not_is_owed_a_change_once(mapped: Desk) -> None:
    for _ in range(2):
        await mapped.team.saw(GUILD, m.Seen(A, [ORGANIZERS]))
        await mapped.team.saw(GUILD, m.Seen(B, [TEAM]))
    assert await rows(mapped.database, EVERYTHING) == [(A, True, None), (B, False, None)]


async def test_what_somebody_changed_by_hand_is_brought_in_line_again(mapped: Desk) -> None:
    await mapped.team.saw(GUILD, m.Seen(A, [ORGANIZERS]))
    await rows(mapped.database, "UPDATE member_role SET given = true RETURNING 1")
    await mapped.team.saw(GUILD, m.Seen(A, [ORGANIZERS]))  # taken by hand
    assert await rows(mapped.database, EVERYTHING) == [(A, True, None)]
    await rows(mapped.database, "UPDATE member_role SET given = true RETURNING 1")
    await mapped.team.saw(GUILD, m.Seen(A, [TEAM]))
    assert await rows(mapped.database, EVERYTHING) == [(A, False, None)]


async def test_a_guild_without_a_team_role_owes_nothing(desk: Desk) -> None:
    await desk.guilds.map_roles(GUILD, {RoleKey.ORGANIZER: ORGANIZERS}, OFFICER)
    await desk.team.saw(GUILD, m.Seen(A, [ORGANIZERS]))
    await desk.team.start_over(GUILD)
    with pytest.raises(m.NoTeamRoleError):
        await desk.team.ask(GUILD, OFFICER)
    assert await rows(desk.database, "SELECT 1 FROM member_role UNION ALL SELECT 1 FROM owed_effect") == []


# --- a look at all members


async def test_a_new_mapping_owes_a_look_in_its_transaction_and_an_unset_one_none(mapped: Desk) -> None:
    owed = "DELETE FROM owed_effect RETURNING kind, subject"
    assert await rows(mapped.database, owed) == [("team.sync", str(GUILD))]
    await mapped.guilds.map_roles(GUILD, {RoleKey.ORGANIZER: None}, OFFICER)
    assert await rows(mapped.database, owed) == []
    await mapped.guilds.map_roles(GUILD, {RoleKey.SECURITY: OTHERS}, OFFICER)
    assert await rows(mapped.database, owed) == [("team.sync", str(GUILD))]


async def test_a_look_that_is_begun_anew_stops_the_older_one_and_a_page_counts_once(mapped: Desk) -> None:
    at = await mapped.team.sync(GUILD)
    assert at is not None
    page = [m.Seen(A, [ORGANIZERS]), m.Seen(B, [])]
    on = await mapped.team.page(at, page, last=False, show=False)
    assert on is not None
    assert (on.place, on.seen, on.given, on.taken) == (B, 2, 1, 0)
    assert await mapped.team.page(at, page, last=False, show=False) is None
    mapped.clock.shift(timedelta(seconds=1))
    await mapped.team.start_over(GUILD)
    assert await mapped.team.page(on, [], last=True, show=False) is None
    anew = await mapped.team.sync(GUILD)
    assert anew is not None
    assert (anew.place, anew.seen, anew.done_at) == (0, 0, None)


async def test_asking_twice_is_one_look_until_it_is_done(mapped: Desk) -> None:
    at = await mapped.team.sync(GUILD)
    assert at is not None
    await mapped.team.ask(GUILD, OFFICER)
    assert await mapped.team.sync(GUILD) == at
    await mapped.team.page(at, [], last=True, show=True)
    mapped.clock.shift(timedelta(seconds=1))
    await mapped.team.ask(GUILD, OFFICER)
    again = await mapped.team.sync(GUILD)
    assert again is not None
    assert again.asked_at > at.asked_at
    assert await rows(mapped.database, "SELECT actor_id FROM audit WHERE action = 'team.sync'") == [(OFFICER,)]


async def test_a_team_role_that_is_unset_meanwhile_ends_the_look_and_moves_nobody(mapped: Desk) -> None:
    at = await mapped.team.sync(GUILD)
    assert at is not None
    await mapped.guilds.map_roles(GUILD, {RoleKey.TEAM: None}, OFFICER)
    on = await mapped.team.page(at, [m.Seen(A, [TEAM])], last=False, show=True)
    assert on is not None
    assert on.done_at is not None
    assert await rows(mapped.database, EVERYTHING) == []


# --- promotions


async def test_a_promotion_owes_the_role_and_the_announcement_with_its_audit(desk: Desk) -> None:
    promotion = await desk.promote()
    assert await rows(desk.database, EVERYTHING) == [(A, True, None)]
    assert await rows(desk.database, "SELECT kind, subject FROM owed_effect") == [("team.announce", str(promotion.id))]
    noted = await rows(desk.database, "SELECT action, actor_id, target_id, detail, told FROM audit")
    assert noted == [("member.promoted", OFFICER, A, {"key": "organizer", "role": ORGANIZERS}, False)]


async def test_the_same_command_done_again_is_one_promotion(desk: Desk) -> None:
    first = await desk.promote(interaction_id=77)
    assert await desk.promote(interaction_id=77) == first
    assert await rows(desk.database, "SELECT count(*) FROM promotion") == [(1,)]


async def test_of_two_promotions_at_once_one_stands(desk: Desk) -> None:
    results = await asyncio.gather(desk.promote(), desk.promote(actor_id=B), return_exceptions=True)
    assert sorted(type(one).__name__ for one in results) == ["AlreadyHeldError", "Promotion"]
    assert await rows(desk.database, "SELECT count(*) FROM promotion") == [(1,)]


async def test_a_press_that_knows_nothing_yet_of_the_role_is_refused_and_one_after_it_was_taken_is_not(
    desk: Desk,
) -> None:
    given = "UPDATE member_role SET given = true RETURNING 1"
    await desk.promote()
    await rows(desk.database, given)
    with pytest.raises(m.AlreadyHeldError):
        await desk.promote()
    assert await rows(desk.database, EVERYTHING) == [(A, True, True)]
    desk.clock.shift(m.TWICE_WITHIN)
    await desk.promote()
    assert await rows(desk.database, EVERYTHING) == [(A, True, None)]


async def test_without_a_channel_nothing_is_announced(desk: Desk) -> None:
    await desk.promote(channel_id=None)
    assert await rows(desk.database, "SELECT 1 FROM owed_effect") == []
