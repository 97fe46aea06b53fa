"""/setroles, /setchannels and /unset, as an administrator types them."""

from typing import Any

import pytest

from raidbot.app import App
from raidbot.features.guild_config.commands import SetChannels, SetRoles, Unset
from raidbot.kernel.discord.commands import policy_of
from raidbot.kernel.discord.text import CONTENT
from raidbot.kernel.guilds import ChannelKey, RoleKey
from raidbot.kernel.permissions import ADMINISTRATOR
from raidbot.playground.driver import ADMIN_LIKE, Channel, Guild, Member, Permission, RefusedByClientError
from tests.features.guild_config.conftest import Launch


def field(reply_embed: dict[str, object], name: str) -> str:
    fields = reply_embed.get("fields") or []
    assert isinstance(fields, list)
    return next((one["value"] for one in fields if name in one["name"]), "")


def test_there_is_one_option_a_key() -> None:
    assert list(SetRoles._command_data.options) == [key.value for key in RoleKey]
    assert list(SetChannels._command_data.options) == [key.value for key in ChannelKey]


def test_only_administrators_may_configure() -> None:
    for command in (SetRoles, SetChannels, Unset):
        policy = policy_of(command)
        assert policy is not None
        assert policy.capability.needs is ADMINISTRATOR


async def test_chosen_roles_are_kept_and_shown_to_everybody(
    bot: App, guild: Guild, lobby: Channel, admin: Member
) -> None:
    organizers, officers = await guild.add_role("Organizers"), await guild.add_role("Officers")
    reply = await admin.command(lobby, "setroles", organizer=organizers, officer=officers)
    assert not reply.ephemeral
    assert reply.message is not None
    (embed,) = reply.message.embeds
    assert f"**Organizer**: {organizers.mention}" in embed["description"]
    assert "**Muted**: not set" in embed["description"]
    assert f"**Officer**: not set → {officers.mention}" in field(embed, "Changed")
    assert reply.message.pinged.roles == frozenset()
    assert bot.guilds.cached(guild.id).roles == {RoleKey.ORGANIZER: organizers.id, RoleKey.OFFICER: officers.id}


async def test_a_second_choice_shows_what_was_before(bot: App, guild: Guild, lobby: Channel, admin: Member) -> None:
    old, new = await guild.add_role("Old"), await guild.add_role("New")
    await admin.command(lobby, "setroles", organizer=old)
    reply = await admin.command(lobby, "setroles", organizer=new, team=old)
    assert f"**Organizer**: {old.mention} → {new.mention}" in reply.text
    assert bot.guilds.cached(guild.id).roles == {RoleKey.ORGANIZER: new.id, RoleKey.TEAM: old.id}


async def test_the_same_choice_again_changes_nothing(bot: App, guild: Guild, lobby: Channel, admin: Member) -> None:
    role = await guild.add_role("Organizers")
    await admin.command(lobby, "setroles", organizer=role)
    reply = await admin.command(lobby, "setroles", organizer=role)
    assert "Nothing: it was like that already." in reply.text
    assert "→" not in reply.text


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize(("command", "keys"), [("setroles", RoleKey), ("setchannels", ChannelKey)])
async def test_choosing_nothing_lists_privately_what_there_is(
    command: str, keys: type[RoleKey | ChannelKey], guild: Guild, lobby: Channel, admin: Member
) -> None:
    role = await guild.add_role("Organizers")
    if command == "setroles":
        await admin.command(lobby, "setroles", organizer=role)
    reply = await admin.command(lobby, command)
    assert reply.ephemeral
    assert all(f"**{key.title}**: " in reply.text for key in keys)
    assert (f"**Organizer**: {role.mention}" in reply.text) == (command == "setroles")


@pytest.mark.usefixtures("bot")
async def test_unset_without_an_option_fits_into_one_message(guild: Guild, lobby: Channel, admin: Member) -> None:
    role = await guild.add_role("Everything")
    every_role: dict[str, Any] = {key.value: role for key in RoleKey}
    every_channel: dict[str, Any] = {key.value: lobby for key in ChannelKey}
    await admin.command(lobby, "setroles", **every_role)
    await admin.command(lobby, "setchannels", **every_channel)
    reply = await admin.command(lobby, "unset")
    assert reply.ephemeral
    assert reply.text.count(role.mention) == len(RoleKey)
    assert reply.text.count(lobby.mention) == len(ChannelKey)
    assert len(reply.text) <= CONTENT


async def test_unset_clears_a_role_and_a_channel(bot: App, guild: Guild, lobby: Channel, admin: Member) -> None:
    role = await guild.add_role("Organizers")
    await admin.command(lobby, "setroles", organizer=role, team=role)
    await admin.command(lobby, "setchannels", raid=lobby)
    reply = await admin.command(lobby, "unset", role="organizer", channel="raid")
    assert not reply.ephemeral
    assert f"**Organizer**: {role.mention} → not set" in reply.text
    assert f"**Raids**: {lobby.mention} → not set" in reply.text
    assert bot.guilds.cached(guild.id).roles == {RoleKey.TEAM: role.id}
    assert bot.guilds.cached(guild.id).channels == {}


async def test_everyone_and_managed_roles_are_refused_and_nothing_is_kept(
    bot: App, guild: Guild, lobby: Channel, admin: Member
) -> None:
    everyone, *_, managed = await guild.roles()
    assert managed.managed
    good = await guild.add_role("Good")
    reply = await admin.command(lobby, "setroles", organizer=good, officer=everyone, security=managed)
    assert reply.ephemeral
    assert f"<@&{everyone.id}> can't be used: everybody has it" in reply.text
    assert f"{managed.mention} can't be used: it belongs to a bot" in reply.text
    assert bot.guilds.cached(guild.id).roles == {}
    assert [message.text for message in await lobby.messages()] == []


async def test_a_role_above_the_bot_is_kept_with_a_warning_if_the_bot_must_give_it(
    bot: App, guild: Guild, lobby: Channel, admin: Member
) -> None:
    high = await guild.add_role("High", position=1)
    mine = next(role for role in await guild.roles() if role.managed)
    await guild.move_role(mine, 1)
    reply = await admin.command(lobby, "setroles", muted=high, organizer=high)
    assert f"I can't give {high.mention} to anybody: it stands above my highest role." in reply.text
    assert bot.guilds.cached(guild.id).roles[RoleKey.MUTED] == high.id
    reply = await admin.command(lobby, "setroles", administrator=high)
    assert "can't give" not in reply.text


async def test_without_manage_roles_every_role_to_give_is_warned_of(
    bot: App, guild: Guild, lobby: Channel, admin: Member
) -> None:
    role = await guild.add_role("Suspended")
    mine = next(role for role in await guild.roles() if role.managed)
    await guild.edit_role(mine, permissions=int(ADMIN_LIKE & ~Permission.MANAGE_ROLES))
    reply = await admin.command(lobby, "setroles", suspended=role)
    assert f"I can't give {role.mention} to anybody: I lack the permission Manage Roles." in reply.text
    assert RoleKey.SUSPENDED in bot.guilds.cached(guild.id).roles


async def test_a_channel_that_the_bot_cannot_use_is_kept_with_a_warning(
    bot: App, guild: Guild, lobby: Channel, admin: Member
) -> None:
    muzzled = await guild.add_channel(
        "raids", overwrites=[(guild.bot, 0, Permission.MENTION_EVERYONE | Permission.EMBED_LINKS)]
    )
    hidden = await guild.add_channel("hidden", overwrites=[(guild.bot, 0, Permission.VIEW_CHANNEL)])
    fileless = await guild.add_channel("quota", overwrites=[(guild.bot, 0, Permission.ATTACH_FILES)])
    reply = await admin.command(lobby, "setchannels", raid=muzzled, bot_log=hidden, quota=fileless, modmail=lobby)
    assert reply.message is not None
    warnings = field(reply.message.embeds[0], "Look at this").splitlines()
    assert warnings == [
        f"In {muzzled.mention} I lack Embed Links, Mention All Roles.",
        f"In {fileless.mention} I lack Attach Files.",
        f"In {hidden.mention} I lack View Channel, Send Messages, Embed Links, Read Message History.",
    ]
    chosen = {ChannelKey.RAID, ChannelKey.BOT_LOG, ChannelKey.QUOTA, ChannelKey.MODMAIL}
    assert set(bot.guilds.cached(guild.id).channels) == chosen


@pytest.mark.usefixtures("bot")
async def test_only_text_channels_are_offered(guild: Guild, lobby: Channel, admin: Member) -> None:
    category = await guild.add_category("Raids")
    with pytest.raises(RefusedByClientError):
        await admin.command(lobby, "setchannels", raid=category)


async def test_the_configuration_holds_after_a_restart(
    launch: Launch, guild: Guild, lobby: Channel, admin: Member
) -> None:
    role = await guild.add_role("Organizers")
    async with launch():
        await admin.command(lobby, "setroles", organizer=role)
        await admin.command(lobby, "setchannels", raid=lobby)
    async with launch() as bot:
        reply = await admin.command(lobby, "setroles")
        assert f"**Organizer**: {role.mention}" in reply.text
        assert bot.guilds.cached(guild.id).channels == {ChannelKey.RAID: lobby.id}


async def test_the_mapped_administrator_role_alone_does_not_configure(
    bot: App, guild: Guild, lobby: Channel, admin: Member
) -> None:
    boss = await guild.add_role("Boss")
    await admin.command(lobby, "setroles", administrator=boss)
    mallory = await guild.add_member("Mallory", roles=[boss])
    with pytest.raises(RefusedByClientError):
        await mallory.command(lobby, "setroles", administrator=boss)
    assert bot.guilds.cached(guild.id).roles == {RoleKey.ADMINISTRATOR: boss.id}
