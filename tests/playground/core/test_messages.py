"""Messages over REST: what comes back, what everybody is told, and what is refused."""

import aiohttp
import hikari
import pytest

from raidbot.playground.driver import ADMIN_LIKE, Channel, Guild, LocalDiscord, Permission, Pinged, RefusedByClientError
from tests.playground.core.refusals import refused
from tests.playground.core.tiny_bot import TinyBot

Rest = hikari.api.RESTClient


async def test_a_message_is_sent_edited_and_deleted_before_everybodys_eyes(bot: TinyBot, channel: Channel) -> None:
    sent = await bot.rest.create_message(channel.id, " hello ", embed=hikari.Embed(title="T", description="D"))
    assert sent.content == "hello"
    assert (await channel.messages())[0].text == "hello\nT\nD"
    created = await bot.hears(hikari.GuildMessageCreateEvent)
    assert created.member is not None
    assert created.member.id == bot.app.get_me().id  # type: ignore[union-attr]
    edited = await sent.edit("bye", embeds=[])
    assert edited.edited_timestamp is not None
    assert (await channel.messages())[0].text == "bye"
    await bot.hears(hikari.GuildMessageUpdateEvent, lambda e: e.message.content == "bye")
    await sent.delete()
    await bot.hears(hikari.GuildMessageDeleteEvent, lambda e: e.message_id == sent.id)
    assert await channel.messages() == []
    for attempt in (sent.edit("x"), sent.delete(), bot.rest.fetch_message(channel.id, sent.id)):
        with refused(10008, 404):
            await attempt


async def test_history_is_read_from_any_point(rest: Rest, guild: Guild, channel: Channel) -> None:
    kate = await guild.add_member("Kate")
    sent = [await channel.send(kate, str(number)) for number in range(10)]

    async def contents(**where: int) -> list[str | None]:
        found = await rest._request(  # type: ignore[attr-defined]
            hikari.internal.routes.GET_CHANNEL_MESSAGES.compile(channel=channel.id),
            query={name: str(value) for name, value in where.items()},
        )
        return [message["content"] for message in found]

    assert await contents(limit=3) == ["9", "8", "7"]
    assert await contents(before=sent[3].id, limit=2) == ["2", "1"]
    assert await contents(after=sent[3].id, limit=2) == ["5", "4"]
    assert await contents(around=sent[5].id, limit=3) == ["6", "5", "4"]
    with refused(50035, 400):
        await contents(limit=101)


async def test_the_same_nonce_gives_the_same_message(discord: LocalDiscord, rest: Rest, channel: Channel) -> None:
    first = await rest.create_message(channel.id, "once", nonce="n1")
    again = await rest.create_message(channel.id, "once", nonce="n1")
    other = await rest.create_message(channel.id, "once", nonce="n2")
    assert first.id == again.id != other.id
    await discord.shift_clock(301)
    later = await rest.create_message(channel.id, "once", nonce="n1")
    assert later.id not in {first.id, other.id}


async def test_attachment_links_work_for_a_day(discord: LocalDiscord, rest: Rest, channel: Channel) -> None:
    message = await rest.create_message(channel.id, "pic", attachments=[hikari.Bytes(b"\x89PNG...", "a b.png")])
    attachment = message.attachments[0]
    assert (attachment.filename, attachment.size, attachment.media_type) == ("a b.png", 7, "image/png")
    assert await attachment.read() == b"\x89PNG..."
    async with aiohttp.ClientSession() as session:

        async def status(url: str) -> int:
            async with session.get(url) as response:
                return response.status

        assert await status(attachment.url.replace("hm=", "hm=0")) == 404
        await discord.shift_clock(24 * 3600 + 1)
        assert await status(attachment.url) == 404
        fresh = await rest.fetch_message(channel.id, message.id)
        assert await status(fresh.attachments[0].url) == 200
        await rest.edit_message(channel.id, message.id, attachments=None)
        assert await status(fresh.attachments[0].url) == 404


async def test_a_file_of_more_than_ten_megabytes_is_refused(rest: Rest, channel: Channel) -> None:
    largest = await rest.create_message(channel.id, attachment=hikari.Bytes(bytes(10 * 2**20), "most.bin"))
    assert largest.attachments[0].size == 10 * 2**20
    with refused(0, 413):  # hikari does not read the code, 40005
        await rest.create_message(channel.id, attachment=hikari.Bytes(bytes(10 * 2**20 + 1), "more.bin"))
    with refused(0, 413):
        await rest.edit_message(channel.id, largest, attachment=hikari.Bytes(bytes(10 * 2**20 + 1), "more.bin"))
    assert len((await rest.fetch_message(channel.id, largest)).attachments) == 1


async def test_a_picture_in_an_embed_is_not_among_the_attachments(rest: Rest, channel: Channel) -> None:
    embed = hikari.Embed(title="chart").set_image(hikari.Bytes(b"png", "chart.png"))
    message = await rest.create_message(channel.id, embed=embed)
    assert message.attachments == []
    assert message.embeds[0].image is not None
    assert "/cdn/attachments/" in message.embeds[0].image.url


async def test_mentions_ping_only_whom_they_may(rest: Rest, guild: Guild, channel: Channel) -> None:
    kate = await guild.add_member("Kate")
    raiders = await guild.add_role("Raiders")
    content = f"{kate.mention} {raiders.mention} @everyone"
    await rest.create_message(channel.id, content)
    silent = (await channel.messages())[-1]
    assert silent.pinged == Pinged(frozenset(), frozenset(), everyone=False)
    await rest.create_message(channel.id, content, user_mentions=[kate.id], role_mentions=True, mentions_everyone=True)
    loud = (await channel.messages())[-1]
    assert loud.pinged == Pinged(frozenset({kate.id}), frozenset({raiders.id}), everyone=True)
    assert loud.payload["mentions"][0]["id"] == str(kate.id)
    human = await channel.send(kate, content)
    assert human.pinged == Pinged(frozenset({kate.id}), frozenset(), everyone=False)


async def test_bulk_delete_takes_two_to_a_hundred_messages_of_two_weeks(
    discord: LocalDiscord, bot: TinyBot, guild: Guild, channel: Channel
) -> None:
    kate = await guild.add_member("Kate")
    old = [(await channel.send(kate, "old")).id for _ in range(3)]
    await bot.rest.delete_messages(channel.id, old[:2])
    event = await bot.hears(hikari.GuildBulkMessageDeleteEvent)
    assert event.message_ids == set(old[:2])
    route = hikari.internal.routes.POST_DELETE_CHANNEL_MESSAGES_BULK.compile(channel=channel.id)
    with refused(50016, 400):
        await bot.rest._request(route, json={"messages": [str(old[2])]})  # type: ignore[attr-defined]
    await discord.shift_clock(14 * 24 * 3600 + 60)
    young = (await channel.send(kate, "young")).id
    with refused(50034, 400):
        await bot.rest._request(route, json={"messages": [str(old[2]), str(young)]})  # type: ignore[attr-defined]


async def test_pins_are_listed_newest_first(bot: TinyBot, channel: Channel) -> None:
    first, second = [await bot.rest.create_message(channel.id, text) for text in ("first", "second")]
    await bot.rest.pin_message(channel.id, first)
    await bot.rest.pin_message(channel.id, second)
    await bot.hears(hikari.GuildPinsUpdateEvent)
    assert [pin.message.content async for pin in bot.rest.fetch_pins(channel.id)] == ["second", "first"]
    await bot.rest.unpin_message(channel.id, second)
    assert [message.pinned for message in await channel.messages()] == [True, False]


async def test_reactions_are_counted_and_told(bot: TinyBot, guild: Guild, channel: Channel) -> None:
    kate, emoji_id = await guild.add_member("Kate"), await guild.add_emoji("void")
    message = await bot.rest.create_message(channel.id, "react")
    custom = hikari.CustomEmoji.parse(f"<:void:{emoji_id}>")
    for emoji in ("👍", custom):
        await bot.rest.add_reaction(channel.id, message, emoji)
    await kate.react((await channel.messages())[0], "👍")
    added = await bot.hears(hikari.GuildReactionAddEvent, lambda e: e.user_id == kate.id)
    assert added.member.user.username == "Kate"
    assert (await channel.messages())[0].reactions == {"👍": 2, "void": 1}
    assert [user.id async for user in bot.rest.fetch_reactions_for_emoji(channel.id, message, "👍")][-1] == kate.id
    await bot.rest.delete_reaction(channel.id, message, kate.id, "👍")
    await bot.rest.delete_my_reaction(channel.id, message, custom)
    await bot.hears(hikari.GuildReactionDeleteEvent, lambda e: e.user_id == kate.id)
    assert (await channel.messages())[0].reactions == {"👍": 1}
    await bot.rest.delete_all_reactions(channel.id, message)
    await bot.hears(hikari.GuildReactionDeleteAllEvent)
    with refused(10014, 400):
        await bot.rest.add_reaction(channel.id, message, hikari.CustomEmoji.parse("<:no:123456789012345678>"))


async def test_only_the_author_edits_and_only_managers_delete(
    discord: LocalDiscord, rest: Rest, guild: Guild, channel: Channel
) -> None:
    theirs = await channel.send(await guild.add_member("Kate"), "mine")
    with refused(50005, 403):
        await rest.edit_message(channel.id, theirs.id, "yours")
    humble = await discord.add_guild("Humble", bot_permissions=ADMIN_LIKE & ~Permission.MANAGE_MESSAGES)
    other = await humble.add_channel("talk")
    message = await other.send(await humble.add_member("Joe"), "hi")
    with refused(50013, 403):
        await rest.delete_message(other.id, message.id)


async def test_overwrites_decide_what_the_bot_may_send(rest: Rest, guild: Guild, channel: Channel) -> None:
    for denied, code in (
        (Permission.VIEW_CHANNEL, 50001),
        (Permission.SEND_MESSAGES, 50013),
        (Permission.EMBED_LINKS, 50013),
    ):
        await channel.set_overwrites([(guild, 0, denied)])
        # The bot's own role allows nothing that an overwrite of everyone has taken.
        with refused(code, 403):
            await rest.create_message(channel.id, "x", embed=hikari.Embed(title="t"))
    await channel.set_overwrites([(guild, 0, Permission.VIEW_CHANNEL), (guild.bot, Permission.VIEW_CHANNEL, 0)])
    await rest.create_message(channel.id, "x", embed=hikari.Embed(title="t"))
    with refused(10003, 404):
        await rest.create_message(123456789012345678, "x")


async def test_a_closed_dm_is_refused_with_50007(rest: Rest, guild: Guild) -> None:
    kate, joe = await guild.add_member("Kate"), await guild.add_member("Joe", dms_open=False)
    opened = await rest.create_dm_channel(kate.id)
    await opened.send("hello")
    assert [message.content for message in await kate.direct_messages()] == ["hello"]
    closed = await rest.create_dm_channel(joe.id)
    with refused(50007, 403):
        await closed.send("hello")
    await kate.leave()
    with refused(50007, 403):
        await opened.send("are you there?")


async def test_direct_messages_reach_the_bot(bot: TinyBot, guild: Guild) -> None:
    kate = await guild.add_member("Kate")
    await kate.send_direct("help")
    event = await bot.hears(hikari.DMMessageCreateEvent, lambda e: e.author_id == kate.id)
    assert event.content == "help"


async def test_threads_hold_messages_until_they_are_locked(bot: TinyBot, guild: Guild, channel: Channel) -> None:
    kate = await guild.add_member("Kate")
    message = await bot.rest.create_message(channel.id, "topic")
    thread = await bot.rest.create_message_thread(channel.id, message, "talk")
    assert thread.id == message.id
    await bot.hears(hikari.GuildThreadCreateEvent, lambda e: e.thread_id == thread.id)
    with refused(160004, 400):
        await bot.rest.create_message_thread(channel.id, message, "talk")
    sent = await bot.rest.create_message(thread.id, "inside")
    await bot.rest.add_thread_member(thread.id, kate.id)
    members = [one.user_id for one in await bot.rest.fetch_thread_members(thread.id)]
    assert kate.id in members
    inside = next(one for one in await guild.channels() if one.id == thread.id)
    await bot.rest.edit_channel(thread.id, archived=True)
    with refused(50083, 400):
        await bot.rest.edit_message(thread.id, sent, "edited")
    await bot.rest.create_message(thread.id, "opens it again")
    await bot.rest.edit_message(thread.id, sent, "edited")
    assert [one.content for one in await inside.messages()] == ["edited", "opens it again"]
    assert [one.id for one in await bot.rest.fetch_active_threads(guild.id)] == [thread.id]
    private = await bot.rest.create_thread(channel.id, hikari.ChannelType.GUILD_PRIVATE_THREAD, "staff")
    await bot.rest.delete_channel(private.id)
    await bot.hears(hikari.GuildThreadDeleteEvent, lambda e: e.thread_id == private.id)


async def test_members_write_only_where_they_may(bot: TinyBot, guild: Guild, channel: Channel) -> None:
    kate = await guild.add_member("Kate")
    sent = await channel.send(kate, "hello")
    event = await bot.hears(hikari.GuildMessageCreateEvent, lambda e: e.message_id == sent.id)
    assert event.content == "hello"
    await channel.set_overwrites([(guild, 0, Permission.SEND_MESSAGES)])
    with pytest.raises(RefusedByClientError, match="may not write"):
        await channel.send(kate, "hello")
    await channel.delete_message(sent)
    await channel.wait_without(sent)


async def test_too_long_a_message_is_refused_with_its_path(rest: Rest, channel: Channel) -> None:
    with pytest.raises(hikari.BadRequestError) as caught:
        await rest.create_message(channel.id, embed=hikari.Embed(title="x" * 257))
    assert caught.value.code == 50035
    assert caught.value.errors is not None
    assert set(caught.value.errors["embeds"]["0"]) == {"title"}
    with refused(50006, 400):
        await rest.create_message(channel.id, "")
    assert await channel.messages() == []


async def test_a_refused_edit_leaves_the_message_as_it_was(rest: Rest, channel: Channel) -> None:
    message = await rest.create_message(channel.id, "stays", attachments=[hikari.Bytes(b"x", "x.txt")])
    with refused(50006, 400):
        await rest.edit_message(channel.id, message, None, attachments=None)
    now = (await channel.messages())[0]
    assert (now.content, len(now.attachments)) == ("stays", 1)
