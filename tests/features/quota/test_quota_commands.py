"""`/addpoints`, `/addquotapoints`, `/logrun` and **Undo** as staff see them, and awards on a real evening."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

import hikari
import pytest
from hypothesis import given
from hypothesis import strategies as st

from raidbot.app import App
from raidbot.features.dungeons.api import catalogue
from raidbot.features.quota import models as m
from raidbot.features.quota.views import ledger as views
from raidbot.kernel.clock import Clock
from raidbot.kernel.guilds import GuildStore, Module, RoleKey
from raidbot.playground import driver
from tests.limits import LARGEST, errors_of
from tests.stage import Stage
from tests.tables import rows

amounts = st.decimals(-990_000, 990_000, places=2)
entries = st.builds(
    m.Entry,
    **{name: st.just(LARGEST) for name in ("id", "guild_id", "user_id", "actor_id")},
    kind=st.sampled_from([m.Kind.ADJUSTMENT, m.Kind.ORGANISED]),
    counts_as=st.just(m.Kind.ADJUSTMENT),
    amount=st.integers(-99, 99),
    points=amounts,
    quota_points=amounts,
    quota_role_id=st.sampled_from([None, LARGEST]),
    dungeon=st.sampled_from([None, "X" * 64, *(dungeon.code for dungeon in catalogue().all)]),
    reason=st.none() | st.text(max_size=m.REASON_MAX).map(lambda text: " ".join(text.split())).filter(bool),
    at=st.just(Clock().now()),
)
held = st.builds(m.Held, amounts, amounts, st.integers(0, 10**6))


@given(entries, held, amounts)
def test_whatever_is_logged_and_undone_fits(entry: m.Entry, stands: m.Held, asked: Decimal) -> None:
    logged = m.Logged(entry, stands)
    assert errors_of(views.logged(logged, asked, catalogue())) is None
    assert errors_of(views.undone(m.Undone(entry, logged), catalogue())) is None


# --- on the local Discord


@dataclass
class Office:
    """The guild with quotas switched on, an officer and a role that has a quota."""

    stage: Stage
    officer: driver.Member
    leader_role: driver.Role
    raider: driver.Member

    async def type(self, by: driver.Member, name: str, **options: Any) -> driver.Reply:
        return await by.command(self.stage.raids, name, **options)

    async def organised(self) -> list[tuple[int, Decimal, int | None]]:
        return await rows(
            self.stage.database,
            "SELECT user_id, quota_points, quota_role_id FROM ledger WHERE kind = 'organised' ORDER BY id",
        )


@pytest.fixture
async def office(stage: Stage) -> Office:
    guild = stage.guild
    officers, leaders = await guild.add_role("Officer"), await guild.add_role("Raid Leader")
    store = GuildStore(stage.database, stage.clock)
    await store.load()
    await store.map_roles(guild.id, {RoleKey.OFFICER: officers.id}, guild.owner.id)
    await store.set_module(guild.id, Module.QUOTA, enabled=True, actor_id=guild.owner.id)
    await rows(
        stage.database,
        "INSERT INTO quota_role (guild_id, role_id, base_non_exalt_points, created_at)"
        f" VALUES ({guild.id}, {leaders.id}, 1.10, now()) RETURNING 1",
    )
    officer = await guild.add_member("Offie", roles=[officers])
    (raider,) = await stage.add_raiders(1)
    await stage.start_bot()
    return Office(stage, officer, leaders, raider)


def fields(reply: driver.Reply) -> dict[str, str]:
    """Read the fields of a reply's embed."""
    assert reply.message is not None
    return {field["name"]: field["value"] for field in reply.message.payload["embeds"][0]["fields"]}


async def test_officers_give_and_take_points_for_everybody_to_see(office: Office) -> None:
    officer, raider, role = office.officer, office.raider, office.leader_role
    given_points = await office.type(officer, "addpoints", amount=2.2, member=raider, reason="Found\n@everyone  a key")
    assert not given_points.ephemeral
    assert fields(given_points) == {
        "Member": f"<@{raider.id}>",
        "Change": "+2.2 points",
        "By": f"<@{officer.id}>",
        "Reason": "Found @\N{ZERO WIDTH SPACE}everyone a key",
        "Now": "2.2 points",
    }
    taken = await office.type(officer, "addpoints", amount=-5, member=raider)
    assert fields(taken)["Change"] == "-2.2 points"
    assert "-5 was asked for, but nobody goes below zero." in taken.text
    nothing = await office.type(officer, "addpoints", amount=-1, member=raider)
    assert nothing.ephemeral
    assert "nothing to take" in nothing.text
    assert "two decimals at most" in (await office.type(officer, "addpoints", amount=0.125)).text
    organizer = office.stage.organizer
    assert "no role with a quota" in (await office.type(officer, "addquotapoints", amount=1, member=organizer)).text
    await office.stage.guild.set_roles(organizer, [office.stage.organizer_role, role])
    quota = await office.type(officer, "addquotapoints", amount=0.29, member=organizer)
    assert fields(quota)["Now"] == f"0.29 quota points of <@&{role.id}>"
    other = await office.type(officer, "addquotapoints", amount=1, role=office.stage.verified_role)
    assert "has no quota" in other.text
    await raider.leave()
    gone = await office.type(officer, "addpoints", amount=1, member=raider)
    assert gone.ephemeral
    assert "not a member" in gone.text
    assert "needs" in (await office.type(organizer, "addpoints", amount=1)).text
    async with asyncio.timeout(5):
        typed = "SELECT options FROM command_log WHERE name = 'addpoints' ORDER BY id LIMIT 1"
        while not (found := await rows(office.stage.database, typed)):  # noqa: ASYNC110 - the condition is in the database
            await asyncio.sleep(0.05)
    assert found == [({"amount": 2.2, "member": raider.id, "reason": "Found\n@everyone  a key"},)]


async def test_runs_are_logged_at_the_members_own_roles_and_undone_by_who_logged_them(office: Office) -> None:
    stage, officer, organizer = office.stage, office.officer, office.stage.organizer
    second = await stage.guild.add_member("Orga II", roles=[stage.organizer_role])
    await stage.guild.set_roles(organizer, [stage.organizer_role, office.leader_role])
    assert ("Snake Pit", "SNAKE_PIT") in await second.autocomplete(stage.raids, "logrun", "dungeon", "snak")
    logged = await office.type(second, "logrun", dungeon="snake pit", amount=3, member=organizer)
    assert fields(logged)["Change"] == f"+3 runs\n+3.3 quota points of <@&{office.leader_role.id}>"
    assert fields(logged)["Now"].startswith("3 runs of ")
    assert logged.message is not None
    refused = await organizer.press(logged.message, "Undo")
    assert f"Only <@{second.id}>, for 15 minutes, or an officer" in refused.text
    await stage.stop_bot()
    await stage.start_bot()
    await second.press(logged.message, "Undo")
    assert "Runs logged, and undone" in logged.text
    assert fields(logged)["Taken back"] == f"-3 runs\n-3.3 quota points of <@&{office.leader_role.id}>"
    assert logged.message.buttons == []
    own = await office.type(second, "logrun", dungeon="SNAKE_PIT")
    assert fields(own)["Change"] == "+1 run"
    taken = await office.type(officer, "logrun", dungeon="SNAKE_PIT", amount=-2, member=second)
    assert fields(taken)["Change"] == "-1 run"
    assert own.message is not None
    await officer.press(own.message, "Undo")
    assert fields(own)["Taken back"] == "nothing"
    assert "I don't know a dungeon" in (await office.type(second, "logrun", dungeon="nowhere")).text
    assert await rows(stage.database, "SELECT sum(amount), sum(quota_points) FROM ledger") == [(0, 0)]


async def test_an_organizer_is_awarded_by_the_roles_they_have_as_the_run_ends(office: Office) -> None:
    stage, organizer, role = office.stage, office.stage.organizer, office.leader_role
    _, panel = await stage.open_run("SNAKE_PIT")
    await stage.go_live(panel)
    await stage.guild.set_roles(organizer, [stage.organizer_role, role])
    await stage.roles_noted(organizer)
    await stage.stop_bot()
    await stage.guild.set_roles(organizer, [stage.organizer_role])
    await stage.start_bot()
    await stage.roles_noted(organizer)
    await stage.guild.set_roles(organizer, [stage.organizer_role, role])
    await stage.roles_noted(organizer)
    await organizer.press(panel, "End Run")
    await stage.panel_shows("✅ Ended: Snake Pit")
    assert await office.organised() == [(organizer.id, Decimal("1.10"), role.id)]


async def test_a_run_that_was_over_while_the_bot_was_away_is_awarded_by_the_highest_role(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage, organizer, role = office.stage, office.stage.organizer, office.leader_role
    higher = await stage.guild.add_role("Head Leader", position=role.position + 1)
    await rows(
        stage.database,
        "INSERT INTO quota_role (guild_id, role_id, base_non_exalt_points, created_at)"
        f" VALUES ({stage.guild.id}, {higher.id}, 2.20, now()) RETURNING 1",
    )
    await stage.guild.set_roles(organizer, [stage.organizer_role, role, higher])
    _, panel = await stage.open_run("SNAKE_PIT")
    await stage.go_live(panel)
    await stage.stop_bot()
    away = timedelta(hours=3)
    await stage.discord.shift_clock(away.total_seconds())
    stage.clock.shift(away)
    open_doors = App._open_doors  # between this and the gateway, jobs have their turns

    async def connect_slowly(app: App, event: hikari.StartingEvent) -> None:
        await open_doors(app, event)
        app.scheduler.ring("raids.expire")
        async with asyncio.timeout(5):
            while app.scheduler.counts["raids.expire"].turns < 2:  # noqa: ASYNC110 - one whole turn
                await asyncio.sleep(0.01)

    monkeypatch.setattr(App, "_open_doors", connect_slowly)
    await stage.start_bot()
    await stage.panel_shows("Ended")
    assert await office.organised() == [(organizer.id, Decimal("2.20"), higher.id)]
