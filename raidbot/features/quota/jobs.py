"""The recurring work of quotas."""

import secrets
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Final

import hikari

from raidbot.features.quota.service import HolderService, PeriodService
from raidbot.kernel.scheduler import Job, once_ready

CLOSE_EVERY_S = 30.0
LOOK_EVERY_S = 5.0
SURE_WITHIN_S: Final = 120.0
"""After a start; a guild whose members were not looked at by then has its periods closed as far as is known."""

Look = Callable[[int], Awaitable[None]]
"""Looks at all members of a guild, if that is due."""


def look_with(holders: HolderService, bot: hikari.GatewayBot) -> Look:
    """Make what asks the gateway for all members of a guild; they come as chunks."""

    async def look(guild_id: int) -> None:
        nonce = secrets.token_hex(16)
        if await holders.begin_look(guild_id, nonce):
            await bot.request_guild_members(guild_id, nonce=nonce)

    return look


def jobs(periods: PeriodService, holders: HolderService, look: Look, bot: hikari.GatewayBot) -> Sequence[Job]:
    """List the jobs: close what is over, look at all members of a guild where events may have been missed."""
    # What is written down of a period is of those who hold the role.
    over = once_ready(periods.due, lambda period: holders.sure_of(period.guild_id), within_s=SURE_WITHIN_S)

    async def looks_due(skip: Collection[int]) -> Sequence[int]:
        if not bot.shard_count:  # the bot has only just started: there is no gateway to ask
            return []
        return await holders.looks_due(skip)

    return [
        Job("quota.close", CLOSE_EVERY_S, due=over, work=periods.close),
        Job("quota.look", LOOK_EVERY_S, due=looks_due, work=look),
    ]
