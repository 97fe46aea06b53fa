"""`/myruns` as raiders see it."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from raidbot.features.dungeons.api import catalogue
from raidbot.features.quota import models as m
from raidbot.features.quota.views import history as views
from raidbot.playground import driver
from tests.limits import LARGEST, errors_of
from tests.stage import Stage
from tests.tables import rows

LONGEST = max((dungeon.code for dungeon in catalogue().all), key=lambda code: len(str(catalogue().find(code))))
codes = st.sampled_from([*(dungeon.code for dungeon in catalogue().all), "X" * 64])
moments = st.datetimes(datetime(2015, 1, 1), datetime(9000, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone
runs = st.builds(m.CompletedRun, st.integers(1, LARGEST), codes, st.integers(0, 99), moments)
totals = st.builds(m.DungeonTotal, codes, st.integers(1, 10**9), st.integers(0, 10**9))


@given(
    st.builds(
        m.History,
        st.lists(runs, max_size=m.PAGE),
        newer=st.booleans(),
        older=st.booleans(),
        totals=st.lists(totals, min_size=1, max_size=60),
    )
)
def test_any_history_fits(seen: m.History) -> None:
    assert errors_of(views.history(seen, catalogue())) is None


@given(moments, st.integers(1, LARGEST))
def test_a_button_finds_its_place_to_the_microsecond(at: datetime, run_id: int) -> None:
    place = m.Place(at, run_id)
    assert views.Older.from_place(place).place == views.Newer.from_place(place).place == place


def test_a_page_shows_dates_pops_totals_and_the_five_dungeons_completed_most() -> None:
    at = datetime(2026, 3, 4, 20, tzinfo=UTC)
    most = [m.DungeonTotal(dungeon.code, 20 - n, 1) for n, dungeon in enumerate(catalogue().all[:6])]
    shown = [
        m.CompletedRun(3, "SNAKE_PIT", 3, at),
        m.CompletedRun(2, "THE_VOID", 1, at),
        m.CompletedRun(1, "GONE", 0, at),
    ]
    reply = views.history(m.History(shown, newer=False, older=False, totals=most), catalogue())
    embed = reply.embed
    assert embed is not None
    assert embed.description is not None
    first, second, third = embed.description.splitlines()
    assert first.startswith(f"<t:{int(at.timestamp())}:d> · ")
    assert first.endswith("**Snake Pit** · 3 pops")
    assert second.endswith("**Void** · 1 pop")
    assert third.endswith("**GONE**")
    completions, favourites = embed.fields
    assert completions.value == "**105** in all\n**6** this week"
    assert favourites.value.count("\n") == m.FAVOURITES - 1
    assert catalogue().all[5].name not in favourites.value
    assert reply.rows == ()


# --- on the local Discord


def buttons(reply: driver.Reply) -> dict[str, bool]:
    """Read the buttons under a reply: label -> whether it can be pressed."""
    assert reply.message is not None
    return {button.label: not button.disabled for button in reply.message.buttons}


def dates(reply: driver.Reply) -> list[int]:
    """Read the dates of a page, as Unix times."""
    return [int(line[3:].partition(":")[0]) for line in reply.text.splitlines() if line.startswith("<t:")]


async def earn(stage: Stage, member: driver.Member, number: int, newest: datetime) -> None:
    """Have a member complete runs, one a day."""
    await rows(
        stage.database,
        "INSERT INTO ledger"
        " (guild_id, user_id, kind, counts_as, amount, points, quota_points, run_id, pop, dungeon, at)"
        f" SELECT {stage.guild.id}, {member.id}, 'completion', 'completion', 1, 1, 0, {member.id} - n, 0, 'SNAKE_PIT',"
        f" timestamptz '{newest.isoformat()}' - n * interval '1 day'"
        f" FROM generate_series(0, {number - 1}) n RETURNING 1",
    )


async def test_a_raider_finds_a_run_they_completed(night: Stage) -> None:
    raider, other = await night.add_raiders(2)
    nothing = await raider.command(night.raids, "myruns")
    assert nothing.ephemeral
    assert "`/runs`" in nothing.text
    panel, orga = await night.open_run("FUNGAL_CAVERN")
    await raider.press(panel, "Join")
    await night.go_live(orga)
    await night.organizer.press(orga, "Key popped")
    await night.panel_shows("Key popped!")
    await night.organizer.press(orga, "End Run")
    await night.panel_shows("✅ Ended: Fungal Cavern")
    reply = await raider.command(night.raids, "myruns")
    assert reply.ephemeral
    assert "**Fungal Cavern** · 1 pop" in reply.text
    assert "**1** in all" in reply.text
    assert "**1** this week" in reply.text
    assert buttons(reply) == {}
    assert "haven't completed" in (await other.command(night.raids, "myruns")).text


async def test_the_buttons_turn_ten_runs_a_page_also_after_a_restart(night: Stage) -> None:
    (raider,) = await night.add_raiders(1)
    newest = datetime(2026, 3, 4, 20, tzinfo=UTC)
    await earn(night, raider, 12, newest)
    days = [int((newest - n * timedelta(days=1)).timestamp()) for n in range(12)]
    reply = await raider.command(night.raids, "myruns")
    assert dates(reply) == days[:10]
    assert buttons(reply) == {"Newer": False, "Older": True}
    await night.stop_bot()
    await night.start_bot()
    older = await raider.press(reply, "Older")
    assert dates(older) == days[10:]
    assert buttons(older) == {"Newer": True, "Older": False}
    assert "**12** in all" in older.text
    newer = await raider.press(older, "Newer")
    assert dates(newer) == days[:10]
    assert buttons(newer) == {"Newer": False, "Older": True}
    assert reply.message is not None
    assert dates(reply) == days[:10]


async def test_the_suspended_and_the_unverified_may_read_their_own(night: Stage) -> None:
    stranger = await night.guild.add_member("stranger")
    suspended = await night.guild.add_member("rascal", roles=[night.verified_role, night.suspended_role])
    for member in (stranger, suspended):
        await earn(night, member, 1, datetime(2026, 3, 4, 20, tzinfo=UTC))
        assert "**1** in all" in (await member.command(night.raids, "myruns")).text
