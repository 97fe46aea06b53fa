"""How the owner sets the server up, before anybody raids."""

import asyncio
import time
from typing import Final

from raidbot.playground.demo.cast import Cast
from raidbot.playground.demo.crowd import SETTLE_S, Crowd, CrowdError
from raidbot.playground.driver import Guild

PINGED: Final = "LOST_HALLS"
"""The dungeon with a role of its own."""
POINTS_NEEDED: Final = "5"
"""What an organizer has to reach in a week: five runs."""
LOOKS_EVERY_S: Final = 0.05


async def set_up(crowd: Crowd, cast: Cast) -> None:
    """Choose roles and channels, switch quotas on, give organizers one, and post the panels."""
    owner, staff = cast.owner, cast.staff
    await crowd.types(owner, staff, "setroles", **cast.role_keys)
    await crowd.types(owner, staff, "setchannels", **cast.channel_keys)
    config = await crowd.types(owner, staff, "config")
    await crowd.chooses(owner, config, "Switch Quota on")
    await _offered(cast.guild, "configquota")
    quota = await crowd.types(owner, staff, "configquota", role=cast.organizer)
    form = await crowd.presses(owner, "Points", on=quota)
    await crowd.fills(owner, form, **{"Required points": POINTS_NEEDED})
    await crowd.presses(owner, "Post the panel", on=quota)
    await crowd.types(owner, staff, "configrolepings", dungeon=PINGED, role=cast.cultist)
    await crowd.types(owner, staff, "sendrolepingembed")


async def _offered(guild: Guild, command: str) -> None:
    """Wait until Discord offers a command: those of a module come a moment after it was switched on."""
    deadline = time.monotonic() + SETTLE_S
    while all(one["name"] != command for one in await guild.commands()):
        if time.monotonic() > deadline:
            raise CrowdError(f"/{command} was not offered within {SETTLE_S:g} s")
        await asyncio.sleep(LOOKS_EVERY_S)
