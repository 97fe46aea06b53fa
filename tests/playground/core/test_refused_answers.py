"""What Discord refuses: what its client does not let a member do, and answers that come late, twice or do not fit."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import hikari
import pytest
from hikari import ResponseType

from raidbot.playground.driver import Channel, DriverError, Guild, LocalDiscord, Member, RefusedByClientError
from tests.playground.core.tiny_bot import DUNGEON, EPHEMERAL, TinyBot


async def test_discords_client_refuses_what_cannot_be_typed_or_pressed(
    bot: TinyBot, guild: Guild, channel: Channel, kate: Member
) -> None:
    count = hikari.CommandOption(type=hikari.OptionType.INTEGER, name="count", description="d", max_value=5)
    await bot.declare(("run", [DUNGEON, count]))
    refusals: list[tuple[str, Callable[[], Awaitable[Any]]]] = [
        ("no command /walk", lambda: kate.command(channel, "walk")),
        ("needs the option 'dungeon'", lambda: kate.command(channel, "run")),
        ("no option 'colour'", lambda: kate.command(channel, "run", dungeon="x", colour="red")),
        ("outside the limits", lambda: kate.command(channel, "run", dungeon="x" * 21)),
        ("outside the limits", lambda: kate.command(channel, "run", dungeon="x", count=6)),
        ("not of the type", lambda: kate.command(channel, "run", dungeon="x", count="5")),
    ]
    posted = await bot.rest.create_message(channel.id, "p", component=bot.row(("Join", "join"), disabled=True))
    panel = await channel.wait_for(lambda message: message.id == posted.id)
    refusals += [
        ("is disabled", lambda: kate.press(panel, "Join")),
        ("there is no button 'Leave'", lambda: kate.press(panel, "Leave")),
    ]
    for text, attempt in refusals:
        with pytest.raises(RefusedByClientError, match=text):
            await attempt()
    await channel.set_overwrites([(guild, 0, 1 << 10)])
    with pytest.raises(RefusedByClientError, match="does not see"):
        await kate.command(channel, "run", dungeon="x")
    await channel.set_overwrites([])
    await guild.time_out(kate, 60)
    with pytest.raises(RefusedByClientError, match="timed out"):
        await kate.command(channel, "run", dungeon="x")


async def test_a_second_answer_is_refused_with_40060(
    discord: LocalDiscord, bot: TinyBot, channel: Channel, kate: Member
) -> None:
    async def twice(it: hikari.ComponentInteraction) -> None:
        await it.create_initial_response(ResponseType.MESSAGE_CREATE, "one")
        with pytest.raises(hikari.BadRequestError) as refused:
            await bot.rest.create_interaction_response(it, it.token, ResponseType.MESSAGE_CREATE, "two")
        assert refused.value.code == 40060
        await it.edit_initial_response("three")

    bot.on("twice", twice)
    reply = await kate.press(await bot.post(channel, ("Twice", "twice")), "Twice")
    await reply.wait_for(lambda message: message.content == "three")
    assert await discord.problems() == ["button twice by Kate was answered twice"]
    await discord.forgive()


async def test_an_answer_after_three_seconds_is_refused_with_10062(
    discord: LocalDiscord, bot: TinyBot, channel: Channel, kate: Member
) -> None:
    held: list[hikari.ComponentInteraction] = []

    async def hold(it: hikari.ComponentInteraction) -> None:
        held.append(it)

    bot.on("hold", hold)
    reply = await kate.press(await bot.post(channel, ("Hold", "hold")), "Hold")
    assert reply.failed
    assert reply.acknowledged_after is None
    with pytest.raises(hikari.NotFoundError) as refused:
        await held[0].create_initial_response(ResponseType.MESSAGE_CREATE, "late")
    assert refused.value.code == 10062
    assert await discord.problems() == [
        "button hold by Kate had no answer in 3 s",
        "button hold by Kate was answered too late",
    ]
    await discord.forgive()


async def test_what_is_unanswered_when_the_test_forgives_is_no_problem_later(
    discord: LocalDiscord, guild: Guild, rest: hikari.api.RESTClient, channel: Channel, kate: Member
) -> None:
    row = rest.build_message_action_row().add_interactive_button(hikari.ButtonStyle.PRIMARY, "x", label="X")
    posted = await rest.create_message(channel.id, "nobody is there", component=row)
    panel = await channel.wait_for(lambda message: message.id == posted.id)
    reply = await kate.press(panel, "X", wait=False)
    await discord.forgive()
    assert (await reply.wait()).failed
    assert await discord.problems() == []


async def test_a_token_dies_after_fifteen_minutes_and_foreign_ones_are_unknown(
    discord: LocalDiscord, bot: TinyBot, channel: Channel, kate: Member
) -> None:
    taken: list[hikari.ComponentInteraction] = []

    async def take(it: hikari.ComponentInteraction) -> None:
        taken.append(it)
        await it.create_initial_response(ResponseType.MESSAGE_CREATE, "ok", flags=EPHEMERAL)

    bot.on("take", take)
    await kate.press(await bot.post(channel, ("Take", "take")), "Take")
    await discord.shift_clock(14 * 60)
    await taken[0].edit_initial_response("still")
    await discord.shift_clock(61)
    with pytest.raises(hikari.UnauthorizedError) as expired:
        await taken[0].edit_initial_response("too late")
    assert expired.value.code == 50027
    with pytest.raises(hikari.NotFoundError) as foreign:
        await bot.rest.edit_interaction_response(taken[0].application_id, "foreign", "x")
    assert foreign.value.code == 10015
    with pytest.raises(hikari.NotFoundError) as unknown:
        await bot.rest.create_interaction_response(1, "foreign", ResponseType.MESSAGE_CREATE, "x")
    assert unknown.value.code == 10062


async def test_a_deleted_reply_is_gone(bot: TinyBot, channel: Channel, kate: Member) -> None:
    async def brief(it: hikari.ComponentInteraction) -> None:
        await it.create_initial_response(ResponseType.MESSAGE_CREATE, "brief")
        followed = await it.execute("more")
        await it.delete_message(followed.id)
        await it.delete_initial_response()
        with pytest.raises(hikari.NotFoundError) as gone:
            await it.fetch_initial_response()
        assert gone.value.code == 10008
        finished.set()

    finished = asyncio.Event()
    bot.on("brief", brief)
    panel = await bot.post(channel, ("Brief", "brief"))
    reply = await kate.press(panel, "Brief")
    async with asyncio.timeout(5):
        await finished.wait()
        while reply.message is not None:  # noqa: ASYNC110 - the news of the deletion is on its way
            await asyncio.sleep(0.01)
    assert [message.id for message in await channel.messages()] == [panel.id]


async def test_answers_that_do_not_fit_the_interaction_are_refused(
    bot: TinyBot, channel: Channel, kate: Member
) -> None:
    await bot.declare(("plain", []))

    async def plain(it: hikari.CommandInteraction) -> None:
        with pytest.raises(hikari.BadRequestError) as refused:
            await bot.rest.create_interaction_response(it, it.token, ResponseType.MESSAGE_UPDATE, "no message")
        assert refused.value.code == 50035
        with pytest.raises(hikari.BadRequestError) as empty:
            await it.create_initial_response(ResponseType.MESSAGE_CREATE, "")
        assert empty.value.code == 50006
        row = bot.rest.build_message_action_row()
        row.add_interactive_button(hikari.ButtonStyle.PRIMARY, "x", emoji=hikari.Snowflake(1234567890123456789))
        with pytest.raises(hikari.BadRequestError) as emoji:
            await it.create_initial_response(ResponseType.MESSAGE_CREATE, "x", component=row)
        assert emoji.value.code == 50035
        assert emoji.value.errors is not None
        assert "emoji" in str(emoji.value.errors["components"])
        await it.create_initial_response(ResponseType.MESSAGE_CREATE, "after all")

    bot.on("plain", plain)
    assert (await kate.command(channel, "plain")).text == "after all"


async def test_waiting_says_what_there_is_instead(bot: TinyBot, channel: Channel, kate: Member) -> None:
    async def answer(it: hikari.ComponentInteraction) -> None:
        await it.create_initial_response(ResponseType.MESSAGE_CREATE, "something else")

    bot.on("a", answer)
    reply = await kate.press(await bot.post(channel, ("A", "a")), "A")
    with pytest.raises(TimeoutError, match="something else"):
        await reply.wait_for(lambda message: message.content == "what was hoped", within=0.01)
    with pytest.raises(TimeoutError, match="something else"):
        await channel.wait_for(lambda message: message.content == "what was hoped", within=0.01)
    with pytest.raises(DriverError, match="shows no message"):
        await kate.press(type(reply)(reply._link, kate, 1), "A")
