"""Who is refused, and how: one friendly answer, whatever was asked."""

from raidbot.kernel.discord.answers import Reply, Result
from raidbot.kernel.discord.request import Request
from raidbot.kernel.guilds import Module
from raidbot.playground.driver import Channel
from tests.kernel.discord.workshop import Workshop, logged
from tests.stage import Stage
from tests.tables import rows

OUT_OF_DATE = "out of date"


UNKNOWN = [
    "nonsense",
    "|",
    "||||",
    "run.join",
    "run.join|9|1",
    "run.join|1|x",
    "run.join|1|1|1",
    "run.join|01|1",
    "%|%",
]


async def test_a_button_nobody_knows_gets_a_friendly_answer(stage: Stage, workshop: Workshop) -> None:
    board = await workshop.raw_buttons(stage.raids, {custom_id: custom_id for custom_id in UNKNOWN})
    for raider, custom_id in zip(await stage.add_raiders(len(UNKNOWN)), UNKNOWN, strict=True):
        reply = await raider.press(board, custom_id)
        assert OUT_OF_DATE in reply.text
        assert reply.ephemeral
    log = await logged(stage, len(UNKNOWN))
    assert {(row["kind"], row["outcome"], row["error"]) for row in log} == {("component", "refused", "OutdatedError")}
    assert [row["name"] for row in log] == [custom_id.split("|")[0] for custom_id in UNKNOWN]


async def test_a_command_that_is_no_longer_known_gets_a_friendly_answer(stage: Stage, workshop: Workshop) -> None:
    application = await workshop.bot.rest.fetch_application()
    await workshop.bot.rest.create_slash_command(application, "raidlead", "Of an older version", guild=stage.guild.id)
    reply = await stage.organizer.command(stage.raids, "raidlead")
    assert OUT_OF_DATE in reply.text
    assert reply.ephemeral
    (row,) = await logged(stage)
    assert (row["kind"], row["name"], row["outcome"]) == ("command", "raidlead", "refused")


async def test_outside_a_server_there_is_a_friendly_answer_too(stage: Stage, workshop: Workshop) -> None:
    (raider,) = await stage.add_raiders(1)
    heard = await raider.send_direct("hello?")
    direct = Channel(raider._link, stage.guild, heard.channel_id, "direct")
    board = await workshop.buttons(direct, "private")
    reply = await raider.press(board, "private")
    assert "only works inside a server" in reply.text
    assert reply.ephemeral
    assert workshop.asked == []
    (row,) = await logged(stage)
    assert (row["kind"], row["outcome"], row["error"]) == ("component", "refused", "GuildOnlyError")
    assert (row["guild_id"], row["user_id"]) == (None, raider.id)
    assert row["acknowledged_ms"] is not None


async def test_the_permission_comes_before_the_rate_limit(stage: Stage, workshop: Workshop) -> None:
    (raider,) = await stage.add_raiders(1)
    board = await workshop.buttons(stage.raids, "organizers")
    for _ in range(3):
        reply = await raider.press(board, "organizers")
        assert reply.text == f"This needs {stage.organizer_role.mention} (**Organizer**) or a higher role."
    await stage.guild.set_roles(raider, [stage.organizer_role])
    assert (await raider.press(board, "organizers")).text == "organizers done", "a refused press is not counted"
    assert "try again in 20 s" in (await raider.press(board, "organizers")).text
    assert [row["outcome"] for row in await logged(stage, 5)] == ["denied"] * 3 + ["ok", "limited"]


async def test_a_rate_limit_counts_each_member_for_themselves(stage: Stage, workshop: Workshop) -> None:
    one, other = await stage.add_raiders(2)
    board = await workshop.buttons(stage.raids, "rare", numbers=(1, 2))
    assert (await one.press(board, "rare 1")).text == "rare done"
    limited = await one.press(board, "rare 2")
    assert limited.text == "Slow down a little: try again in 20 s."
    assert limited.ephemeral
    assert (await other.press(board, "rare 1")).text == "rare done"


async def test_a_rate_limit_per_run_counts_everybody_together(stage: Stage, workshop: Workshop) -> None:
    one, other = await stage.add_raiders(2)
    board = await workshop.buttons(stage.raids, "rare.each", numbers=(1, 2))
    assert (await one.press(board, "rare.each 1")).text == "rare.each done"
    assert "try again in 20 s" in (await other.press(board, "rare.each 1")).text
    assert (await one.press(board, "rare.each 2")).text == "rare.each done"


async def test_two_organizers_cannot_pop_or_ping_one_run_twice_in_twenty_seconds(night: Stage) -> None:
    panel, mine = await night.open_run("FUNGAL_CAVERN")
    helper = await night.guild.add_member("Helper", roles=[night.organizer_role])
    await night.go_live(mine)
    theirs = await helper.press(panel, "Organizer Panel")
    await helper.press(theirs, "Open it")
    await theirs.wait_for(lambda message: any(one.label == "Key popped" for one in message.buttons))
    for button in ("Key popped", "Ping Raiders"):
        await night.organizer.press(mine, button)
        refused = await helper.press(theirs, button)
        assert refused.ephemeral
        assert "Slow down a little: try again in" in refused.text
        assert int(refused.text.split()[-2]) in {19, 20}
    assert await rows(night.database, "SELECT pops FROM run") == [(1,)]


async def test_a_module_that_is_off_answers_that_it_is(stage: Stage, workshop: Workshop) -> None:
    (raider,) = await stage.add_raiders(1)
    board = await workshop.buttons(stage.raids, "quota")
    refused = await raider.press(board, "quota")
    assert "switched off in this server" in refused.text
    assert refused.ephemeral
    await workshop.kit.guilds.set_module(stage.guild.id, Module.QUOTA, enabled=True, actor_id=stage.guild.owner.id)
    assert (await raider.press(board, "quota")).text == "quota done"
    assert [row["outcome"] for row in await logged(stage, 2)] == ["denied", "ok"]


async def test_old_buttons_of_a_module_that_was_switched_off_do_nothing(stage: Stage, workshop: Workshop) -> None:
    (raider,) = await stage.add_raiders(1)
    panel, orga = await stage.open_run()
    workshop.kit.guilds.modules_changed = None  # as for members whose Discord has not heard of it yet
    await workshop.kit.guilds.set_module(stage.guild.id, Module.RAIDS, enabled=False, actor_id=stage.guild.owner.id)
    replies = [
        await raider.press(panel, "Join"),
        await stage.organizer.press(panel, "Organizer Panel"),
        await stage.organizer.press(orga, "Set Party/Location"),
        await stage.organizer.command(stage.raids, "run", dungeon="THE_VOID"),
    ]
    assert ["switched off in this server" in reply.text for reply in replies] == [True] * 4
    assert await rows(stage.database, "SELECT count(*) FROM run_raider") == [(1,)]
    assert await rows(stage.database, "SELECT count(*) FROM run") == [(1,)]


async def test_a_refusal_is_private_and_never_stands_over_the_message(stage: Stage, workshop: Workshop) -> None:
    async def refuse(_: Request) -> Result:
        return Reply("not you", refusal=True)

    names = ("private", "private.quick", "public", "public.quick", "update", "update.quick")
    workshop.answers = dict.fromkeys(names, refuse)
    board = await workshop.buttons(stage.raids, *names)
    for name in names:
        reply = await stage.organizer.press(board, name)
        shown = [message for message in (reply.message, *reply.followups) if message and message.id != board.id]
        assert [(message.content, message.ephemeral) for message in shown] == [("not you", True)], name
    left = [message for message in await stage.raids.messages() if not message.ephemeral]
    assert [(message.content, len(message.buttons)) for message in left] == [("Press", len(names))]
    assert {(row["outcome"], row["error"]) for row in await logged(stage, len(names))} == {("refused", None)}
