"""Pings reach every raider; time ends runs; a restart goes on where the bot was."""

import asyncio
from datetime import timedelta

from raidbot.kernel.guilds import ChannelKey, RoleKey
from tests.stage import Stage
from tests.tables import rows


async def shift(stage: Stage, **by: float) -> None:
    """Move the clocks of Discord and of the bot together."""
    await stage.discord.shift_clock(timedelta(**by).total_seconds())
    stage.clock.shift(timedelta(**by))


async def test_a_ping_reaches_every_raider_by_role_or_by_name(night: Stage) -> None:
    raiders = await night.add_raiders(30)
    panel, orga = await night.open_run()
    for some in (raiders[:10], raiders[10:20], raiders[20:]):
        await asyncio.gather(*(raider.press(panel, "Join") for raider in some))
    await night.go_live(orga)
    await night.raids.wait_for(lambda message: "is starting now" in message.text)
    await night.effects_settle()
    (role,) = [role for role in await night.guild.roles() if role.name.endswith("Snake Pit")]
    holders = {raider.id for raider in raiders if role.id in await raider.roles()}
    posts = [
        one.body for one in await night.discord.requests() if one.method == "POST" and "content" in (one.body or {})
    ]
    pings = [body for body in posts if str(body.get("nonce", "")).startswith("ping.")]
    named = {int(user) for body in pings for user in body["allowed_mentions"].get("users", [])}
    assert {raider.id for raider in raiders} - holders <= named
    assert named
    standing = [message for message in await night.raids.messages() if message.id != panel.id]
    assert len(standing) == 1
    assert role.id in standing[0].pinged.roles


async def test_each_ping_replaces_the_one_before(night: Stage) -> None:
    panel, orga = await night.open_run()
    await night.go_live(orga)
    await night.organizer.press(orga, "Ping Raiders")
    await night.raids.wait_for(lambda message: "the organizer calls" in message.text)
    await night.organizer.press(orga, "Key popped")
    await night.raids.wait_for(lambda message: "a key was popped" in message.text)
    await night.effects_settle()
    texts = [message.text for message in await night.raids.messages() if message.id != panel.id]
    assert len(texts) == 1
    assert "a key was popped" in texts[0]


async def test_a_run_that_ends_soon_is_extended_by_its_button(night: Stage) -> None:
    _, orga = await night.open_run()
    await night.go_live(orga)
    await shift(night, hours=1, minutes=51)
    warning = await night.raids.wait_for(lambda message: "ends by itself" in message.text)
    assert night.organizer.id in warning.pinged.users
    answer = await night.organizer.press(warning, "Extend by an hour")
    assert "The run goes on until" in answer.text
    await night.raids.wait_without(warning)
    await shift(night, minutes=20)
    assert await rows(night.database, "SELECT status FROM run") == [("live",)]
    await shift(night, minutes=50)
    ended = await night.panel_shows("✅ Ended: Snake Pit")
    assert "its time was over" in ended.text


async def test_a_run_nobody_started_closes_itself(night: Stage) -> None:
    (raider,) = await night.add_raiders(1)
    panel, _ = await night.open_run()
    await raider.press(panel, "Join")
    await shift(night, hours=2, seconds=1)
    closed = await night.panel_shows("❌ Cancelled: Snake Pit")
    assert "never started" in closed.text
    assert await rows(night.database, "SELECT 1 FROM ledger") == []
    await night.roles_settle()
    assert not [role for role in await night.guild.roles() if role.name.endswith("Snake Pit")]


async def test_the_key_window_closes_on_the_panel_by_itself(night: Stage) -> None:
    _, orga = await night.open_run()
    await night.go_live(orga)
    await night.organizer.press(orga, "Key popped")
    await night.panel_shows("Key popped!")
    await shift(night, seconds=26)
    await night.raids.wait_for(lambda message: bool(message.buttons) and "Key popped!" not in message.text)


async def test_after_a_restart_every_button_and_panel_goes_on(night: Stage) -> None:
    first, second = await night.add_raiders(2)
    panel, orga = await night.open_run()
    await first.press(panel, "Join")
    await night.panel_shows("2 raiders joined")
    await night.stop_bot()
    await night.start_bot()
    joined = await second.press(panel, "Join")
    await night.panel_shows("3 raiders joined")
    await orga.wait_for(lambda message: "3 raiders joined" in message.text)
    await second.select(joined, ["bard"])
    await orga.wait_for(lambda message: "Bard: 1" in message.text)
    await night.go_live(orga)
    await night.organizer.press(orga, "End Run")
    await night.panel_shows("✅ Ended: Snake Pit")


async def test_a_raider_who_left_while_the_bot_was_away_is_taken_off(night: Stage) -> None:
    stays, leaves = await night.add_raiders(2)
    panel, _ = await night.open_run()
    for raider in (stays, leaves):
        await raider.press(panel, "Join")
    await night.panel_shows("3 raiders joined")
    await night.stop_bot()
    await leaves.leave()
    await night.start_bot()
    await night.panel_shows("2 raiders joined")


async def test_two_guilds_with_the_same_member_share_nothing(night: Stage) -> None:
    await night.open_run()
    guild = await night.discord.add_guild("Void Walkers")
    role, channel = await guild.add_role("Leader"), await guild.add_channel("runs")
    assert night.app is not None
    await night.app.guilds.map_roles(guild.id, {RoleKey.ORGANIZER: role.id}, guild.owner.id)
    await night.app.guilds.map_channels(guild.id, {ChannelKey.RAID: channel.id}, guild.owner.id)
    same = await guild.add_member("Twin", roles=[role])
    await same.command(channel, "run", dungeon="SNAKE_PIT")
    panel = await channel.wait_for(lambda message: bool(message.buttons))
    assert "1 raider joined" in panel.text
    assert len(await rows(night.database, "SELECT DISTINCT guild_id FROM run")) == 2


async def test_a_discord_that_is_gone_for_a_while_finds_everything_settled_after_it(night: Stage) -> None:
    raiders = await night.add_raiders(4)
    panel, _ = await night.open_run()
    await asyncio.gather(*(raider.press(panel, "Join") for raider in raiders[:3]))
    await night.discord.refuse_connections(1.5)
    await night.discord.wait_ready(30)
    await raiders[3].press(panel, "Join")
    await night.panel_shows("5 raiders joined", 15)
    await night.roles_settle(30)
    (role,) = [role for role in await night.guild.roles() if role.name.endswith("Snake Pit")]
    assert [role.id in await raider.roles() for raider in raiders] == [True] * 4
