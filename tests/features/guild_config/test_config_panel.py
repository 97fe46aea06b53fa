"""/config and /setup, as an administrator presses them."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from raidbot.app import App
from raidbot.features.guild_config.models import WrongOptionError, plan_setup, read_option
from raidbot.features.guild_config.views.overview import shown
from raidbot.kernel.database import Database
from raidbot.kernel.guilds import ChannelKey, GuildSettings, Module, Option, RoleKey
from raidbot.playground.driver import ADMIN_LIKE, Channel, Guild, LocalDiscord, Member, Permission
from tests.features.guild_config.conftest import Launch
from tests.tables import rows

# --- what is typed ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("option", "text", "value"),
    [
        (Option.LIVE_RUN_HOURS, "24", 24),
        (Option.TIME_ZONE, " europe/berlin ", "Europe/Berlin"),
        (Option.TIME_ZONE, "UTC", "UTC"),
        (Option.ACCENT_COLOUR, "#5865f2", 0x5865F2),
        (Option.ACCENT_COLOUR, "000000", 0),
        (Option.ACCENT_COLOUR, "", None),
    ],
)
def test_an_option_is_read_as_people_type_it(option: Option, text: str, value: object) -> None:
    assert read_option(option, text) == value


@pytest.mark.parametrize(
    ("option", "text"),
    [
        (Option.LIVE_RUN_HOURS, "0"),
        (Option.LIVE_RUN_HOURS, "25"),
        (Option.LIVE_RUN_HOURS, "٣"),
        (Option.TIME_ZONE, "Berlin"),
        (Option.TIME_ZONE, "Europe"),
        (Option.TIME_ZONE, "../../etc/passwd"),
        (Option.ACCENT_COLOUR, "#12345"),
        (Option.ACCENT_COLOUR, "red"),
    ],
)
def test_what_is_no_value_of_an_option_is_refused(option: Option, text: str) -> None:
    with pytest.raises(WrongOptionError):
        read_option(option, text)


@given(st.integers(0, 0xFFFFFF))
def test_a_colour_is_read_as_it_is_shown(colour: int) -> None:
    settings = GuildSettings(1, accent_colour=colour)
    assert read_option(Option.ACCENT_COLOUR, shown(Option.ACCENT_COLOUR, settings)) == colour


# --- what is planned -------------------------------------------------------------------------------------------------


def test_a_plan_chooses_by_name_and_makes_only_what_the_modules_need() -> None:
    roles = {11: "Raid Organizers", 12: "ORGANIZER", 13: "Muted"}
    plan = plan_setup(GuildSettings(1), roles, {21: "🔥raids", 22: "chat"})
    assert plan.map_roles == {RoleKey.ORGANIZER: 12, RoleKey.MUTED: 13}
    assert plan.map_channels == {ChannelKey.RAID: 21}
    assert plan.make_roles == []
    assert set(plan.make_channels) == {
        ChannelKey.RAID_LOG,
        ChannelKey.ROLE_PING,
        ChannelKey.PARTY_FINDER,
        ChannelKey.EARLY_LOC,
        ChannelKey.BOT_LOG,
        ChannelKey.STAFF_UPDATES,
    }


def test_raids_alone_make_no_verified_role_that_would_keep_everybody_out() -> None:
    assert plan_setup(GuildSettings(1), {}, {}).make_roles == [RoleKey.ORGANIZER]
    both = GuildSettings(1, modules=frozenset({Module.RAIDS, Module.VERIFICATION}))
    assert plan_setup(both, {}, {}).make_roles == [RoleKey.ORGANIZER, RoleKey.VERIFIED_RAIDER]


def test_what_is_chosen_stays() -> None:
    settings = GuildSettings(1, roles={RoleKey.ORGANIZER: 5}, channels={ChannelKey.RAID: 6})
    plan = plan_setup(settings, {11: "Organizer"}, {21: "raid"})
    assert RoleKey.ORGANIZER not in plan.map_roles
    assert ChannelKey.RAID not in plan.map_channels


# --- the evening of an administrator ---------------------------------------------------------------------------------


async def test_config_shows_what_is_missing_and_changes_what_is_asked_for_in_this_server_only(
    bot: App, discord: LocalDiscord, guild: Guild, lobby: Channel, admin: Member, database: Database
) -> None:
    other = await discord.add_guild("Elsewhere")
    config = await admin.command(lobby, "config")
    assert config.ephemeral
    assert "No raid channel is chosen" in config.text
    await admin.select(config, ["Switch Raids off"])
    await config.wait_for(lambda message: "▫️ Raids" in message.text)
    assert bot.guilds.cached(guild.id).modules == frozenset()
    async with asyncio.timeout(5):
        while any(one["name"] == "run" for one in await guild.commands()):  # noqa: ASYNC110 - nothing announces it
            await asyncio.sleep(0.02)
    refused = await admin.submit(await admin.press(config, "Time zone"), value="Berlin")
    assert "I don't know this time zone" in refused.text
    assert refused.ephemeral
    again = await admin.press(refused, "Open it again")
    assert again.modal is not None
    assert again.modal.field("value").value == "Berlin"
    await admin.submit(again, value="Europe/Berlin")
    await admin.submit(await admin.press(config, "Accent colour"), value="#FF8800")
    await config.wait_for(lambda message: "#FF8800" in message.text and "Europe/Berlin" in message.text)
    assert bot.guilds.cached(guild.id).accent_colour == 0xFF8800
    assert bot.guilds.cached(other.id) == GuildSettings(other.id)
    written = "SELECT action, guild_id FROM audit ORDER BY id"
    assert await rows(database, written) == [
        ("guild.modules.set", guild.id),
        ("guild.options.set", guild.id),
        ("guild.options.set", guild.id),
    ]


async def test_setup_says_what_it_would_do_and_does_it(
    launch: Launch, guild: Guild, lobby: Channel, admin: Member
) -> None:
    await guild.add_channel("raids")
    async with launch() as bot:
        (mine,) = [role for role in await guild.roles() if role.id in await guild.bot.roles()]
        await guild.edit_role(mine, permissions=int(ADMIN_LIKE & ~Permission.MANAGE_CHANNELS))
        plan = await admin.command(lobby, "setup")
        assert "**Raids**: <#" in plan.text
        assert "@Organizer" in plan.text
        assert "Manage Channels" in plan.text
        await guild.edit_role(mine, permissions=int(ADMIN_LIKE))
        await admin.press(plan, "Set it up")
        await plan.wait_for(lambda message: "Done." in message.text)
        settings = bot.guilds.cached(guild.id)
        assert set(settings.channels) == {key for key in ChannelKey if f"**{key.title}**" in plan.text}
        assert {"raid-log", "party-finder", "bot-log"} <= {channel.name for channel in await guild.channels()}
        assert RoleKey.ORGANIZER in settings.roles
        nothing = await admin.command(lobby, "setup")
        assert "chosen already" in nothing.text
