"""A raid night as its members see it."""

import asyncio

import pytest

from raidbot.features.raids.commands import OpenRun
from tests.stage import Stage
from tests.tables import rows


async def test_a_run_goes_from_join_to_end_with_everybody_told(night: Stage) -> None:
    raiders = await night.add_raiders(8)
    panel, orga = await night.open_run("FUNGAL_CAVERN", description="bring *purify*")
    assert "Starting Soon: Fungal Cavern" in panel.text
    assert panel.pinged.everyone
    replies = await asyncio.gather(*(raider.press(panel, "Join") for raider in raiders))
    assert all("You're in" in reply.text for reply in replies)
    await night.panel_shows("9 raiders joined")
    await raiders[0].select(replies[0], ["wizard"])
    assert "Wizard" in replies[0].text
    await raiders[1].press(panel, "Leave")
    await night.panel_shows("8 raiders joined")
    await raiders[2].press(panel, "Fungal Cavern")
    await night.panel_shows("Fungal Cavern: 1")
    shown = await orga.wait_for(lambda message: raiders[2].mention in message.text)
    assert "Wizard: 1" in shown.text

    refused = await night.organizer.press(orga, "Start")
    assert any("needs a party and a location" in message.text for message in refused.followups)
    await night.go_live(orga)
    live = await night.panel_shows("🟢 LIVE: Fungal Cavern")
    assert "left bazaar" in live.content
    await night.raids.wait_for(lambda message: "is starting now" in message.text)

    await night.organizer.press(orga, "Key popped")
    await night.raids.wait_for(lambda message: "a key was popped" in message.text)
    await night.panel_shows("Key popped!")
    await night.organizer.press(orga, "End Run")
    ended = await night.panel_shows("✅ Ended: Fungal Cavern")
    assert "Final Chain" in ended.text
    assert ended.buttons == []
    await orga.wait_for(lambda message: "when it was over" in message.text)
    completions = await rows(
        night.database, "SELECT user_id, pop, points FROM ledger WHERE kind = 'completion' ORDER BY user_id"
    )
    joined = sorted([night.organizer.id, *(raider.id for raider in raiders if raider is not raiders[1])])
    assert [(user, pop, str(points)) for user, pop, points in completions] == [(user, 1, "1.00") for user in joined]
    await night.roles_settle()
    assert [role.name for role in await night.guild.roles() if "Fungal" in role.name] == []
    assert [message.id for message in await night.raids.messages()] == [ended.id]


async def test_suspended_and_unverified_members_are_refused_kindly(night: Stage) -> None:
    panel, _ = await night.open_run()
    stranger = await night.guild.add_member("stranger")
    suspended = await night.guild.add_member("rascal", roles=[night.verified_role, night.suspended_role])
    assert "Only verified raiders" in (await stranger.press(panel, "Join")).text
    assert "suspended" in (await suspended.press(panel, "Join")).text
    assert "suspended" in (await suspended.press(panel, "Snake Pit")).text
    assert await rows(night.database, "SELECT user_id FROM run_raider") == [(night.organizer.id,)]
    assert await rows(night.database, "SELECT 1 FROM run_key") == []


async def test_an_organizer_has_one_run_at_a_time(night: Stage) -> None:
    panel, _ = await night.open_run()
    second = await night.organizer.command(night.raids, "run", dungeon="THE_VOID")
    assert "already have a **Snake Pit** run" in second.text
    assert str(panel.id) in second.text
    assert len(await rows(night.database, "SELECT id FROM run")) == 1


async def test_a_cancelled_run_awards_nothing_and_frees_its_organizer(night: Stage) -> None:
    (raider,) = await night.add_raiders(1)
    panel, orga = await night.open_run()
    await raider.press(panel, "Join")
    await night.go_live(orga)
    await night.organizer.press(orga, "Cancel Run")
    await night.panel_shows("❌ Cancelled: Snake Pit")
    assert await rows(night.database, "SELECT 1 FROM ledger") == []
    await night.open_run("THE_VOID")


async def test_somebody_elses_run_is_managed_after_a_question_and_the_audit_says_who(night: Stage) -> None:
    panel, _ = await night.open_run()
    other = await night.guild.add_member("Helper", roles=[night.organizer_role])
    asked = await other.press(panel, "Organizer Panel")
    assert night.organizer.mention in asked.text
    await other.press(asked, "Open it")
    await asked.wait_for(lambda message: "Organizer Panel: Snake Pit" in message.text)
    await other.press(asked, "Cancel")
    await night.panel_shows("❌ Cancelled: Snake Pit")
    actions = await rows(night.database, "SELECT action, actor_id FROM audit WHERE action LIKE 'run.%' ORDER BY id")
    assert actions == [("run.open", night.organizer.id), ("run.take_over", other.id), ("run.cancel", other.id)]


async def test_a_member_without_the_role_cannot_open_runs_or_panels(night: Stage) -> None:
    panel, _ = await night.open_run()
    (raider,) = await night.add_raiders(1)
    for reply in (
        await raider.command(night.raids, "run", dungeon="THE_VOID"),
        await raider.press(panel, "Organizer Panel"),
    ):
        assert "needs" in reply.text
        assert "Organizer" in reply.text
        assert reply.ephemeral


async def test_a_locked_run_takes_nobody_until_it_is_unlocked(night: Stage) -> None:
    (raider,) = await night.add_raiders(1)
    panel, orga = await night.open_run()
    await night.organizer.press(orga, "Lock Join")
    locked = await night.raids.wait_for(lambda message: any(b.disabled for b in message.buttons))
    assert locked.button("Join").disabled
    await night.organizer.press(orga, "Unlock Join")
    await night.raids.wait_for(lambda message: bool(message.buttons) and not message.button("Join").disabled)
    assert "You're in" in (await raider.press(panel, "Join")).text


async def test_nothing_a_user_writes_pings_or_breaks_out(night: Stage) -> None:
    _, orga = await night.open_run(
        description="@everyone [free](https://evil.example) **x**", party="@everyone", location="<@&1>"
    )
    panel = await night.panel_shows("Organizer Note")
    assert "[free](" not in panel.text
    await night.organizer.press(orga, "Start")
    ping = await night.raids.wait_for(lambda message: "is starting now" in message.text)
    assert "@\N{ZERO WIDTH SPACE}everyone" in ping.content
    assert ping.pinged.users <= {night.organizer.id}


async def test_a_raider_who_leaves_or_is_banned_or_suspended_is_taken_off(night: Stage) -> None:
    leaver, banned, suspended, stays = await night.add_raiders(4)
    panel, _ = await night.open_run()
    for raider in (leaver, banned, suspended, stays):
        await raider.press(panel, "Join")
        await raider.press(panel, "Snake Pit")
    await night.panel_shows("5 raiders joined")
    await leaver.leave()
    await night.guild.ban(banned)
    await night.guild.set_roles(suspended, [night.verified_role, night.suspended_role])
    await night.panel_shows("2 raiders joined")
    await night.panel_shows("Snake Pit: 1")
    joined = await rows(night.database, "SELECT user_id FROM run_raider WHERE joined ORDER BY user_id")
    assert joined == sorted([(night.organizer.id,), (stays.id,)])


async def test_a_panel_that_was_deleted_is_posted_again_once_without_a_ping(night: Stage) -> None:
    panel, _ = await night.open_run()
    await night.raids.delete_message(panel)
    again = await night.raids.wait_for(lambda message: bool(message.buttons) and message.id != panel.id)
    assert not again.pinged.everyone
    (raider,) = await night.add_raiders(1)
    await raider.press(again, "Join")
    await night.panel_shows("2 raiders joined")
    await night.raids.delete_message(again)
    await night.panels_settle()
    assert await night.raids.messages() == []


async def test_a_command_that_fails_before_its_handler_is_answered_all_the_same(
    night: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(_: object) -> None:
        raise ValueError("no such option")

    monkeypatch.setattr(OpenRun, "_resolve_options", broken)
    reply = await night.organizer.command(night.raids, "run", dungeon="SNAKE_PIT")
    assert "Something went wrong on my side" in reply.text
    assert await rows(night.database, "SELECT 1 FROM run") == []
