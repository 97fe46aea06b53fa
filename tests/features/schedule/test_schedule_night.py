"""Planned runs from the command to the end, on the local Discord."""

from datetime import timedelta

from raidbot.features.role_pings.service import RolePingService
from raidbot.kernel.guilds.models import Option
from raidbot.kernel.owed import Owed
from raidbot.playground.driver import Pinged
from tests.features.schedule.conftest import Hall
from tests.tables import rows

NOBODY = Pinged(frozenset(), frozenset(), everyone=False)


async def test_a_planned_run_from_the_command_to_the_open_run(hall: Hall) -> None:
    stage, organizer = hall.stage, hall.organizer
    role = await stage.guild.add_role("Snakes")
    pings = RolePingService(stage.database, Owed(stage.clock), stage.clock)
    await pings.map_role(stage.guild.id, "SNAKE_PIT", role.id, stage.guild.owner.id)
    offered = await organizer.autocomplete(stage.raids, "schedule", "when", "in 2h30m", dungeon="SNAKE_PIT")
    assert "UTC (in 2 h" in offered[0][0]
    reply = await hall.type(offered[0][1], party="3", location="USW secret", description="bring *keys* @everyone")
    panel = await hall.shows("📅 Planned: Snake Pit", "bring")
    assert reply.ephemeral
    assert str(panel.id) in reply.text
    assert "secret" not in panel.text
    assert panel.pinged == Pinged(frozenset(), frozenset({role.id}), everyone=False)

    assert "I'll mention you" in (await hall.ann.press(panel, "Remind me")).text
    assert "I'll mention you" in (await hall.ben.press(panel, "Remind me")).text
    await hall.shows("2 raiders want to be reminded")
    assert "won't be reminded" in (await hall.ben.press(panel, "Remind me")).text
    await hall.shows("1 raider wants to be reminded")
    listed = await hall.ben.command(stage.raids, "planned")
    assert "🔔 1" in listed.text
    assert str(panel.id) in listed.text

    await hall.pass_time(timedelta(minutes=136))
    reminder = await hall.shows("⏰ **Snake Pit** begins", str(panel.id))
    assert reminder.pinged == Pinged(frozenset({organizer.id, hall.ann.id}), frozenset(), everyone=False)
    assert stage.organizer_role.mention in (await hall.ann.press(reminder, "Open now")).text

    opened = await organizer.press(reminder, "Open now")
    await opened.wait_for(lambda message: "Organizer Panel: Snake Pit" in message.text)
    assert "USW secret" in opened.text
    run = await hall.shows("Starting Soon: Snake Pit", "bring")
    call = await hall.shows("is open!", str(run.id))
    assert call.pinged == Pinged(frozenset({hall.ann.id}), frozenset(), everyone=False)
    await hall.shows("✅ Opened: Snake Pit", organizer.mention, str(run.id))
    await stage.raids.wait_without(reminder)
    assert "Nothing is planned" in (await hall.ben.command(stage.raids, "planned")).text
    await hall.pass_time(timedelta(minutes=31))
    await stage.raids.wait_without(call)


async def test_another_organizer_opens_or_cancels_after_a_question(hall: Hall) -> None:
    panel = await hall.plan()
    question = await hall.second.press(panel, "Open now")
    assert f"{hall.organizer.mention} planned this" in question.text
    assert "stays planned" in (await hall.second.press(question, "No")).text
    question = await hall.second.press(panel, "Open now")
    await (await hall.second.press(question, "Open it as mine")).wait_for(lambda shown: "Organizer Panel" in shown.text)
    await hall.shows("✅ Opened", f"Opened by {hall.second.mention}")
    assert await rows(hall.stage.database, "SELECT organizer_id FROM run") == [(hall.second.id,)]

    other = await hall.plan("tomorrow 20:30")
    question = await hall.second.press(other, "Cancel")
    assert f"Cancel {hall.organizer.mention}'s **Snake Pit**" in question.text
    assert "is cancelled" in (await hall.second.press(question, "Cancel the run")).text
    cancelled = await hall.shows("❌ Cancelled: Snake Pit", hall.second.mention)
    assert cancelled.buttons == []


async def test_what_cannot_be_planned_is_refused_with_examples(hall: Hall) -> None:
    assert "`fri 20:30`" in (await hall.type("soonish")).text
    assert "is over" in (await hall.type("2020-01-01 20:30")).text
    assert "next 30 days" in (await hall.type("in 40d")).text
    assert "I don't know a dungeon" in (await hall.type(dungeon="atlantis")).text
    assert hall.stage.organizer_role.mention in (await hall.type(by=hall.ann)).text
    stranger = await hall.stage.guild.add_member("Stranger")
    panel = await hall.plan()
    assert hall.stage.verified_role.mention in (await stranger.press(panel, "Remind me")).text
    assert hall.stage.app is not None
    options = {Option.TIME_ZONE: "Asia/Kathmandu"}
    await hall.stage.app.guilds.set_options(hall.stage.guild.id, options, hall.organizer.id)
    names = [name for name, _ in await hall.organizer.autocomplete(hall.stage.raids, "schedule", "when", "")]
    assert len(names) == 5
    assert all("+0545 (in " in name for name in names)
    (nonsense,) = await hall.organizer.autocomplete(hall.stage.raids, "schedule", "when", "whenever")
    assert nonsense[0].startswith("“whenever”? Try 20:30")


async def test_a_reminder_reaches_everybody_who_asked_however_many(hall: Hall) -> None:
    crowd = [one.id for one in await hall.stage.add_raiders(70, prefix="fan")]
    panel = await hall.plan("in 20m")
    assert panel.pinged == NOBODY
    await rows(
        hall.stage.database,
        "INSERT INTO planned_run_interest (plan_id, user_id, changed_at, click_id) SELECT id, fan, planned_at, fan"
        f" FROM planned_run, unnest(ARRAY{crowd}::bigint[]) fan RETURNING 1",
    )
    await hall.pass_time(timedelta(minutes=5))
    await hall.shows("⏰")
    await hall.stage.effects_settle()
    posts = [one.body for one in await hall.stage.discord.requests() if one.method == "POST" and one.body]
    reminders = [body for body in posts if str(body.get("nonce", "")).startswith("reminder.")]
    assert sorted(len(body["allowed_mentions"]["users"]) for body in reminders) == [10, 61]
    named = {int(user) for body in reminders for user in body["allowed_mentions"]["users"]}
    assert named == {hall.organizer.id, *crowd}
    assert len(await hall.stage.raids.messages()) == 2  # the panel and the reminder: what only mentioned is gone
