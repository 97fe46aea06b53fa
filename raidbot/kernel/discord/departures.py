"""Hears who is no longer to take part: members who leave, are banned, or get a role that bars them."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from time import monotonic
from typing import Any, Final

import hikari

from raidbot.kernel.database.patience import patience
from raidbot.kernel.discord.feature import Arrival, Listener, on_arrival
from raidbot.kernel.guilds import GuildStore, Module, RoleKey

EVENT_WAITS_S: Final = 600.0
"""Nobody waits for an event, so a database that is away is waited for."""
ASKED_AT_ONCE: Final = 100
"""Members that Discord looks up in one request by id."""


async def ask_for(event: Arrival, user_ids: Sequence[int]) -> None:
    """Ask who of these members is still here, as what; the answers come as chunks of members."""
    for at in range(0, len(user_ids), ASKED_AT_ONCE):
        await event.shard.request_guild_members(event.guild_id, users=user_ids[at : at + ASKED_AT_ONCE])


class Departures:
    """Has members taken off something that they take part in, also those who went while the bot was away."""

    def __init__(
        self,
        guilds: GuildStore,
        *,
        module: Module | None,
        barred: Collection[RoleKey],
        everybody: Callable[[int], Awaitable[Collection[int]]],
        take_off: Callable[[int, Sequence[int]], Awaitable[None]],
    ) -> None:
        self._guilds = guilds
        self._module = module  # None: whatever is switched on
        self._bars = barred
        self._everybody = everybody
        self._take_off = take_off

    def all(self) -> list[tuple[type[Any], Listener]]:
        """List the listeners by event."""
        return [
            (hikari.MemberDeleteEvent, self._left),
            (hikari.BanCreateEvent, self._left),
            (hikari.MemberUpdateEvent, self._updated),
            *on_arrival(self._available),
            (hikari.MemberChunkEvent, self._looked_up),
        ]

    async def _left(self, event: hikari.MemberDeleteEvent | hikari.BanCreateEvent) -> None:
        await self._off(int(event.guild_id), [int(event.user_id)])

    async def _updated(self, event: hikari.MemberUpdateEvent) -> None:
        if self._barred(event.member):
            await self._off(int(event.guild_id), [int(event.member.id)])

    async def _available(self, event: Arrival) -> None:
        """Ask for everybody: who left while the bot was away sent no event."""
        patience.set(monotonic() + EVENT_WAITS_S)
        await ask_for(event, list(await self._everybody(int(event.guild_id))))

    async def _looked_up(self, event: hikari.MemberChunkEvent) -> None:
        gone = [int(user_id) for user_id in event.not_found]
        gone += [int(member.id) for member in event.members.values() if self._barred(member)]
        if gone:
            await self._off(int(event.guild_id), gone)

    async def _off(self, guild_id: int, user_ids: Sequence[int]) -> None:
        if self._module is None or self._module in self._guilds.cached(guild_id).modules:
            patience.set(monotonic() + EVENT_WAITS_S)
            await self._take_off(guild_id, user_ids)

    def _barred(self, member: hikari.Member) -> bool:
        roles = self._guilds.cached(int(member.guild_id)).roles
        return any(roles.get(key) in member.role_ids for key in self._bars)
