"""The rules of parties, held by the database."""

import asyncio
from datetime import timedelta

import pytest

from raidbot.features.parties import models as m
from raidbot.features.parties.events import PartyNoted
from raidbot.features.parties.service import SEAT, SETTLE, WARN
from raidbot.kernel.database import Connection
from tests.features.parties.conftest import GUILD, OWNER, A, B, Hall
from tests.tables import rows

HALF_AN_HOUR = timedelta(minutes=30)


async def outcomes(*calls: object) -> list[str]:
    """Run calls at once and name what each came to."""
    results = await asyncio.gather(*calls, return_exceptions=True)  # type: ignore[call-overload]
    return sorted(type(result).__name__ for result in results)


async def owed(hall: Hall, kind: str) -> list[str]:
    """List the subjects of the effects of a kind that are owed."""
    found = await rows(hall.database, f"SELECT subject FROM owed_effect WHERE kind = '{kind}' ORDER BY id")
    return [subject for (subject,) in found]


async def suspend(hall: Hall, user_id: int, by: timedelta) -> None:
    until = (hall.clock.now() + by).isoformat()
    await rows(hall.database, f"INSERT INTO member_standing VALUES ({GUILD}, {user_id}, '{until}') RETURNING 1")


# --- opening


async def test_an_open_party_has_its_owner_in_and_owes_panel_and_thread(hall: Hall) -> None:
    party = await hall.party(dungeons=("SNAKE_PIT", "THE_VOID"), size=4)
    assert party.expires_at - party.opened_at <= m.LIVES < party.expires_at - party.opened_at + timedelta(seconds=1)
    assert await hall.members(party) == [OWNER]
    assert await rows(hall.database, "SELECT kind, topic, message_id FROM panel") == [
        ("parties.public", party.topic, None)
    ]
    assert await owed(hall, SETTLE) == [str(party.id)]
    assert await rows(hall.database, "SELECT action, actor_id FROM audit") == [("party.open", OWNER)]


async def test_of_two_parties_opened_at_once_one_stands(hall: Hall) -> None:
    assert await outcomes(hall.open(), hall.open()) == ["Busy", "Opened"]
    assert len(await rows(hall.database, "SELECT 1 FROM party")) == 1
    assert len(await rows(hall.database, "SELECT 1 FROM panel")) == 1


async def test_a_retry_of_the_same_interaction_opens_nothing_new(hall: Hall) -> None:
    first = await hall.open(interaction_id=77)
    assert await hall.open(interaction_id=77) == first


async def test_the_third_party_of_half_an_hour_can_be_retried(hall: Hall) -> None:
    for _ in range(2):
        await hall.close(await hall.party())
    first = await hall.open(interaction_id=77)
    assert await hall.open(interaction_id=77) == first


async def test_the_fourth_party_in_half_an_hour_is_refused_until_the_first_is_so_old(hall: Hall) -> None:
    first = await hall.party()
    await hall.close(first)
    for _ in range(2):
        hall.clock.shift(timedelta(minutes=5))
        await hall.close(await hall.party())
    with pytest.raises(m.TooManyPartiesError) as refused:
        await hall.open()
    assert refused.value.again_at == first.opened_at + HALF_AN_HOUR
    assert len(await rows(hall.database, "SELECT 1 FROM party")) == 3
    hall.clock.shift(first.opened_at + HALF_AN_HOUR - hall.clock.now())
    await hall.party()


async def test_guilds_and_members_do_not_share_parties_or_limits(hall: Hall) -> None:
    for _ in range(3):
        await hall.close(await hall.party())
    await hall.party(guild_id=GUILD + 1)
    await hall.party(owner_id=A)
    await hall.party(guild_id=GUILD + 1, owner_id=A)


async def test_a_party_is_nobodys_in_another_guild(hall: Hall) -> None:
    party = await hall.party()
    elsewhere = m.Click(1, GUILD + 1, party.id, A)
    for call in (
        hall.parties.join(elsewhere),
        hall.parties.leave(elsewhere),
        hall.parties.extend(GUILD + 1, party.id, OWNER, seen=party.expires_at),
        hall.parties.close(GUILD + 1, party.id, OWNER, any_party=True),
    ):
        with pytest.raises(m.PartyGoneError):
            await call


async def test_a_suspension_in_the_rows_counts_until_its_time_is_over(hall: Hall) -> None:
    party = await hall.party()
    await suspend(hall, A, timedelta(hours=1))
    with pytest.raises(m.SuspendedError):
        await hall.join(party, A)
    with pytest.raises(m.SuspendedError):
        await hall.open(owner_id=A)
    hall.clock.shift(timedelta(hours=1, seconds=1))
    await hall.join(party, A)
    await hall.party(owner_id=A)


async def test_what_is_noted_is_told_to_who_listens(hall: Hall) -> None:
    told: list[PartyNoted] = []

    async def listen(_: Connection, fact: PartyNoted) -> None:
        told.append(fact)

    hall.events.subscribe(PartyNoted, listen)
    party = await hall.party(dungeons=("THE_VOID", "SNAKE_PIT"), location="USW")
    await hall.parties.extend(GUILD, party.id, OWNER, seen=party.expires_at)
    await hall.parties.take_off(GUILD, [OWNER])
    await hall.parties.expire(await hall.party(owner_id=A))
    assert [(fact.action, fact.actor_id) for fact in told] == [
        ("party.open", OWNER),
        ("party.extend", OWNER),
        ("party.close", None),
        ("party.open", A),
    ]
    assert (told[0].party_id, told[0].dungeons, told[0].owner_name) == (party.id, ("THE_VOID", "SNAKE_PIT"), "Orga")
    assert (told[0].detail["location"], told[2].detail) == ("USW", {"reason": "owner_gone"})


# --- who is in


async def test_of_two_who_press_join_at_once_one_gets_the_last_place(hall: Hall) -> None:
    party = await hall.party(size=3)
    assert await outcomes(*(hall.join(party, A + number) for number in range(10))) == ["FullError"] * 8 + ["Party"] * 2
    assert len(await hall.members(party)) == 3


async def test_a_place_that_gets_free_can_be_taken(hall: Hall) -> None:
    party = await hall.party(size=2)
    await hall.join(party, A)
    with pytest.raises(m.FullError):
        await hall.join(party, B)
    await hall.leave(party, A)
    await hall.join(party, B)
    assert await hall.members(party) == [OWNER, B]


async def test_clicks_say_what_came_of_them(hall: Hall) -> None:
    party = await hall.party()
    with pytest.raises(m.NotInError):
        await hall.leave(party, A)
    await hall.join(party, A)
    with pytest.raises(m.AlreadyInError):
        await hall.join(party, A)
    with pytest.raises(m.OwnerStaysError):
        await hall.leave(party, OWNER)
    await hall.leave(party, A)
    with pytest.raises(m.NotInError):
        await hall.leave(party, A)
    await hall.close(party)
    for call in (hall.join, hall.leave):
        with pytest.raises(m.PartyOverError):
            await call(party, B)


async def test_a_click_that_is_done_twice_is_one_click(hall: Hall) -> None:
    party = await hall.party(size=2)
    for _ in range(2):
        await hall.join(party, A, click=11)
    for _ in range(2):
        await hall.leave(party, A, click=12)
    assert await hall.members(party) == [OWNER]
    assert await rows(hall.database, "SELECT version FROM panel_topic") == [(4,)]


async def test_who_joins_before_the_thread_is_there_gets_into_it_with_the_others(hall: Hall) -> None:
    party = await hall.party()
    await hall.join(party, A)
    assert await owed(hall, SEAT) == []
    await hall.parties.thread_made(party.id, 4711)
    assert await owed(hall, SEAT) == [f"{party.id}:{OWNER}", f"{party.id}:{A}"]
    await hall.join(party, B)
    assert await owed(hall, SEAT) == [f"{party.id}:{user}" for user in (OWNER, A, B)]
    assert await hall.parties.place(party.id, B) == m.Place(4711, joined=True)
    await hall.leave(party, B)
    assert await hall.parties.place(party.id, B) == m.Place(4711, joined=False)


async def test_who_is_taken_off_loses_their_places_and_their_own_party(hall: Hall) -> None:
    others, own, elsewhere = (
        await hall.party(),
        await hall.party(owner_id=A),
        await hall.party(owner_id=A, guild_id=GUILD + 1),
    )
    await hall.join(others, A)
    await hall.join(others, B)
    await hall.join(own, B)
    assert sorted(await hall.parties.everybody(GUILD)) == [OWNER, A, B]
    await hall.parties.take_off(GUILD, [A])
    assert await hall.members(others) == [OWNER, B]
    closed = await rows(hall.database, "SELECT id, close_reason, closed_by FROM party WHERE closed_at IS NOT NULL")
    assert closed == [(own.id, "owner_gone", None)]
    assert await hall.members(elsewhere) == [A]
    assert sorted(await hall.parties.everybody(GUILD)) == [OWNER, B]


# --- ends


async def test_two_presses_of_extend_are_one_hour(hall: Hall) -> None:
    party = await hall.party()
    extend = hall.parties.extend
    calls = [extend(GUILD, party.id, OWNER, seen=party.expires_at) for _ in range(3)]
    assert await outcomes(*calls) == ["AlreadyExtendedError", "AlreadyExtendedError", "Party"]
    longer = await hall.parties.party(party.id)
    assert longer is not None
    assert longer.expires_at == party.expires_at + m.EXTENSION


async def test_a_party_is_extended_hour_by_hour_to_six_hours_at_most(hall: Hall) -> None:
    opened = party = await hall.party()
    for _ in range(4):
        party = await hall.parties.extend(GUILD, party.id, OWNER, seen=party.expires_at)
    assert timedelta(0) <= opened.opened_at + m.LONGEST - party.expires_at < timedelta(seconds=1)
    with pytest.raises(m.LongestPartyError):
        await hall.parties.extend(GUILD, party.id, OWNER, seen=party.expires_at)


async def test_only_the_owner_extends_and_only_owner_or_moderator_close(hall: Hall) -> None:
    party = await hall.party()
    with pytest.raises(m.NotYoursError):
        await hall.parties.extend(GUILD, party.id, A, seen=party.expires_at)
    with pytest.raises(m.NotYoursError):
        await hall.parties.close(GUILD, party.id, A, any_party=False)
    await hall.parties.close(GUILD, party.id, A, any_party=True)
    assert await rows(hall.database, "SELECT closed_by, close_reason FROM party") == [(A, "closed")]
    with pytest.raises(m.PartyOverError):
        await hall.parties.extend(GUILD, party.id, OWNER, seen=party.expires_at)


async def test_of_two_presses_of_close_one_wins(hall: Hall) -> None:
    party = await hall.party()
    assert await outcomes(hall.close(party), hall.close(party)) == ["NoneType", "PartyOverError"]
    assert await rows(hall.database, "SELECT count(*) FROM audit WHERE action = 'party.close'") == [(1,)]
    await hall.party()


async def test_a_party_closes_itself_after_two_hours(hall: Hall) -> None:
    party = await hall.party()
    hall.clock.shift(party.expires_at - hall.clock.now() - timedelta(seconds=1))
    assert await hall.parties.due([]) == []
    hall.clock.shift(timedelta(seconds=1))
    (due,) = await hall.parties.due([])
    await asyncio.gather(hall.parties.expire(due), hall.parties.expire(due))
    closed = await rows(hall.database, "SELECT close_reason, closed_by FROM party")
    assert closed == [("expired", None)]
    assert await rows(hall.database, "SELECT count(*) FROM audit WHERE action = 'party.expire'") == [(1,)]
    assert await hall.parties.due([]) == []
    await hall.party()


async def test_a_party_extended_meanwhile_is_neither_closed_nor_warned(hall: Hall) -> None:
    party = await hall.party()
    hall.clock.shift(timedelta(minutes=55) + m.EXTENSION)
    (to_warn,) = await hall.parties.to_warn([])
    hall.clock.shift(timedelta(minutes=5))
    (due,) = await hall.parties.due([])
    await hall.parties.extend(GUILD, party.id, OWNER, seen=party.expires_at)
    await hall.parties.expire(due)
    await hall.parties.warn(to_warn)
    assert await rows(hall.database, "SELECT closed_at FROM party") == [(None,)]
    assert await owed(hall, WARN) == []


async def test_the_thread_is_warned_once_ten_and_once_five_minutes_before(hall: Hall) -> None:
    party = await hall.party()
    told = []
    for minutes in range(120):
        hall.clock.shift(party.expires_at - timedelta(minutes=120 - minutes) - hall.clock.now())
        for due in await hall.parties.to_warn([]):
            await asyncio.gather(hall.parties.warn(due), hall.parties.warn(due))
            told.append(120 - minutes)
            assert await owed(hall, WARN) == [str(party.id)]
            await rows(hall.database, f"DELETE FROM owed_effect WHERE kind = '{WARN}' RETURNING 1")
    assert told == [10, 5]


async def test_a_bot_that_was_away_warns_once(hall: Hall) -> None:
    party = await hall.party()
    hall.clock.shift(party.expires_at - timedelta(minutes=3) - hall.clock.now())
    (due,) = await hall.parties.to_warn([])
    await hall.parties.warn(due)
    assert await hall.parties.to_warn([]) == []
    hall.clock.shift(timedelta(minutes=4))
    assert await hall.parties.to_warn([]) == []


async def test_due_parties_come_in_tens_and_failed_ones_are_skipped(hall: Hall) -> None:
    for number in range(12):
        await hall.party(owner_id=A + number)
    hall.clock.shift(m.LIVES - timedelta(minutes=5))
    first = await hall.parties.to_warn([])
    assert (len(first), len(await hall.parties.to_warn(first))) == (10, 2)
    hall.clock.shift(timedelta(minutes=5))
    first = await hall.parties.due([])
    assert (len(first), len(await hall.parties.due(first))) == (10, 2)


# --- threads


async def test_a_thread_that_came_after_the_end_is_owed_its_end(hall: Hall) -> None:
    party = await hall.party()
    await hall.close(party)
    await rows(hall.database, "DELETE FROM owed_effect RETURNING 1")
    await hall.parties.thread_made(party.id, 4711)
    assert (await owed(hall, SETTLE), await owed(hall, SEAT)) == ([str(party.id)], [])


async def test_a_thread_is_noted_once_and_forgotten_when_it_is_gone(hall: Hall) -> None:
    party = await hall.party()
    for thread_id in (4711, 4712):
        await hall.parties.thread_made(party.id, thread_id)
    await hall.parties.thread_gone(4712)
    assert await rows(hall.database, "SELECT thread_id FROM party") == [(4711,)]
    await hall.parties.thread_gone(4711)
    assert await rows(hall.database, "SELECT thread_id FROM party") == [(None,)]
