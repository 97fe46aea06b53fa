"""What the bot says of itself, on the local Discord and on paper."""

from math import isnan, nan

import pytest

from raidbot.features.about import views
from raidbot.kernel.discord.guide import Command, Option
from raidbot.kernel.discord.palette import Colour
from raidbot.kernel.guilds import GuildSettings, Module, RoleKey
from raidbot.kernel.permissions import ADMINISTRATOR, Capability
from tests.stage import Stage


def command(name: str, needs: views.Needs, *options: Option) -> Command:
    return Command(name, f"Do {name}", Capability(name, needs, None), None, options)


def test_commands_are_listed_by_who_may_use_them() -> None:
    found = [command("ban", RoleKey.OFFICER), command("help", None), command("set", ADMINISTRATOR)]
    embed = views.commands(found).embed
    assert embed is not None
    assert embed.description == (
        "**Everybody**\n`/help` Do help\n**Officer**\n`/ban` Do ban\n**Server administrators**\n`/set` Do set"
    )


def test_a_command_is_explained_with_its_options_and_the_role_that_it_needs() -> None:
    role = Option("role", "To what", required=True, choices=("Organizer", "Security"))
    one = command("promote", RoleKey.OFFICER, role, Option("why", "The reason", required=False, choices=()))
    embed = views.command(one, GuildSettings(1, {RoleKey.OFFICER: 7})).embed
    assert embed is not None
    fields = {field.name: field.value for field in embed.fields}
    assert fields == {
        "Usage": "`/promote role [why]`",
        "Options": "`role` To what (Organizer, Security)\n`why` The reason, optional",
        "Who may": "<@&7> and above",
    }


@pytest.mark.parametrize(
    ("gateway", "round_trip", "colour"),
    [(20, 199, Colour.SUCCESS), (200, 20, Colour.WARNING), (20, 400, Colour.ERROR), (nan, 20, Colour.SUCCESS)],
)
def test_a_ping_is_judged_by_the_slower_way(gateway: float, round_trip: float, colour: Colour) -> None:
    embed = views.ping(gateway, round_trip).embed
    assert embed is not None
    assert embed.color == int(colour)
    assert ("not measured yet" in str([field.value for field in embed.fields])) == isnan(gateway)


async def test_the_bot_speaks_of_itself(night: Stage) -> None:
    (raider,) = await night.add_raiders(1)
    registered = {one["name"] for one in await night.guild.commands()}
    listed = await raider.command(night.raids, "help")
    assert listed.ephemeral
    assert {name for name in registered if f"`/{name}` " not in listed.text} == set()
    assert listed.text.count("`/") == len(registered)

    explained = await raider.command(night.raids, "help", command="/Run")
    assert "`/run dungeon [party]" in explained.text
    assert f"{night.organizer_role.mention} and above" in explained.text
    assert await raider.autocomplete(night.raids, "help", "command", "syn") == [("/syncteam", "syncteam")]
    assert "no command “frobnicate”" in (await raider.command(night.raids, "help", command="frobnicate")).text

    pong = await raider.command(night.raids, "ping")
    assert "Round trip" in pong.text
    assert " ms" in pong.text
    about = await raider.command(night.raids, "about")
    assert "raidbot 0." in about.text
    assert "Raids" in about.text
    assert "hikari 2." in about.text


async def test_help_leaves_out_what_is_switched_off(night: Stage) -> None:
    assert night.app is not None
    owner = night.guild.owner
    await night.app.guilds.set_module(night.guild.id, Module.RAIDS, enabled=False, actor_id=owner.id)
    listed = await owner.command(night.raids, "help")
    assert "`/run` " not in listed.text
    assert "`/setroles` " in listed.text
    assert "no command “run”" in (await owner.command(night.raids, "help", command="run")).text
