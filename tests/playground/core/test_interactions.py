"""Interactions between members and the real hikari: every kind of answer and what the member sees of it."""

from typing import Any

import hikari
import pytest
from hikari import ResponseType

from raidbot.playground.driver import Channel, File, Guild, Member, RefusedByClientError
from tests.playground.core.tiny_bot import DUNGEON, EPHEMERAL, TinyBot


async def test_a_command_posts_a_panel_whose_button_answers_privately(
    bot: TinyBot, channel: Channel, kate: Member
) -> None:
    await bot.declare(("run", [DUNGEON]))

    async def run(it: hikari.CommandInteraction) -> None:
        assert it.options
        await it.create_initial_response(ResponseType.DEFERRED_MESSAGE_CREATE, flags=EPHEMERAL)
        content = f"Run: {it.options[0].value}"
        await bot.rest.create_message(it.channel_id, content, component=bot.row(("Join", "join:1")))
        await it.edit_initial_response("opened")

    async def join(it: hikari.ComponentInteraction) -> None:
        assert it.message.content == "Run: void"
        await it.create_initial_response(ResponseType.MESSAGE_CREATE, f"welcome {it.user.username}", flags=EPHEMERAL)

    bot.on("run", run)
    bot.on("join:1", join)
    reply = await kate.command(channel, "run", dungeon="void")
    assert reply.text == "opened"
    assert reply.ephemeral
    panel = await channel.wait_for(lambda message: message.content == "Run: void")
    assert [button.label for button in panel.buttons] == ["Join"]
    pressed = await kate.press(panel, "Join")
    assert pressed.text == "welcome Kate"
    assert pressed.ephemeral
    assert pressed.acknowledged_after is not None
    assert [message.content for message in await channel.messages()] == ["Run: void"]


async def test_a_deferred_reply_thinks_until_it_is_edited(bot: TinyBot, channel: Channel, kate: Member) -> None:
    seen: list[bool] = []

    async def slow(it: hikari.ComponentInteraction) -> None:
        await it.create_initial_response(ResponseType.DEFERRED_MESSAGE_CREATE)
        seen.append((await channel.messages())[-1].thinking)
        await it.edit_initial_response("done")

    bot.on("slow", slow)
    reply = await kate.press(await bot.post(channel, ("Slow", "slow")), "Slow")
    assert seen == [True]
    assert reply.message is not None
    assert not reply.message.thinking
    assert not reply.ephemeral
    assert reply.completed_after is not None
    assert reply.acknowledged_after is not None
    assert reply.completed_after > reply.acknowledged_after
    created = await bot.hears(hikari.GuildMessageCreateEvent, lambda e: bool(e.message.flags & 1 << 7))
    assert created.message_id == reply.message.id
    await bot.hears(hikari.GuildMessageUpdateEvent, lambda e: e.message.content == "done")


async def test_the_first_follow_up_takes_the_place_of_thinking(bot: TinyBot, channel: Channel, kate: Member) -> None:
    async def slow(it: hikari.ComponentInteraction) -> None:
        await it.create_initial_response(ResponseType.DEFERRED_MESSAGE_CREATE, flags=EPHEMERAL)
        await it.execute("first")
        await it.execute("second", flags=EPHEMERAL)

    bot.on("slow", slow)
    reply = await kate.press(await bot.post(channel, ("Slow", "slow")), "Slow")
    await reply.wait_for(lambda message: message.content == "second")
    assert reply.message is not None
    assert reply.message.content == "first"
    assert [message.content for message in reply.followups] == ["second"]
    assert len(await channel.messages()) == 1


@pytest.mark.parametrize("deferred", [True, False])
async def test_an_update_changes_the_message_that_carried_the_button(
    bot: TinyBot, channel: Channel, kate: Member, deferred: bool
) -> None:
    async def lock(it: hikari.ComponentInteraction) -> None:
        if deferred:
            await it.create_initial_response(ResponseType.DEFERRED_MESSAGE_UPDATE)
            await it.edit_initial_response("locked")
        else:
            await it.create_initial_response(ResponseType.MESSAGE_UPDATE, "locked")
        assert (await it.fetch_initial_response()).id == it.message.id

    bot.on("lock", lock)
    panel = await bot.post(channel, ("Lock", "lock"))
    reply = await kate.press(panel, "Lock")
    assert reply.message is not None
    assert reply.message.id == panel.id
    assert reply.message.content == "locked"
    assert [button.label for button in reply.message.buttons] == ["Lock"]
    update = await bot.hears(hikari.GuildMessageUpdateEvent)
    assert update.message.content == "locked"


async def test_an_ephemeral_panel_is_updated_by_its_own_buttons_and_by_its_token(
    bot: TinyBot, channel: Channel, kate: Member
) -> None:
    first: list[hikari.ComponentInteraction] = []

    async def open_panel(it: hikari.ComponentInteraction) -> None:
        first.append(it)
        await it.create_initial_response(
            ResponseType.MESSAGE_CREATE, "private", flags=EPHEMERAL, component=bot.row(("Start", "start"))
        )

    async def start(it: hikari.ComponentInteraction) -> None:
        assert it.message.flags & EPHEMERAL
        await it.create_initial_response(ResponseType.MESSAGE_UPDATE, "started", components=[])

    bot.on("open", open_panel)
    bot.on("start", start)
    opened = await kate.press(await bot.post(channel, ("Open", "open")), "Open")
    await kate.press(opened, "Start")
    assert opened.message is not None
    assert (opened.message.content, opened.message.buttons) == ("started", [])
    await first[0].edit_initial_response("refreshed", component=bot.row(("Start", "start")))
    await first[0].execute("a word in between", flags=EPHEMERAL)
    await opened.wait_for(lambda message: message.content == "a word in between")
    assert (await kate.press(opened, "Start")).text == "started"
    await first[0].edit_initial_response("refreshed")
    await opened.wait_for(lambda message: message.content == "refreshed")
    with pytest.raises(hikari.NotFoundError) as refused:
        await bot.rest.edit_message(channel.id, opened.message.id, "through the channel")
    assert refused.value.code == 10008


async def test_another_member_cannot_press_a_button_that_only_one_sees(
    bot: TinyBot, guild: Guild, channel: Channel, kate: Member
) -> None:
    async def open_panel(it: hikari.ComponentInteraction) -> None:
        row = bot.row(("Start", "start"))
        await it.create_initial_response(ResponseType.MESSAGE_CREATE, "private", flags=EPHEMERAL, component=row)

    bot.on("open", open_panel)
    opened = await kate.press(await bot.post(channel, ("Open", "open")), "Open")
    joe = await guild.add_member("Joe")
    with pytest.raises(RefusedByClientError, match="does not see"):
        await joe.press(opened, "Start")


async def test_a_modal_comes_back_filled_and_may_update_its_panel(bot: TinyBot, channel: Channel, kate: Member) -> None:
    async def party(it: hikari.ComponentInteraction) -> None:
        row = bot.rest.build_modal_action_row()
        row.add_text_input("party", "Party", value="old", max_length=10)
        row_two = bot.rest.build_modal_action_row()
        row_two.add_text_input("note", "Note", required=False)
        await it.create_modal_response("Set party", "party-modal", components=[row, row_two])

    async def submitted(it: hikari.ModalInteraction) -> None:
        inputs = [component for row in it.components for component in row.components]
        values = {one.custom_id: one.value for one in inputs}
        await it.create_initial_response(ResponseType.MESSAGE_UPDATE, str(values))

    bot.on("party", party)
    bot.on("party-modal", submitted)
    panel = await bot.post(channel, ("Party", "party"))
    opened = await kate.press(panel, "Party")
    assert opened.modal is not None
    assert opened.modal.title == "Set party"
    assert opened.modal.field("Party").value == "old"
    with pytest.raises(RefusedByClientError, match="does not take"):
        await kate.submit(opened, Party="x" * 11)
    with pytest.raises(RefusedByClientError, match="no field"):
        await kate.submit(opened, Guild="x")
    reply = await kate.submit(opened, {"Party": "usw"}, note="hi")
    assert reply.message is not None
    assert reply.message.id == panel.id
    assert reply.text == "{'party': 'usw', 'note': 'hi'}"


async def test_an_option_completes_itself(bot: TinyBot, channel: Channel, kate: Member) -> None:
    option = hikari.CommandOption(
        type=hikari.OptionType.STRING, name="dungeon", description="which", is_required=True, autocomplete=True
    )
    await bot.declare(("run", [option]))

    async def complete(it: hikari.AutocompleteInteraction) -> None:
        assert it.options[0].is_focused
        typed = it.options[0].value
        await it.create_response([hikari.impl.AutocompleteChoiceBuilder(f"{typed}!", f"v:{typed}")])

    bot.on("run", complete)
    assert await kate.autocomplete(channel, "run", "dungeon", "vo") == [("vo!", "v:vo")]
    with pytest.raises(RefusedByClientError, match="completes itself"):
        await kate.autocomplete(channel, "run", "other", "vo")


async def test_a_file_arrives_with_its_size_type_and_a_link_that_works(
    bot: TinyBot, channel: Channel, kate: Member
) -> None:
    option = hikari.CommandOption(
        type=hikari.OptionType.ATTACHMENT, name="shot", description="a file", is_required=True
    )
    await bot.declare(("taken", [option]))

    async def take(it: hikari.CommandInteraction) -> None:
        assert it.resolved is not None
        assert it.options
        file = it.resolved.attachments[hikari.Snowflake(str(it.options[0].value))]
        told = f"{file.filename} {file.media_type} {file.size} {file.is_ephemeral} {(await file.read()).decode()}"
        await it.create_initial_response(ResponseType.MESSAGE_CREATE, told)

    bot.on("taken", take)
    reply = await kate.command(channel, "taken", shot=File("me.png", b"pixels", "image/png"))
    assert reply.text == "me.png image/png 6 True pixels"
    with pytest.raises(RefusedByClientError, match="too large"):
        await kate.command(channel, "taken", shot=File("me.png", bytes(10 * 2**20 + 1), "image/png"))


async def test_a_select_menu_gives_back_what_was_chosen(bot: TinyBot, guild: Guild, kate: Member) -> None:
    channel = await guild.add_channel("raids")
    row = bot.rest.build_message_action_row()
    row.add_text_menu("class", min_values=1, max_values=2).add_option("Wizard", "w").add_option("Priest", "p")
    users = bot.rest.build_message_action_row().add_select_menu(hikari.ComponentType.USER_SELECT_MENU, "who")
    posted = await bot.rest.create_message(channel.id, "choose", components=[row, users])
    menu = await channel.wait_for(lambda message: message.id == posted.id)

    async def chosen(it: hikari.ComponentInteraction) -> None:
        names = [user.username for user in it.resolved.users.values()] if it.resolved else list(it.values)
        await it.create_initial_response(ResponseType.MESSAGE_CREATE, str(names), flags=EPHEMERAL)

    bot.on("class", chosen)
    bot.on("who", chosen)
    assert menu.selects[0].labels == ("Wizard", "Priest")
    assert (await kate.select(menu, ["Wizard", "p"], custom_id="class")).text == "['w', 'p']"
    assert (await kate.select(menu, [kate], custom_id="who")).text == "['Kate']"
    with pytest.raises(RefusedByClientError, match="one must choose"):
        await kate.select(menu, [], custom_id="class")
    with pytest.raises(RefusedByClientError, match="not among"):
        await kate.select(menu, ["Knight"], custom_id="class")


async def test_options_arrive_with_what_they_point_at(bot: TinyBot, guild: Guild, channel: Channel) -> None:
    kinds = hikari.OptionType
    await bot.declare(
        (
            "all",
            [
                hikari.CommandOption(type=kinds.USER, name="who", description="d", is_required=True),
                hikari.CommandOption(type=kinds.ROLE, name="role", description="d"),
                hikari.CommandOption(type=kinds.CHANNEL, name="where", description="d"),
                hikari.CommandOption(type=kinds.INTEGER, name="count", description="d", min_value=1, max_value=5),
                hikari.CommandOption(type=kinds.BOOLEAN, name="flag", description="d"),
                hikari.CommandOption(
                    type=kinds.STRING,
                    name="kind",
                    description="d",
                    choices=[hikari.CommandChoice(name="Exalt", value="ex")],
                ),
            ],
        )
    )
    got: list[Any] = []

    async def take(it: hikari.CommandInteraction) -> None:
        assert it.resolved is not None
        got.append({option.name: option.value for option in it.options or ()})
        got.append((*it.resolved.users, *it.resolved.members, *it.resolved.roles, *it.resolved.channels))
        await it.create_initial_response(ResponseType.MESSAGE_CREATE, "ok")

    bot.on("all", take)
    kate, role = await guild.add_member("Kate"), await guild.add_role("Raider")
    await kate.command(channel, "all", who=kate, role=role, where=channel, count=3, flag=True, kind="Exalt")
    values = {"who": kate.id, "role": role.id, "where": channel.id, "count": 3, "flag": True, "kind": "ex"}
    assert got == [values, (kate.id, kate.id, role.id, channel.id)]


async def test_buttons_in_direct_messages_work(bot: TinyBot, kate: Member) -> None:
    async def answer(it: hikari.ComponentInteraction) -> None:
        assert it.guild_id is None
        await it.create_initial_response(ResponseType.MESSAGE_UPDATE, "pressed", components=[])

    bot.on("dm", answer)
    dm = await bot.rest.create_dm_channel(kate.id)
    await dm.send("press", component=bot.row(("Go", "dm")))
    reply = await kate.press((await kate.direct_messages())[0], "Go")
    assert reply.text == "pressed"
