"""Guilds over REST: roles, members, channels, bans and commands, and what the hierarchy refuses."""

from datetime import UTC, datetime, timedelta

import hikari
import pytest

from raidbot.playground.driver import ADMIN_LIKE, Guild, LocalDiscord, Permission
from tests.playground.core.refusals import refused
from tests.playground.core.tiny_bot import TinyBot

Rest = hikari.api.RESTClient


async def test_a_role_is_made_given_taken_and_deleted(bot: TinyBot, guild: Guild) -> None:
    kate = await guild.add_member("Kate")
    role = await bot.rest.create_role(guild.id, name="run", color=0x123456, mentionable=True)
    assert (role.name, int(role.color), role.is_mentionable, role.position) == ("run", 0x123456, True, 1)
    await bot.hears(hikari.RoleCreateEvent, lambda e: e.role_id == role.id)
    await bot.rest.add_role_to_member(guild.id, kate.id, role)
    await bot.rest.add_role_to_member(guild.id, kate.id, role)
    assert await kate.roles() == [role.id]
    await bot.hears(hikari.MemberUpdateEvent, lambda e: e.member.role_ids == [role.id, guild.id])
    await bot.rest.edit_role(guild.id, role, name="ran")
    await bot.hears(hikari.RoleUpdateEvent, lambda e: e.role.name == "ran")
    await bot.rest.remove_role_from_member(guild.id, kate.id, role)
    await bot.rest.edit_member(guild.id, kate.id, roles=[role])
    assert await kate.roles() == [role.id]
    await bot.rest.delete_role(guild.id, role)
    await bot.hears(hikari.RoleDeleteEvent, lambda e: e.role_id == role.id)
    assert await kate.roles() == []
    assert role.id not in [one.id for one in await guild.roles()]
    with refused(10011, 404):
        await bot.rest.delete_role(guild.id, role)
    with refused(10011, 404):
        await bot.rest.add_role_to_member(guild.id, kate.id, role)


async def test_the_bots_highest_role_bounds_what_it_may_do(rest: Rest, discord: LocalDiscord) -> None:
    guild = await discord.add_guild("Steep")
    high, low = await guild.add_role("high", position=1), await guild.add_role("low")
    managed = next(role for role in await guild.roles() if role.managed)
    await guild.move_role(high, managed.position + 1)
    boss, kate = await guild.add_member("Boss", roles=[high]), await guild.add_member("Kate", roles=[low])
    await rest.add_role_to_member(guild.id, boss.id, low.id)
    for attempt in (
        rest.add_role_to_member(guild.id, kate.id, high.id),
        rest.remove_role_from_member(guild.id, boss.id, high.id),
        rest.add_role_to_member(guild.id, kate.id, managed.id),
        rest.edit_role(guild.id, high.id, name="mine"),
        rest.delete_role(guild.id, high.id),
        rest.edit_member(guild.id, boss.id, nickname="small"),
        rest.kick_user(guild.id, boss.id),
        rest.ban_user(guild.id, boss.id),
        rest.kick_user(guild.id, guild.owner.id),
        rest.create_role(guild.id, permissions=hikari.Permissions.ADMINISTRATOR),
    ):
        with refused(50013, 403):
            await attempt
    await rest.edit_member(guild.id, kate.id, nickname="small")
    assert await kate.nick() == "small"


@pytest.mark.parametrize(
    ("lacking", "attempt"),
    [
        (Permission.MANAGE_ROLES, lambda rest, guild, kate: rest.create_role(guild)),
        (Permission.MANAGE_CHANNELS, lambda rest, guild, kate: rest.create_guild_text_channel(guild, "x")),
        (Permission.MANAGE_NICKNAMES, lambda rest, guild, kate: rest.edit_member(guild, kate, nickname="x")),
        (Permission.KICK_MEMBERS, lambda rest, guild, kate: rest.kick_user(guild, kate)),
        (Permission.BAN_MEMBERS, lambda rest, guild, kate: rest.ban_user(guild, kate)),
        (
            Permission.MODERATE_MEMBERS,
            lambda rest, guild, kate: rest.edit_member(guild, kate, communication_disabled_until=None),
        ),
    ],
)
async def test_what_the_bot_has_no_permission_for_is_refused(
    rest: Rest, discord: LocalDiscord, lacking: Permission, attempt: object
) -> None:
    guild = await discord.add_guild("Strict", bot_permissions=ADMIN_LIKE & ~lacking)
    kate = await guild.add_member("Kate")
    with refused(50013, 403):
        await attempt(rest, guild.id, kate.id)  # type: ignore[operator]


async def test_a_timeout_ends_within_28_days_and_leaves_only_reading(rest: Rest, guild: Guild) -> None:
    kate, channel = await guild.add_member("Kate"), await guild.add_channel("talk")
    now = datetime.now(UTC)
    await rest.edit_member(guild.id, kate.id, communication_disabled_until=now + timedelta(hours=1))
    held = await kate.permissions(channel)
    assert held == Permission.VIEW_CHANNEL | Permission.READ_MESSAGE_HISTORY
    with refused(50035, 400):
        await rest.edit_member(guild.id, kate.id, communication_disabled_until=now + timedelta(days=29))
    await rest.edit_member(guild.id, kate.id, communication_disabled_until=None)
    assert await kate.permissions(channel) & Permission.SEND_MESSAGES


async def test_members_are_listed_and_found(rest: Rest, guild: Guild) -> None:
    raiders = await guild.add_members(30)
    await guild.set_nick(raiders[0], "Zed")
    listed = [member.id async for member in rest.fetch_members(guild.id)]
    assert {member.id for member in raiders} < set(listed)
    assert listed == sorted(listed)
    assert [member.id for member in await rest.search_members(guild.id, "ze")] == [raiders[0].id]
    assert (await rest.fetch_member(guild.id, raiders[0].id)).nickname == "Zed"
    await raiders[1].leave()
    with refused(10007, 404):
        await rest.fetch_member(guild.id, raiders[1].id)
    with refused(10013, 404):
        await rest.fetch_user(123456789012345678)


async def test_a_ban_removes_and_an_unban_lets_back(bot: TinyBot, guild: Guild) -> None:
    kate, joe = await guild.add_member("Kate"), await guild.add_member("Joe")
    channel = await guild.add_channel("talk")
    await channel.send(kate, "spam")
    await bot.rest.ban_user(guild.id, kate.id, delete_message_seconds=60, reason="spam ünd more")
    await bot.hears(hikari.BanCreateEvent, lambda e: e.user_id == kate.id)
    await bot.hears(hikari.MemberDeleteEvent, lambda e: e.user_id == kate.id)
    assert await channel.messages() == []
    assert [(ban.user.id, ban.reason) async for ban in bot.rest.fetch_bans(guild.id)] == [(kate.id, "spam ünd more")]
    assert await guild.bans() == {kate.id: "spam ünd more"}
    await bot.rest.unban_user(guild.id, kate.id)
    await bot.hears(hikari.BanDeleteEvent)
    with refused(10026, 404):
        await bot.rest.unban_user(guild.id, kate.id)
    await kate.rejoin()
    await bot.hears(hikari.MemberCreateEvent, lambda e: e.user_id == kate.id)
    await guild.ban(joe)
    await bot.hears(hikari.BanCreateEvent, lambda e: e.user_id == joe.id)
    await bot.rest.kick_user(guild.id, kate.id)
    assert kate.id not in [member.id for member in await guild.members()]


async def test_channels_are_made_with_overwrites_and_moved(bot: TinyBot, guild: Guild) -> None:
    category = await bot.rest.create_guild_category(guild.id, "Raids")
    kate = await guild.add_member("Kate")
    hidden = hikari.PermissionOverwrite(
        id=guild.id, type=hikari.PermissionOverwriteType.ROLE, deny=hikari.Permissions.VIEW_CHANNEL
    )
    made = await bot.rest.create_guild_text_channel(
        guild.id, "secret", category=category, topic="t", permission_overwrites=[hidden]
    )
    await bot.hears(hikari.GuildChannelCreateEvent, lambda e: e.channel_id == made.id)
    assert (made.parent_id, made.topic) == (category.id, "t")
    channel = next(one for one in await guild.channels() if one.id == made.id)
    assert await kate.permissions(channel) == 0
    with refused(50001, 403):
        await bot.rest.create_message(made.id, "not even the bot sees it")
    with refused(50001, 403):
        await bot.rest.delete_channel(made.id)
    await channel.set_overwrites([])
    await bot.rest.edit_permission_overwrite(
        made.id, kate.id, target_type=hikari.PermissionOverwriteType.MEMBER, deny=hikari.Permissions.SEND_MESSAGES
    )
    assert not await kate.permissions(channel) & Permission.SEND_MESSAGES
    await bot.rest.delete_permission_overwrite(made.id, kate.id)
    await bot.rest.edit_channel(made.id, name="open")
    await bot.hears(hikari.GuildChannelUpdateEvent, lambda e: e.channel.name == "open")
    await bot.rest.delete_channel(category)
    orphan = await bot.rest.fetch_channel(made.id)
    assert isinstance(orphan, hikari.GuildTextChannel)
    assert orphan.parent_id is None
    await bot.rest.delete_channel(made.id)
    await bot.hears(hikari.GuildChannelDeleteEvent, lambda e: e.channel_id == made.id)
    with refused(10003, 404):
        await bot.rest.fetch_channel(made.id)


async def test_a_guild_that_removed_the_bot_is_closed_to_it_until_it_is_invited_again(
    bot: TinyBot, guild: Guild
) -> None:
    role, channel = await guild.add_role("Raider"), await guild.add_channel("raids")
    kate, bert = await guild.add_member("Kate", roles=[role]), await guild.add_member("Bert")
    message = await bot.rest.create_message(channel.id, "hello")
    await guild.remove()
    await bot.hears(hikari.GuildLeaveEvent, lambda e: e.guild_id == guild.id)
    with refused(50001, 403):
        await bot.rest.create_message(channel.id, "anybody?")
    with refused(50001, 403):
        await bot.rest.edit_message(channel.id, message.id, "anybody?")
    with refused(10004, 404):
        await bot.rest.fetch_guild(guild.id)
    await kate.leave()
    await guild.invite_again(bot_permissions=ADMIN_LIKE)
    await bot.hears(hikari.GuildJoinEvent, lambda e: e.guild_id == guild.id)
    assert (await bot.rest.fetch_message(channel.id, message.id)).content == "hello"
    assert {int(one.id) async for one in bot.rest.fetch_members(guild.id)} == {bert.id, guild.owner.id, guild.bot.id}
    roles = {one.name: one.position for one in await guild.roles()}
    assert roles["raidbot"] < roles["Raider"]


async def test_what_humans_change_reaches_the_bot(bot: TinyBot, guild: Guild) -> None:
    role, channel = await guild.add_role("Raider"), await guild.add_channel("raids")
    kate = await guild.add_member("Kate")
    await guild.set_roles(kate, [role])
    await bot.hears(hikari.MemberUpdateEvent, lambda e: role.id in e.member.role_ids)
    await guild.edit_role(role, name="Veteran")
    await bot.hears(hikari.RoleUpdateEvent, lambda e: e.role.name == "Veteran")
    await guild.delete_role(role)
    await bot.hears(hikari.RoleDeleteEvent, lambda e: e.role_id == role.id)
    await guild.delete_channel(channel)
    await bot.hears(hikari.GuildChannelDeleteEvent, lambda e: e.channel_id == channel.id)
    await kate.leave()
    await bot.hears(hikari.MemberDeleteEvent, lambda e: e.user_id == kate.id)
    await guild.remove()
    await bot.hears(hikari.GuildLeaveEvent, lambda e: e.guild_id == guild.id)


async def test_commands_keep_their_ids_until_they_are_deleted(rest: Rest, guild: Guild) -> None:
    app = await rest.fetch_application()

    def builder(name: str, description: str = "d") -> hikari.api.SlashCommandBuilder:
        return rest.slash_command_builder(name, description)

    first = await rest.set_application_commands(app.id, [builder("run"), builder("end")])
    again = await rest.set_application_commands(app.id, [builder("end", "changed"), builder("run")])
    assert {one.name: one.id for one in again} == {one.name: one.id for one in first}
    versions = {one.name: one.version for one in first}
    assert [one.version == versions[one.name] for one in again] == [False, True]
    own = await rest.create_slash_command(app.id, "run", "the guild's own", guild=guild.id)
    shown = {one["name"]: one["description"] for one in await guild.commands()}
    assert shown == {"run": "the guild's own", "end": "changed"}
    edited = await rest.edit_application_command(app.id, own, guild.id, description="better")
    assert edited.description == "better"  # type: ignore[attr-defined]
    await rest.delete_application_command(app.id, own, guild.id)
    assert await rest.fetch_application_commands(app.id, guild.id) == []
    with refused(10063, 404):
        await rest.delete_application_command(app.id, own, guild.id)
    with refused(50035, 400):
        await rest.set_application_commands(app.id, [builder("x"), builder("x")])


async def test_the_application_and_the_guild_describe_themselves(
    discord: LocalDiscord, rest: Rest, guild: Guild
) -> None:
    me, app = await rest.fetch_my_user(), await rest.fetch_application()
    assert me.id == app.id == guild.bot.id
    fetched = await rest.fetch_guild(guild.id)
    assert (fetched.name, fetched.owner_id) == ("Realm", guild.owner.id)
    assert set(fetched.roles) == {role.id for role in await guild.roles()}
    emoji_id = await discord.add_application_emoji("void")
    assert [one.id for one in await rest.fetch_application_emojis(app.id)] == [emoji_id]
    assert [one.id async for one in rest.fetch_my_guilds()] == [guild.id]
    with refused(10004, 404):
        await rest.fetch_guild(123456789012345678)
