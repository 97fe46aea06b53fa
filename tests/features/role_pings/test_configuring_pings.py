"""Staff say which role is pinged for which dungeon, and post the panel."""

import asyncio
from typing import Any

import pytest

from raidbot.features.dungeons.api import catalogue
from raidbot.features.role_pings import queries
from raidbot.features.role_pings.commands import ConfigRolePings, SendRolePingEmbed
from raidbot.features.role_pings.models import Mapped
from raidbot.kernel.database import Connection
from raidbot.kernel.discord.commands import policy_of
from raidbot.kernel.guilds import RoleKey
from raidbot.kernel.permissions import ADMINISTRATOR
from raidbot.playground.driver import ADMIN_LIKE, Permission, RefusedByClientError
from tests.features.role_pings.conftest import Board
from tests.tables import rows

MAPPED = "SELECT dungeon, role_id FROM role_ping ORDER BY dungeon"
AUDITED = "SELECT actor_id, action, detail FROM audit WHERE action LIKE 'guild.dungeon_role_pings%' ORDER BY id"


def test_moderators_configure_and_administrators_post() -> None:
    configure, post = policy_of(ConfigRolePings), policy_of(SendRolePingEmbed)
    assert configure is not None
    assert post is not None
    assert configure.capability.needs is RoleKey.MODERATOR
    assert post.capability.needs is ADMINISTRATOR


async def test_a_dungeon_gets_its_role_another_one_and_none(running: Board) -> None:
    stage, staff = running.stage, running.staff
    first, second = await stage.guild.add_role("First"), await stage.guild.add_role("Second")
    reply = await running.config(dungeon="THE_VOID", role=first)
    assert reply.ephemeral
    assert f"**Void**: none → {first.mention}" in reply.text
    assert "post the panel with `/sendrolepingembed`" in reply.text
    reply = await running.config(dungeon="void", role=second)
    assert f"**Void**: {first.mention} → {second.mention}" in reply.text
    assert f"Who has {first.mention} keeps it." in reply.text
    assert await rows(stage.database, MAPPED) == [("THE_VOID", second.id)]
    another = await stage.guild.add_member("Ada", roles=[await stage.guild.add_role("A", permissions=1 << 3)])
    reply = await running.config(another, dungeon="THE_VOID", role=second)
    assert "Nothing changed" in reply.text
    reply = await running.config(another, dungeon="THE_VOID")
    assert f"**Void**: {second.mention} → none" in reply.text
    assert await rows(stage.database, MAPPED) == []
    action = "guild.dungeon_role_pings.set"
    assert await rows(stage.database, AUDITED) == [
        (staff.id, action, {"THE_VOID": {"old": None, "new": first.id}}),
        (staff.id, action, {"THE_VOID": {"old": first.id, "new": second.id}}),
        (another.id, action, {"THE_VOID": {"old": second.id, "new": None}}),
    ]


async def test_without_options_all_are_listed_and_what_became_unfit_is_marked(running: Board) -> None:
    roles = await running.map(*(dungeon.code for dungeon in catalogue().all))
    await running.stage.guild.edit_role(roles[0], permissions=int(Permission.BAN_MEMBERS))
    reply = await running.config()
    assert reply.message is not None
    lines = reply.message.embeds[0]["description"].splitlines()
    assert [line.partition("**:")[0].strip("*") for line in lines] == sorted(one.name for one in catalogue().all)
    assert [line for line in lines if "⚠️" in line] == [f"**{catalogue().all[0].name}**: {roles[0].mention} ⚠️"]
    assert f"{roles[0].mention} can't be a ping role: it carries Ban Members" in reply.text
    assert reply.message.pinged.roles == set()


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"dungeon": "THE_VOID"}, "**Void** has no ping role"),
        ({"dungeon": "@everyone **no**"}, "I don't know a dungeon called “@\u200beveryone \\*\\*no\\*\\*”"),
        ({"role": True}, "Choose a dungeon too."),
    ],
)
async def test_what_makes_no_sense_is_refused(running: Board, options: dict[str, Any], told: str) -> None:
    if "role" in options:
        options = {"role": await running.stage.guild.add_role("R")}
    reply = await running.config(**options)
    assert reply.ephemeral
    assert told in reply.text


async def test_roles_that_nobody_may_give_themselves_are_refused_with_the_reason(running: Board) -> None:
    stage = running.stage
    guild = stage.guild
    everyone, *_, managed = await guild.roles()
    timeouts = await guild.add_role("Mod", permissions=int(Permission.MODERATE_MEMBERS | Permission.SPEAK))
    local = await guild.add_role("Local mod")
    await stage.raids.set_overwrites([(local, int(Permission.MANAGE_MESSAGES), 0)])
    refused = {
        everyone: "everybody has it",
        managed: "it belongs to a bot",
        timeouts: "it carries Timeout Members",
        local: "it carries Manage Messages",
        stage.organizer_role: "it stands for **Organizer**",
        stage.suspended_role: "it stands for **Suspended**",
    }
    for role, why in refused.items():
        admin = await guild.add_member("Ada", roles=[await guild.add_role("A", permissions=1 << 3)])
        reply = await running.config(admin, dungeon="THE_VOID", role=role)
        assert reply.ephemeral
        assert f"<@&{role.id}> can't be a ping role: {why}" in reply.text
    assert await rows(stage.database, MAPPED) == []


async def test_a_role_above_the_bots_is_refused(running: Board) -> None:
    guild = running.stage.guild
    high = await guild.add_role("High", position=1)
    await guild.move_role(next(role for role in await guild.roles() if role.managed), 1)
    reply = await running.config(dungeon="THE_VOID", role=high)
    assert f"{high.mention} can't be a ping role: it does not stand below my highest role" in reply.text
    assert await rows(running.stage.database, MAPPED) == []


async def test_without_manage_roles_no_role_is_taken(running: Board) -> None:
    guild = running.stage.guild
    mine = next(role for role in await guild.roles() if role.managed)
    await guild.edit_role(mine, permissions=int(ADMIN_LIKE & ~Permission.MANAGE_ROLES))
    reply = await running.config(dungeon="THE_VOID", role=await guild.add_role("Void"))
    assert "I lack the permission Manage Roles" in reply.text


async def test_a_role_that_opens_a_channel_is_taken_with_a_warning(running: Board) -> None:
    stage = running.stage
    role = await stage.guild.add_role("Void")
    await stage.raids.set_overwrites([(role, int(Permission.VIEW_CHANNEL), 0)])
    reply = await running.config(dungeon="THE_VOID", role=role)
    assert f"Whoever takes {role.mention} sees {stage.raids.mention} too." in reply.text
    assert await rows(stage.database, MAPPED) == [("THE_VOID", role.id)]


async def test_members_may_neither_configure_nor_post(running: Board) -> None:
    (raider,) = await running.stage.add_raiders(1)
    reply = await running.config(raider)
    assert "Moderator" in reply.text
    with pytest.raises(RefusedByClientError):
        await raider.command(running.stage.raids, "sendrolepingembed")


async def test_dungeons_with_a_ping_are_offered_first(running: Board) -> None:
    await running.map("UNDEAD_LAIR")
    offered = await running.staff.autocomplete(running.stage.raids, "configrolepings", "dungeon", "")
    assert offered[0] == ("Undead Lair", "UNDEAD_LAIR")
    assert len(offered) == len(set(offered)) == 25
    role = await running.stage.guild.add_role("Nest ping")
    await running._heard_of(role)
    await running.config(dungeon="NEST", role=role)
    offered = await running.staff.autocomplete(running.stage.raids, "configrolepings", "dungeon", "")
    assert {name for name, _ in offered[:2]} == {"Nest", "Undead Lair"}
    offered = await running.staff.autocomplete(running.stage.raids, "configrolepings", "dungeon", "voi")
    assert offered[0] == ("Void", "THE_VOID")


# --- the panel --------------------------------------------------------------------------------------------------------


async def test_the_panel_follows_the_configuration(running: Board) -> None:
    await running.map("SHATTERS")
    panel = await running.post()
    role = await running.stage.guild.add_role("Void")
    await running.config(dungeon="THE_VOID", role=role)
    shown = await running.panel_shows(f"**Void** {role.mention}")
    assert shown.id == panel.id
    assert "Void" in [button.label for button in shown.buttons]
    await running.config(dungeon="THE_VOID")
    await running.channel.wait_for(lambda message: "Void" not in message.text)


async def test_a_new_panel_takes_the_place_of_the_old(running: Board) -> None:
    await running.map("SHATTERS")
    first = await running.post()
    reply = await running.staff.command(running.stage.raids, "sendrolepingembed")
    assert "The one before goes away." in reply.text
    await running.channel.wait_without(first)
    (second,) = await running.channel.messages()
    assert f"/{running.channel.id}/{second.id})" in reply.text
    await running.stage.effects_settle()
    assert await rows(running.stage.database, "SELECT message_id FROM panel") == [(second.id,)]
    role = await running.stage.guild.add_role("Void")
    await running.config(dungeon="THE_VOID", role=role)
    assert (await running.panel_shows("**Void**")).id == second.id
    assert [message.id for message in await running.channel.messages()] == [second.id]


async def test_a_panel_that_is_deleted_comes_back(running: Board) -> None:
    await running.map("SHATTERS")
    first = await running.post()
    await first.delete()
    back = await running.channel.wait_for(lambda message: message.id != first.id)
    assert back.embeds == first.embeds


async def test_a_panel_needs_pings_a_channel_and_the_right_to_post(running: Board) -> None:
    stage = running.stage
    reply = await running.staff.command(stage.raids, "sendrolepingembed")
    assert "no ping to choose" in reply.text
    await running.map("SHATTERS")
    await running.channel.set_overwrites([(stage.guild.bot, 0, int(Permission.EMBED_LINKS))])
    reply = await running.staff.command(stage.raids, "sendrolepingembed")
    assert f"I can't post in {running.channel.mention}. I need there: Embed Links." in reply.text
    await stage.guild.delete_channel(running.channel)
    ada = await stage.guild.add_member("Ada", roles=[await stage.guild.add_role("A", permissions=1 << 3)])
    reply = await ada.command(stage.raids, "sendrolepingembed")
    assert "no channel for the panel" in reply.text
    assert await rows(stage.database, "SELECT 1 FROM panel UNION ALL SELECT 1 FROM role_ping_panel") == []


# --- roles that go ----------------------------------------------------------------------------------------------------


async def test_a_deleted_role_leaves_the_panel_and_staff_are_told(running: Board) -> None:
    (shared,) = await running.map("SHATTERS")
    await running.map("NEST", role=shared)
    await running.map("THE_VOID")
    await running.post()
    (kate,) = await running.stage.add_raiders(1)
    await kate.press(await running.panel_shows("Nest"), "All")
    await running.stage.roles_settle()
    await running.stage.guild.delete_role(shared)
    told = await running.stage.bot_log.wait_for(lambda message: "/configrolepings" in message.text)
    assert "**Nest**, **Shatters** was deleted" in told.text
    await running.channel.wait_for(lambda message: "Shatters" not in message.text)
    assert [dungeon for dungeon, _ in await rows(running.stage.database, MAPPED)] == ["THE_VOID"]
    assert shared.id not in {role for role, *_ in await running.owed()}
    (audited,) = await rows(running.stage.database, AUDITED.replace("_pings%", "_pings.forget%"))
    assert audited[0] is None
    assert set(audited[2]) == {"NEST", "SHATTERS"}


async def test_a_role_that_was_deleted_while_the_bot_was_away_is_forgotten_at_the_start(board: Board) -> None:
    (gone,) = await board.map("SHATTERS")
    await board.map("THE_VOID")
    await board.stage.guild.delete_role(gone)
    await board.stage.start_bot()
    await board.stage.bot_log.wait_for(lambda message: "**Shatters** was deleted" in message.text)
    assert [dungeon for dungeon, _ in await rows(board.stage.database, MAPPED)] == ["THE_VOID"]


async def test_a_role_that_is_mapped_while_the_guild_comes_is_kept(
    board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    (gone,) = await board.map("SHATTERS")
    await board.stage.guild.delete_role(gone)
    mapped = queries.mapped

    async def late(conn: Connection, guild_id: int) -> list[Mapped]:
        if "THE_VOID" not in board.roles:
            await board.map("THE_VOID")
        return await mapped(conn, guild_id)

    monkeypatch.setattr(queries, "mapped", late)
    await board.stage.start_bot()
    await board.stage.bot_log.wait_for(lambda message: "**Shatters** was deleted" in message.text)
    reply = await board.config()
    assert "Void" in reply.text
    assert "Shatters" not in reply.text
    assert [dungeon for dungeon, _ in await rows(board.stage.database, MAPPED)] == ["THE_VOID"]


async def test_two_guilds_know_nothing_of_each_other(running: Board) -> None:
    await running.map("SHATTERS")
    other = await running.stage.discord.add_guild("Other")
    lobby = await other.add_channel("lobby")
    async with asyncio.timeout(5):
        while "configrolepings" not in {one["name"] for one in await other.commands()}:  # noqa: ASYNC110 - nothing announces it
            await asyncio.sleep(0.05)
    reply = await other.owner.command(lobby, "configrolepings")
    assert "None so far." in reply.text
