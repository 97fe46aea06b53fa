"""`/runs`: what is open or live now, for who may join it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import hikari
import pytest
from hypothesis import given
from hypothesis import strategies as st

from raidbot.features.dungeons.api import catalogue
from raidbot.features.members.api import Standing
from raidbot.features.raids import models as m
from raidbot.features.raids.views import overview, texts
from raidbot.kernel.database import Database
from raidbot.playground import validation
from tests.factories import CHANNEL, GUILD, ORGANIZER, House
from tests.stage import Stage
from tests.tables import rows

NOW = datetime(2026, 1, 1, tzinfo=UTC)
LARGEST = 2**63 - 1
A, B = 500_000_000_000_000_001, 500_000_000_000_000_002
FULLEST = max(catalogue().all, key=lambda dungeon: len(dungeon.keys))
factory = hikari.impl.EntityFactoryImpl(hikari.GatewayBot("MTAwMDAwMDAwMDAwMDAwMDAx.x.y", banner=None, logs=None))


@pytest.fixture
def house(database: Database) -> House:
    return House.build(database)


async def seen(house: House, user_id: int = A, standing: Standing = Standing.FINE) -> list[m.ActiveRun]:
    """List what a member is shown."""
    found = await house.raiders.active_runs(GUILD, user_id, standing)
    assert not isinstance(found, m.Outcome)
    return list(found)


def make_active(**overrides: Any) -> m.ActiveRun:
    """Make a live run with every text as long as it may be."""
    values: dict[str, Any] = {
        "id": LARGEST,
        "dungeon": FULLEST.code,
        "status": m.RunStatus.LIVE,
        "organizer_id": LARGEST,
        "channel_id": LARGEST,
        "message_id": LARGEST,
        "party": "@" * m.TEXT_MAX,
        "location": "*" * m.TEXT_MAX,
        "join_locked": True,
        "since": NOW,
        "raiders": 1000,
        "cap": m.LIMIT_MAX,
        "keys": {key.code: 1000 for key in FULLEST.keys},
        "realm_score": None,
        "stage": m.Stage.THIRD_ROOM,
        "miniboss": m.Miniboss.LEUCORYX,
    }
    return m.ActiveRun(**{**values, **overrides})


# --- rows


async def test_open_and_live_runs_of_the_guild_are_listed_the_newest_first(house: House) -> None:
    oldest = await house.make_live()
    house.clock.shift(timedelta(minutes=1))
    middle = await house.make_run(organizer_id=1)
    over = await house.make_run(organizer_id=2)
    await house.organizers.cancel(GUILD, over.run_id, 2)
    await house.make_run(organizer_id=3, guild_id=GUILD + 1)
    house.clock.shift(timedelta(minutes=1))
    newest = await house.make_run(organizer_id=4)
    found = await seen(house)
    assert [run.id for run in found] == [newest.run_id, middle.run_id, oldest]
    assert [run.status.value for run in found] == ["open", "open", "live"]
    assert {run.channel_id for run in found} == {CHANNEL}


async def test_raiders_and_offered_keys_are_counted(house: House) -> None:
    run = await house.make_run()
    await house.join(run.run_id, [A, B])
    await house.click(run.run_id, B, m.Wish.LEAVE)
    for user_id, key in ((A, "K"), (B, "K"), (A, "L"), (B, "L"), (B, "L"), (A, "M"), (A, "M")):
        await house.click(run.run_id, user_id, m.Wish.KEY, key)
    (found,) = await seen(house)
    assert found.raiders == 2
    assert found.keys == {"K": 2, "L": 1}


async def test_party_and_location_stay_in_the_database_until_the_run_is_live(house: House) -> None:
    run = await house.make_run(party="3", location="USW")
    (waiting,) = await seen(house)
    assert (waiting.party, waiting.location) == (None, None)
    house.clock.shift(timedelta(minutes=5))
    await house.organizers.start(GUILD, run.run_id, ORGANIZER, live_hours=2)
    (live,) = await seen(house)
    assert (live.party, live.location) == ("3", "USW")
    assert live.since - waiting.since >= timedelta(minutes=5)


async def test_the_link_is_the_public_panels_and_missing_until_it_is_posted(house: House) -> None:
    run = await house.make_run()
    (found,) = await seen(house)
    assert found.message_id is None
    await rows(house.database, f"UPDATE panel SET message_id = 77 WHERE id = {run.panel_id} RETURNING 1")
    await rows(
        house.database,
        "INSERT INTO panel (kind, topic, guild_id, channel_id, message_id, user_id, token, pressed_at)"
        f" SELECT 'raids.organizer', topic, guild_id, channel_id, 78, 1, 't', '{NOW}' FROM panel RETURNING 1",
    )
    (found,) = await seen(house)
    assert found.message_id == 77


async def test_who_may_not_join_is_not_shown_where_the_runs_are(house: House) -> None:
    await house.make_live()
    look = house.raiders.active_runs
    assert await look(GUILD, A, Standing.UNVERIFIED) is m.Outcome.UNVERIFIED
    assert await look(GUILD, A, Standing.SUSPENDED) is m.Outcome.SUSPENDED
    until = (house.clock.now() + timedelta(hours=1)).isoformat()
    await rows(house.database, f"INSERT INTO member_standing VALUES ({GUILD}, {A}, '{until}') RETURNING 1")
    assert await look(GUILD, A, Standing.FINE) is m.Outcome.SUSPENDED
    assert len(await seen(house, B)) == 1
    house.clock.shift(timedelta(hours=1, seconds=1))
    assert len(await seen(house, A)) == 1


# --- the answer


@pytest.mark.parametrize("number", [1, 10, 100, 1000])
def test_any_number_of_the_fullest_runs_fits_and_the_rest_is_counted(number: int) -> None:
    embed = overview.runs(LARGEST, [make_active()] * number, catalogue(), {})
    errors = validation.message({"embeds": [factory.serialize_embed(embed)[0]]})
    assert errors is None, errors.body()
    assert embed.description is not None
    shown = embed.description.count("🟢")
    assert ("older run" in embed.description) == (shown < number)
    assert shown == number or f"and {number - shown:,} older runs in <#{LARGEST}>" in embed.description


writings = st.none() | st.text(min_size=1, max_size=m.TEXT_MAX)


@given(
    found=st.lists(
        st.builds(
            make_active,
            dungeon=st.sampled_from([*(dungeon.code for dungeon in catalogue().all), "GONE"]),
            status=st.sampled_from([m.RunStatus.OPEN, m.RunStatus.LIVE]),
            message_id=st.none() | st.integers(1, LARGEST),
            party=writings,
            location=writings,
            join_locked=st.booleans(),
            raiders=st.integers(0, 10**6),
            keys=st.dictionaries(st.sampled_from([key.code for key in FULLEST.keys]), st.integers(1, 10**6)),
        ),
        min_size=1,
        max_size=40,
    )
)
def test_whatever_runs_hold_fits(found: list[m.ActiveRun]) -> None:
    embed = overview.runs(LARGEST, found, catalogue(), {})
    assert validation.message({"embeds": [factory.serialize_embed(embed)[0]]}) is None


def test_what_an_organizer_wrote_shows_as_written() -> None:
    run = make_active(party="@everyone", location="[free](https://evil.example)")
    description = overview.runs(1, [run], catalogue(), {}).description
    assert description is not None
    assert "@everyone" not in description
    assert "[free](" not in description


def test_nothing_open_says_where_to_look_and_what_to_do() -> None:
    assert "<#5>" in texts.no_runs(5)
    assert "`/run`" in texts.no_runs(None)


# --- on the local Discord


async def test_raiders_find_the_runs_and_where_they_are_once_they_are_live(night: Stage) -> None:
    (raider,) = await night.add_raiders(1)
    nothing = await raider.command(night.raids, "runs")
    assert "No run is open right now" in nothing.text
    assert night.raids.mention in nothing.text
    panel, orga = await night.open_run("FUNGAL_CAVERN", party="3", location="USW hidden bazaar")
    await raider.press(panel, "Join")
    await raider.press(panel, "Fungal Cavern")
    listed = await raider.command(night.raids, "runs")
    assert listed.ephemeral
    assert f"[**Fungal Cavern**](https://discord.com/channels/{night.guild.id}/{night.raids.id}/{panel.id})" in (
        listed.text
    )
    for told in ("⏳", "starts soon", night.organizer.mention, "2 raiders joined", "Fungal Cavern: 1"):
        assert told in listed.text
    assert "bazaar" not in listed.text
    await night.go_live(orga)
    assert "Location:** USW left bazaar" in (await raider.command(night.raids, "runs")).text


async def test_the_unverified_and_the_suspended_are_told_why_they_see_no_runs(night: Stage) -> None:
    _, orga = await night.open_run()
    await night.go_live(orga)
    stranger = await night.guild.add_member("stranger")
    suspended = await night.guild.add_member("rascal", roles=[night.verified_role, night.suspended_role])
    for member, told in ((stranger, night.verified_role.mention), (suspended, "You are suspended")):
        reply = await member.command(night.raids, "runs")
        assert reply.ephemeral
        assert told in reply.text
        assert "bazaar" not in reply.text
