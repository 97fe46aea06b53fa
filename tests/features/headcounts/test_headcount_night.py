"""Headcounts from the command to the run, on the local Discord."""

from raidbot.features.headcounts.models import STALE_AFTER
from raidbot.playground.driver import Pinged
from tests.features.headcounts.conftest import Evening
from tests.tables import rows

POSTS = ("POST", "/channels/{channel_id}/messages")


async def test_a_headcount_from_the_command_to_the_run(evening: Evening) -> None:
    stage, organizer = evening.stage, evening.organizer
    anna, bert, _ = evening.raiders
    role = await stage.guild.add_role("Void ping")
    ping = f"INSERT INTO role_ping VALUES ({stage.guild.id}, 'THE_VOID', {role.id}, now(), 1) RETURNING 1"
    await rows(stage.database, ping)
    panel, reply = await evening.open("Void", "Oryx 3")
    assert panel.pinged.roles == {role.id}
    assert panel.pinged.everyone
    assert reply.ephemeral
    shown = await reply.wait_for(lambda message: str(panel.id) in message.text)
    assert shown.button("Convert to Run").disabled

    assert "You're in" in (await anna.press(panel, "Join")).text
    assert "Vial of Pure Darkness** is noted" in (await anna.press(panel, "Vial (Void)")).text
    assert "Incantation** is noted" in (await bert.press(panel, "Inc (Oryx 3)")).text
    panel = await stage.panel_shows("Inc (Oryx 3): 1\n🌑 Vial (Void): 1")
    assert "2 raiders interested" in panel.text
    shown = await reply.wait_for(lambda message: "Vial (Void) (1)" in message.text)
    assert f"{organizer.mention} {anna.mention}" in shown.text
    await evening.restart()
    assert "off the list" in (await bert.press(panel, "Inc (Oryx 3)")).text
    await stage.panel_shows("Key Counts\n🌑 Vial (Void): 1")

    which = await organizer.press(reply, "Convert to Run")
    await organizer.select(which, ["Void"])
    run = await which.wait_for(lambda message: "Organizer Panel: Void" in message.text)
    public = await stage.panel_shows("Starting Soon: Void")
    assert str(public.id) in run.text
    assert "2 raiders and 1 offered key came along" in run.text
    assert f"Headcount Keys: 🌑 Vial (1)\n{anna.mention}" in run.text
    assert "2 raiders joined" in public.text
    await stage.raids.wait_without(panel)
    await reply.wait_for(lambda message: "Became a run" in message.text and not message.buttons)
    await stage.roles_settle()
    await stage.roles_noted(organizer)
    ((run_role,),) = await rows(stage.database, "SELECT role_id FROM run")
    assert run_role in await anna.roles()
    assert run_role not in await bert.roles()
    assert [message.id for message in await stage.raids.messages()] == [public.id]


async def test_a_headcount_pings_once_and_the_run_that_it_becomes_pings_its_own_dungeon_once(evening: Evening) -> None:
    stage, organizer = evening.stage, evening.organizer
    void, oryx = [await stage.guild.add_role(name) for name in ("Void ping", "Oryx ping")]
    for dungeon, role in (("THE_VOID", void), ("ORYX_3", oryx)):
        ping = f"INSERT INTO role_ping VALUES ({stage.guild.id}, '{dungeon}', {role.id}, now(), 1) RETURNING 1"
        await rows(stage.database, ping)
    panel, reply = await evening.open("Void", "Oryx 3")
    assert panel.pinged == Pinged(frozenset(), frozenset({void.id, oryx.id}), everyone=True)
    await evening.raiders[0].press(panel, "Vial (Void)")
    await reply.wait_for(lambda message: not message.button("Convert to Run").disabled)
    await organizer.select(await organizer.press(reply, "Convert to Run"), ["Void"])
    run = await stage.panel_shows("Starting Soon: Void")
    assert run.pinged == Pinged(frozenset(), frozenset({void.id}), everyone=True)
    await stage.raids.wait_without(panel)
    await evening.restart()
    await evening.raiders[1].press(run, "Join")
    await stage.panel_shows("2 raiders joined")
    await run.delete()
    again = await stage.raids.wait_for(lambda message: message.id != run.id and bool(message.buttons))
    assert again.pinged == Pinged(frozenset(), frozenset(), everyone=False)
    posts = [one.body for one in await stage.discord.requests() if (one.method, one.route) == POSTS]
    pinging = [post["allowed_mentions"] for post in posts if "everyone" in post["allowed_mentions"]["parse"]]
    assert [sorted(map(int, mentions["roles"])) for mentions in pinging] == [sorted([void.id, oryx.id]), [void.id]]


async def test_the_choice_is_told_as_it_stands_and_outlives_a_restart(evening: Evening) -> None:
    organizer = evening.organizer
    reply = await evening.choose("Void", "Oryx 3", "Shatters", "Nest", "Snake Pit", "Mad Lab")
    shown = await reply.wait_for(lambda message: "6/5" in message.text)
    assert "take 1 out" in shown.text
    assert shown.button("Create Headcount").disabled
    await evening.restart()
    await organizer.select(reply, [], custom_id=shown.selects[2].custom_id)
    shown = await reply.wait_for(lambda message: "4/5" in message.text)
    assert shown.text.splitlines()[2:] == ["• 🐝 Nest", "• 🍷 Oryx 3", "• 💎 Shatters", "• 🗝️ Void"]
    await organizer.press(reply, "Create Headcount")
    await evening.stage.panel_shows("🎯 Headcount\n")


async def test_a_headcount_is_in_the_way_of_another_and_of_a_run_until_it_is_ended(evening: Evening) -> None:
    stage, organizer = evening.stage, evening.organizer
    panel, _ = await evening.open("Snake Pit")
    busy = await organizer.command(stage.raids, "run", dungeon="SNAKE_PIT")
    assert str(panel.id) in busy.text
    assert "`/headcount` shows you its panel" in busy.text
    again = await organizer.command(stage.raids, "headcount")
    await again.wait_for(lambda message: "You have a headcount going" in message.text)
    await organizer.press(again, "End Headcount")
    await again.wait_for(lambda message: "Ended" in message.text and not message.buttons)
    over = await stage.panel_shows("❌ Headcount ended: Snake Pit")
    assert over.buttons == []
    assert over.pinged == Pinged(frozenset(), frozenset(), everyone=False)
    await stage.open_run()


async def test_another_organizer_helps_or_takes_over(evening: Evening) -> None:
    stage, other = evening.stage, evening.other
    panel, _ = await evening.open("Snake Pit")
    assert "need" in (await evening.raiders[0].press(panel, "Organizer Panel")).text
    await evening.raiders[0].press(panel, "Snake Pit")
    question = await other.press(panel, "Organizer Panel")
    assert f"{evening.organizer.mention}'s" in question.text
    await other.press(question, "Open Panel")
    await question.wait_for(lambda message: f"Organizer:** {evening.organizer.mention}" in message.text)

    taken = await other.press(panel, "Organizer Panel")
    await other.press(taken, "Take Over")
    await taken.wait_for(lambda message: "is yours now" in message.text)
    await stage.panel_shows(f"Organizer:** {other.mention}")
    await stage.open_run("MAD_LAB")
    await other.press(taken, "Convert to Run")
    await taken.wait_for(lambda message: "Organizer Panel: Snake Pit" in message.text)
    await stage.raids.wait_without(panel)
    run = await rows(stage.database, "SELECT organizer_id, organizer_name FROM run WHERE dungeon = 'SNAKE_PIT'")
    assert run == [(other.id, "Other")]


async def test_who_may_not_raid_stays_out_and_who_goes_is_taken_off(evening: Evening) -> None:
    stage = evening.stage
    anna, bert, carl = evening.raiders
    panel, _ = await evening.open("Snake Pit")
    stranger = await stage.guild.add_member("Stranger")
    assert stage.verified_role.mention in (await stranger.press(panel, "Join")).text
    for raider in (anna, bert, carl):
        await raider.press(panel, "Join")
    await anna.press(panel, "Snake Pit")
    await stage.panel_shows("4 raiders interested\nKey Counts")
    await anna.leave()
    shown = await stage.panel_shows("3 raiders interested")
    assert "Key Counts" not in shown.text
    await stage.guild.set_roles(bert, [stage.verified_role, stage.suspended_role])
    await stage.panel_shows("2 raiders interested")
    assert "suspended" in (await bert.press(panel, "Join")).text
    await stage.stop_bot()
    await carl.leave()
    await stage.start_bot()
    await stage.panel_shows("1 raider interested")


async def test_a_headcount_that_nobody_touches_for_a_day_is_closed_by_the_bot(evening: Evening) -> None:
    stage = evening.stage
    await evening.open("Snake Pit")
    await stage.stop_bot()
    await stage.discord.shift_clock(STALE_AFTER.total_seconds())
    stage.clock.shift(STALE_AFTER)
    await stage.start_bot()
    await stage.panel_shows("nobody touched it for a day")
