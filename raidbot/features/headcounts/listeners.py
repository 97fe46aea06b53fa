"""What headcounts hear from the gateway: a member who leaves, is banned or suspended is taken off them."""

from time import monotonic
from typing import Any

import hikari

from raidbot.features.headcounts.service import HeadcountService
from raidbot.kernel.database.patience import patience
from raidbot.kernel.discord.feature import Listener
from raidbot.kernel.guilds import GuildStore, Module, RoleKey

EVENT_WAITS_S = 600.0
ASKED_AT_ONCE = 100
"""Members that Discord looks up in one request by id."""


class HeadcountListeners:
    """The listeners. Nobody waits for an event, so a database that is away is waited for."""

    def __init__(self, headcounts: HeadcountService, guilds: GuildStore) -> None:
        self._headcounts = headcounts
        self._guilds = guilds

    def all(self) -> list[tuple[type[Any], Listener]]:
        """List the listeners by event."""
        return [
            (hikari.MemberDeleteEvent, self.left),
            (hikari.BanCreateEvent, self.left),
            (hikari.MemberUpdateEvent, self.updated),
            (hikari.GuildAvailableEvent, self.available),
            (hikari.MemberChunkEvent, self.looked_up),
        ]

    async def left(self, event: hikari.MemberDeleteEvent | hikari.BanCreateEvent) -> None:
        """Take a member off who left or was banned."""
        await self._take_off(int(event.guild_id), [int(event.user_id)])

    async def updated(self, event: hikari.MemberUpdateEvent) -> None:
        """Take a member off who got the suspended role."""
        if self._suspended(event.member):
            await self._take_off(int(event.guild_id), [int(event.member.id)])

    async def available(self, event: hikari.GuildAvailableEvent) -> None:
        """Ask which members are still here: who left while the bot was away sent no event."""
        patience.set(monotonic() + EVENT_WAITS_S)
        users = list(await self._headcounts.everybody(int(event.guild_id)))
        for at in range(0, len(users), ASKED_AT_ONCE):
            await event.shard.request_guild_members(event.guild_id, users=users[at : at + ASKED_AT_ONCE])

    async def looked_up(self, event: hikari.MemberChunkEvent) -> None:
        """Take those off who are gone, or were suspended, since."""
        gone = [int(user_id) for user_id in event.not_found]
        gone += [int(member.id) for member in event.members.values() if self._suspended(member)]
        if gone:
            await self._take_off(int(event.guild_id), gone)

    async def _take_off(self, guild_id: int, user_ids: list[int]) -> None:
        if Module.RAIDS in self._guilds.cached(guild_id).modules:
            patience.set(monotonic() + EVENT_WAITS_S)
            await self._headcounts.take_off(guild_id, user_ids)

    def _suspended(self, member: hikari.Member) -> bool:
        role_id = self._guilds.cached(int(member.guild_id)).roles.get(RoleKey.SUSPENDED)
        return role_id is not None and role_id in member.role_ids
