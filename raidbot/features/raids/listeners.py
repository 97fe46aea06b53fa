"""What raids hear from the gateway: who leaves, is banned or suspended, and which roles organizers have."""

from collections.abc import Sequence
from time import monotonic
from typing import Any

import hikari

from raidbot.features.raids.events import RunNoted
from raidbot.features.raids.service import OrganizerService, RaiderService
from raidbot.kernel.database import Connection
from raidbot.kernel.database.patience import patience
from raidbot.kernel.discord.feature import Listener
from raidbot.kernel.guilds import GuildStore, Module, RoleKey

EVENT_WAITS_S = 600.0
ASKED_AT_ONCE = 100
"""Members that Discord looks up in one request by id."""


class RaidListeners:
    """The listeners."""

    def __init__(self, raiders: RaiderService, organizers: OrganizerService, guilds: GuildStore) -> None:
        self._raiders = raiders
        self._organizers = organizers
        self._guilds = guilds
        self._may_organize: set[tuple[int, int]] = set()
        """Guild and member of each organizer of an active run, and of some who were: roles of others are no news."""

    def all(self) -> list[tuple[type[Any], Listener]]:
        """List the listeners by event."""
        return [
            (hikari.MemberDeleteEvent, self.left),
            (hikari.BanCreateEvent, self.left),
            (hikari.MemberUpdateEvent, self.updated),
            (hikari.GuildAvailableEvent, self.available),
            (hikari.MemberChunkEvent, self.looked_up),
        ]

    async def noted(self, _: Connection, fact: RunNoted) -> None:
        """Listen for the roles of a run's organizer from now on."""
        self._may_organize.add((fact.guild_id, fact.organizer_id))

    async def _note_roles(self, guild_id: int, members: Sequence[hikari.Member]) -> None:
        roles = {int(one.id): one.role_ids for one in members if (guild_id, int(one.id)) in self._may_organize}
        if roles:
            patience.set(monotonic() + EVENT_WAITS_S)
            await self._organizers.note_roles(guild_id, {user_id: [*map(int, some)] for user_id, some in roles.items()})

    async def _take_off(self, guild_id: int, user_ids: list[int]) -> None:
        """Take members off; nobody waits for an event, so a database that is away is waited for."""
        patience.set(monotonic() + EVENT_WAITS_S)
        await self._raiders.take_off(guild_id, user_ids)

    async def left(self, event: hikari.MemberDeleteEvent | hikari.BanCreateEvent) -> None:
        """Take a member off who left or was banned."""
        if self._raids_on(event.guild_id):
            await self._take_off(int(event.guild_id), [int(event.user_id)])

    async def updated(self, event: hikari.MemberUpdateEvent) -> None:
        """Note an organizer's roles; take a member off who got the suspended role."""
        await self._note_roles(int(event.guild_id), [event.member])
        if self._suspended(event.member) and self._raids_on(event.guild_id):
            await self._take_off(int(event.guild_id), [int(event.member.id)])

    async def available(self, event: hikari.GuildAvailableEvent) -> None:
        """Ask which raiders and organizers are still here, as what: while the bot was away it heard nothing."""
        patience.set(monotonic() + EVENT_WAITS_S)
        guild_id = int(event.guild_id)
        organizers = await self._organizers.active_organizers(guild_id)
        self._may_organize |= {(guild_id, user_id) for user_id in organizers}
        users = sorted({*organizers, *await self._raiders.active_raiders(guild_id)})
        for at in range(0, len(users), ASKED_AT_ONCE):
            await event.shard.request_guild_members(event.guild_id, users=users[at : at + ASKED_AT_ONCE])

    async def looked_up(self, event: hikari.MemberChunkEvent) -> None:
        """Note organizers' roles; take those off who are gone, or were suspended, since."""
        await self._note_roles(int(event.guild_id), list(event.members.values()))
        gone = [int(user_id) for user_id in event.not_found]
        gone += [int(member.id) for member in event.members.values() if self._suspended(member)]
        if gone and self._raids_on(event.guild_id):
            await self._take_off(int(event.guild_id), gone)

    def _suspended(self, member: hikari.Member) -> bool:
        role_id = self._guilds.cached(int(member.guild_id)).roles.get(RoleKey.SUSPENDED)
        return role_id is not None and role_id in member.role_ids

    def _raids_on(self, guild_id: int) -> bool:
        return Module.RAIDS in self._guilds.cached(int(guild_id)).modules
