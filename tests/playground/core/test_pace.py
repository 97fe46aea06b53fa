"""What Discord's rate limits cost a bot that does not pace itself."""

import time

import hikari

from raidbot.playground.driver import LocalDiscord

RAIDERS = 12
WINDOW_S = 10
"""Discord takes ten changes of member roles in ten seconds; the rest of twelve waits for the next window."""


async def evening(discord: LocalDiscord, rest: hikari.api.RESTClient) -> float:
    """Play a small raid evening: a panel, an edit a raider, a role a raider; return its seconds."""
    guild = await discord.add_guild("Realm")
    role, channel = await guild.add_role("Run"), await guild.add_channel("raids")
    raiders = await guild.add_members(RAIDERS)
    began = time.monotonic()
    panel = await rest.create_message(channel.id, "0 raiders")
    for number, raider in enumerate(raiders, 1):
        await rest.edit_message(channel.id, panel, f"{number} raiders")
        await rest.add_role_to_member(guild.id, raider.id, role.id)
    seconds = time.monotonic() - began
    assert (await channel.messages())[0].content == f"{RAIDERS} raiders"
    assert [role.id in await raider.roles() for raider in raiders] == [True] * RAIDERS
    return seconds


async def test_the_same_evening_takes_measurably_longer_with_rate_limits(
    discord: LocalDiscord, rest: hikari.api.RESTClient
) -> None:
    free = await evening(discord, rest)
    await discord.reset(rate_limits=True)
    limited = await evening(discord, rest)
    assert limited > WINDOW_S > free
