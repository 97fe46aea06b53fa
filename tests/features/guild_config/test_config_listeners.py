"""Roles and channels that go take their mapping with them."""

import pytest
import sqlalchemy as sa

from raidbot.app import App
from raidbot.kernel.database import Database, Statement
from raidbot.kernel.guilds import ChannelKey, RoleKey
from raidbot.kernel.guilds.tables import guild as guild_table
from raidbot.playground.driver import Channel, Guild, Member
from tests.features.guild_config.conftest import Launch
from tests.kills import once

_name = Statement(
    "test.config_guild_name", sa.select(guild_table.c.name).where(guild_table.c.guild_id == sa.bindparam("guild")), str
)


async def test_a_deleted_role_clears_all_its_keys_and_staff_are_told_once(
    bot: App, guild: Guild, lobby: Channel, admin: Member
) -> None:
    role, kept, log = await guild.add_role("Staff"), await guild.add_role("Kept"), await guild.add_channel("log")
    await admin.command(lobby, "setchannels", bot_log=log)
    await admin.command(lobby, "setroles", organizer=role, security=role, team=kept)
    await guild.delete_role(role)
    await log.wait_for(lambda message: "the roles for **Security**, **Organizer**" in message.text)
    assert bot.guilds.cached(guild.id).roles == {RoleKey.TEAM: kept.id}
    await guild.delete_role(kept)
    await log.wait_for(lambda message: "the role for **Team**" in message.text)
    assert len(await log.messages()) == 2


async def test_a_deleted_channel_clears_its_key(bot: App, guild: Guild, lobby: Channel, admin: Member) -> None:
    raids, log = await guild.add_channel("raids"), await guild.add_channel("log")
    await admin.command(lobby, "setchannels", raid=raids, bot_log=log)
    await guild.delete_channel(raids)
    told = await log.wait_for(lambda message: "the channel for **Raids**" in message.text)
    assert "/setchannels" in told.text
    assert bot.guilds.cached(guild.id).channels == {ChannelKey.BOT_LOG: log.id}
    await guild.delete_channel(log)

    async def cleared() -> bool:
        return not bot.guilds.cached(guild.id).channels

    await once(cleared)


async def test_what_was_deleted_while_the_bot_was_away_is_forgotten_at_the_start(
    launch: Launch, guild: Guild, lobby: Channel, admin: Member
) -> None:
    role, raids, log = await guild.add_role("Staff"), await guild.add_channel("raids"), await guild.add_channel("log")
    async with launch() as bot:
        await admin.command(lobby, "setroles", organizer=role)
        await admin.command(lobby, "setchannels", raid=raids, bot_log=log)
    await guild.delete_role(role)
    await guild.delete_channel(raids)
    async with launch() as bot:
        told = await log.wait_for(lambda message: "Deleted in this server" in message.text)
        assert "the role for **Organizer** and the channel for **Raids**" in told.text
        assert bot.guilds.cached(guild.id).roles == {}
        assert bot.guilds.cached(guild.id).channels == {ChannelKey.BOT_LOG: log.id}


@pytest.mark.usefixtures("bot")
async def test_a_guild_is_on_the_books_under_its_name(guild: Guild, database: Database) -> None:
    async def known() -> bool:
        async with database.connection() as conn:
            return await conn.maybe(_name, guild=guild.id) == "Realm"

    await once(known)
