"""Which commands a guild shows: those of the modules that are on in it, wherever they are registered."""

import asyncio

import pytest

from raidbot.kernel.clock import Clock
from raidbot.kernel.guilds import GuildStore, Module
from raidbot.playground.driver import Guild
from tests.stage import Stage

ALWAYS = {"setroles", "setchannels", "unset"}
RAIDS = {"run", "runs", "myruns", "party", "configrolepings", "sendrolepingembed"}
"""Some commands of a module that is on by default; what else there is is looked at by nobody here."""


async def _shown(guild: Guild) -> dict[str, bool]:
    """Give the commands that a guild shows, and whether each is the guild's own."""
    known = ALWAYS | RAIDS
    return {command["name"]: "guild_id" in command for command in await guild.commands() if command["name"] in known}


async def _switch_raids_off(stage: Stage) -> None:
    store = GuildStore(stage.database, Clock())
    await store.load()
    assert await store.set_module(stage.guild.id, Module.RAIDS, enabled=False, actor_id=stage.guild.owner.id)


async def test_without_guild_ids_what_every_guild_has_is_global(stage: Stage) -> None:
    await stage.start_bot()
    assert await _shown(stage.guild) == dict.fromkeys([*ALWAYS, *RAIDS], False)
    assert await _shown(await stage.discord.add_guild("Second")) == dict.fromkeys([*ALWAYS, *RAIDS], False)


async def test_a_module_that_is_off_in_one_guild_shows_its_commands_in_the_others_only(stage: Stage) -> None:
    await _switch_raids_off(stage)
    await stage.start_bot()
    assert await _shown(stage.guild) == dict.fromkeys(ALWAYS, False)
    second = await stage.discord.add_guild("Second")
    member = await second.add_member("Newcomer")
    channel = await second.add_channel("raids")
    async with asyncio.timeout(5):
        while "run" not in await _shown(second):  # noqa: ASYNC110 - nothing announces it
            await asyncio.sleep(0.02)
    assert await _shown(second) == {**dict.fromkeys(ALWAYS, False), **dict.fromkeys(RAIDS, True)}
    reply = await member.command(channel, "run", dungeon="SNAKE_PIT")
    assert "out of date" not in reply.text


@pytest.mark.parametrize("raids", [True, False])
async def test_with_guild_ids_only_these_have_commands(stage: Stage, *, raids: bool) -> None:
    if not raids:
        await _switch_raids_off(stage)
    stage.settings = stage.settings.model_copy(update={"guild_ids": (stage.guild.id,)})
    await stage.start_bot()
    assert await _shown(stage.guild) == dict.fromkeys([*ALWAYS, *RAIDS] if raids else ALWAYS, True)
    assert await _shown(await stage.discord.add_guild("Second")) == {}


async def test_guild_ids_that_were_taken_out_leave_no_second_set_of_commands(stage: Stage) -> None:
    everywhere = stage.settings
    stage.settings = everywhere.model_copy(update={"guild_ids": (stage.guild.id,)})
    await stage.start_bot()
    await stage.stop_bot()
    stage.settings = everywhere
    await stage.start_bot()
    assert await _shown(stage.guild) == dict.fromkeys([*ALWAYS, *RAIDS], False)
