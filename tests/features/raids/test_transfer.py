"""A run goes to another organizer."""

import asyncio
from datetime import timedelta

import pytest

from raidbot.features.raids import models as m
from raidbot.features.raids.queries import pings
from raidbot.kernel.database import Database
from raidbot.kernel.discord.easel import lanes
from raidbot.kernel.guilds import GuildSettings, RoleKey
from raidbot.kernel.permissions import Actor
from raidbot.playground.driver import Pinged
from tests.factories import GUILD, ORGANIZER, House
from tests.kills import cut_off
from tests.stage import Stage
from tests.tables import rows

A, B = 500_000_000_000_000_001, 500_000_000_000_000_002


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a channel have a turn each tenth of a second."""
    monkeypatch.setattr(lanes, "TURN_S", 0.1)


@pytest.fixture
def house(database: Database) -> House:
    return House.build(database)


async def transfer(house: House, run_id: int, to: int, *, seen: int = ORGANIZER, by: int = ORGANIZER) -> None:
    await house.organizers.transfer(
        GUILD, run_id, by, seen=seen, to=m.NewOrganizer(to, "Next", frozenset({1})), click_id=1
    )


async def organizers(house: House) -> list[tuple[int, int]]:
    """List each run's organizer, by its row and by the activity."""
    return await rows(
        house.database,
        "SELECT run.organizer_id, activity.organizer_id FROM run JOIN activity ON kind = 'run' AND subject_id = run.id",
    )


# --- rules


def test_who_may_not_organise_or_raid_cannot_take_a_run() -> None:
    settings = GuildSettings(GUILD, {RoleKey.ORGANIZER: 1, RoleKey.SECURITY: 2, RoleKey.SUSPENDED: 3})

    def why(*role_ids: int, bot: bool = False, administrator: bool = False) -> m.Unfit | None:
        return m.unfit(Actor(A, GUILD, frozenset(role_ids), administrator=administrator), settings, bot=bot)

    assert why(1) is why(2) is why(administrator=True) is None
    assert why() is why(4) is m.Unfit.NOT_ALLOWED
    assert why(1, 3) is m.Unfit.SUSPENDED
    assert why(1, bot=True) is m.Unfit.BOT


async def test_the_new_organizer_has_the_run_is_joined_and_pinged_and_the_old_one_is_free(house: House) -> None:
    run_id = await house.make_live()
    await house.click(run_id, A, m.Wish.LEAVE)
    await rows(house.database, f"UPDATE run SET role_id = 9 WHERE id = {run_id} RETURNING 1")
    await transfer(house, run_id, A)
    await transfer(house, run_id, A)  # its answer was lost
    assert await organizers(house) == [(A, A)]
    assert await rows(house.database, "SELECT user_id FROM run_raider WHERE joined ORDER BY 1") == [(ORGANIZER,), (A,)]
    assert await rows(house.database, "SELECT user_id, wanted FROM member_role WHERE role_id = 9") == [(A, True)]
    assert await rows(house.database, "SELECT kind FROM run_ping") == [("transferred",)]
    audit = "SELECT actor_id, detail->'from', detail->'to' FROM audit WHERE action = 'run.transfer'"
    assert await rows(house.database, audit) == [(ORGANIZER, ORGANIZER, A)]
    await house.make_run()


async def test_of_two_transfers_at_once_one_wins(house: House) -> None:
    run = await house.make_run()
    results = await asyncio.gather(
        transfer(house, run.run_id, A), transfer(house, run.run_id, B, by=B), return_exceptions=True
    )
    assert sorted(type(result).__name__ for result in results) == ["AlreadyDoneError", "NoneType"]
    ((row, activity),) = await organizers(house)
    assert row == activity


@pytest.mark.parametrize("why", [m.Unfit.BUSY, m.Unfit.SUSPENDED, m.Unfit.ALREADY])
async def test_a_run_stays_where_it_is_when_the_chosen_one_cannot_take_it(house: House, why: m.Unfit) -> None:
    run = await house.make_run()
    if why is m.Unfit.BUSY:
        await house.make_run(organizer_id=A)
    until = (house.clock.now() + timedelta(hours=1)).isoformat()
    if why is m.Unfit.SUSPENDED:
        await rows(house.database, f"INSERT INTO member_standing VALUES ({GUILD}, {A}, '{until}') RETURNING 1")
    with pytest.raises(m.UnfitOrganizerError) as refused:
        await transfer(house, run.run_id, ORGANIZER if why is m.Unfit.ALREADY else A)
    assert refused.value.why is why
    assert (ORGANIZER, ORGANIZER) in await organizers(house)


async def test_the_new_organizer_is_warned_of_the_end_anew(house: House) -> None:
    run_id = await house.make_live()
    house.clock.shift(timedelta(minutes=111))
    for run in await house.upkeep.to_warn([]):
        await house.upkeep.warn(run)
    assert await house.upkeep.to_warn([]) == []
    await transfer(house, run_id, A)
    assert [run.organizer_id for run in await house.upkeep.to_warn([])] == [A]


async def test_a_run_that_is_over_is_not_handed_over(house: House) -> None:
    run = await house.make_run()
    await house.organizers.cancel(GUILD, run.run_id, ORGANIZER)
    with pytest.raises(m.RunOverError):
        await transfer(house, run.run_id, A)


# --- on the local Discord


async def test_an_organizer_hands_a_run_over_with_two_clicks(night: Stage) -> None:
    guild, (raider,) = night.guild, await night.add_raiders(1)
    heir = await guild.add_member("Heir", roles=[night.organizer_role])
    busy = await guild.add_member("Busy", roles=[night.organizer_role])
    deputy = await guild.add_member("Deputy", roles=[night.organizer_role])
    panel, orga = await night.open_run()
    await night.open_run("THE_VOID", by=busy)
    question = await night.organizer.press(orga, "Transfer")
    assert "Who takes the **Snake Pit** run over" in question.text
    for member, word in ((raider, "may not organise"), (busy, "of their own"), (guild.bot, "a bot")):
        assert word in (await night.organizer.select(question, [member])).text
    left = await guild.add_member("Left", roles=[night.organizer_role])
    await left.leave()
    assert "aren't in this server" in (await night.organizer.select(question, [left])).text

    answer = await night.organizer.select(question, [heir])
    assert f"The run is {heir.mention}'s now" in answer.text
    assert answer.message is not None
    assert answer.message.selects == []
    await night.panel_shows(f"**Organizer:** {heir.mention}")
    ping = await night.raids.wait_for(lambda message: "is yours now" in message.text)
    assert ping.pinged == Pinged(frozenset({heir.id}), frozenset(), everyone=False)
    own = await heir.press(ping, "Organizer Panel")
    await own.wait_for(lambda message: "Organizer Panel: Snake Pit" in message.text)
    await night.open_run("THE_VOID")

    other = await deputy.press(await deputy.press(panel, "Organizer Panel"), "Open it")
    await other.wait_for(lambda message: bool(message.buttons) and "Organizer Panel: " in message.text)
    await deputy.select(await deputy.press(other, "Transfer"), [deputy])
    ping = await night.raids.wait_for(lambda message: f"{deputy.mention}, the **Snake Pit** run" in message.text)
    assert f"it was {heir.mention}'s" in ping.text
    assert ping.pinged.users == {deputy.id, heir.id}


async def test_a_kill_between_the_ping_of_a_transfer_and_its_row_pings_once(
    night: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    heir = await night.guild.add_member("Heir", roles=[night.organizer_role])
    _, orga = await night.open_run()
    with monkeypatch.context() as patched:
        patched.setattr(pings, "sent", cut_off)
        await night.organizer.select(await night.organizer.press(orga, "Transfer"), [heir])
        await night.raids.wait_for(lambda message: "is yours now" in message.text)
        await night.stop_bot()
    await night.discord.shift_clock(90)  # by then Discord has forgotten the nonce
    night.clock.shift(timedelta(seconds=90))
    await night.start_bot()
    await night.effects_settle()
    (ping,) = [message for message in await night.raids.messages() if "is yours now" in message.text]
    assert await rows(night.database, "SELECT message_id FROM run_ping_message") == [(ping.id,)]
