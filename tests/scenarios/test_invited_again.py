"""A guild that removes the bot and invites it again finds everything as it was."""

import asyncio

import pytest

from raidbot.features.quota import tables as quota
from raidbot.features.raids import jobs as recurring
from raidbot.features.raids import tables as raids
from raidbot.kernel.discord.easel import lanes
from raidbot.kernel.guilds import GuildStore, Module
from raidbot.kernel.guilds import tables as guilds
from raidbot.playground.driver import ADMIN_LIKE
from tests.scenarios.test_pings_and_time import shift
from tests.stage import Stage
from tests.tables import rows

KEPT = (
    guilds.guild,
    guilds.guild_module,
    guilds.guild_role,
    guilds.guild_channel,
    quota.ledger,
    quota.ledger_total,
    quota.ledger_dungeon_total,
    quota.ledger_board,
    quota.quota_role,
    raids.run,
    raids.run_raider,
)


async def kept(stage: Stage) -> dict[str, list[str]]:
    """Read what must be there afterwards; of a run's roles the newest news may come at any time."""
    left_out = {"run": ("organizer_role_ids", "role_id")}
    found = {}
    for table in KEPT:
        columns = [column.name for column in table.columns if column.name not in left_out.get(table.name, ())]
        found[table.name] = sorted(
            str(row) for row in await rows(stage.database, f"SELECT {', '.join(columns)} FROM {table.name}")
        )
    return found


async def test_a_guild_that_removes_the_bot_and_invites_it_again_finds_its_data(stage: Stage) -> None:
    owner = stage.guild.owner
    store = GuildStore(stage.database, stage.clock)
    await store.load()
    await store.set_module(stage.guild.id, Module.QUOTA, enabled=True, actor_id=owner.id)
    await stage.start_bot()
    stays, leaves = await stage.add_raiders(2)
    (organizers,) = [role for role in await stage.guild.roles() if role.name == "Organizer"]
    given = await owner.command(stage.raids, "addpoints", amount=7.5, member=stays, reason="for the road")
    assert "7.5" in given.text
    counted = await owner.command(stage.raids, "logrun", dungeon="THE_VOID", member=stage.organizer)
    assert "1 run" in counted.text
    panel, _ = await stage.open_run()
    await stays.press(panel, "Join")
    await leaves.press(panel, "Join")
    await stage.panel_shows("3 raiders joined")
    await stage.panels_settle()
    await stage.roles_settle()
    before = await kept(stage)
    assert all(before[table.name] for table in (guilds.guild_role, guilds.guild_channel, quota.ledger, raids.run))

    await stage.guild.remove()
    assert stage.app is not None
    async with stage.database.transaction() as conn:
        await stage.app.owed.touch(conn, "run:1")
    blocked = f"SELECT blocked_reason FROM panel WHERE message_id = {panel.id}"
    async with asyncio.timeout(5):
        while await rows(stage.database, blocked) == [(None,)]:  # noqa: ASYNC110 - the condition is in the database
            await asyncio.sleep(0.05)
    assert await kept(stage) == before

    await stage.guild.invite_again(bot_permissions=ADMIN_LIKE)
    (mine,) = [role for role in await stage.guild.roles() if role.managed]
    await stage.guild.move_role(mine, len(await stage.guild.roles()) - 1)
    await stage.panels_settle(within=5)
    assert lanes.FORBIDDEN_PAUSE_S > 5
    assert await kept(stage) == before
    stats = await stays.command(stage.raids, "stats")
    assert "7.5" in stats.text
    glance = await owner.command(stage.raids, "config")
    assert organizers.mention in glance.text
    (late,) = await stage.add_raiders(1, prefix="late")
    await late.press(panel, "Join")
    await stage.panel_shows("4 raiders joined")
    await leaves.leave()
    await stage.panel_shows("3 raiders joined")


async def test_who_left_while_the_bot_was_out_is_taken_off_when_it_comes_back(night: Stage) -> None:
    stays, leaves = await night.add_raiders(2)
    panel, _ = await night.open_run()
    for raider in (stays, leaves):
        await raider.press(panel, "Join")
    await night.panel_shows("3 raiders joined")
    await night.panels_settle()
    await night.guild.remove()
    await leaves.leave()
    await night.guild.invite_again(bot_permissions=ADMIN_LIKE)
    await night.panel_shows("2 raiders joined")


async def test_what_was_owed_while_the_bot_was_out_is_done_when_it_is_back(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recurring, "ARRIVES_WITHIN_S", 0.0)
    await stage.start_bot()
    await stage.open_run()
    await stage.roles_settle()
    assert [role.name for role in await stage.guild.roles() if role.name.endswith("Snake Pit")]
    await stage.guild.remove()
    await shift(stage, hours=2, seconds=1)
    refused = "SELECT attempts > 0 FROM owed_effect WHERE kind = 'raids.delete_role'"
    async with asyncio.timeout(5):
        while await rows(stage.database, refused) != [(True,)]:  # noqa: ASYNC110 - the condition is in the database
            await asyncio.sleep(0.05)
    await stage.guild.invite_again(bot_permissions=ADMIN_LIKE)
    (mine,) = [role for role in await stage.guild.roles() if role.managed]
    await stage.guild.move_role(mine, len(await stage.guild.roles()) - 1)
    await shift(stage, hours=1, seconds=1)
    await stage.roles_settle()
    assert not [role.name for role in await stage.guild.roles() if role.name.endswith("Snake Pit")]
