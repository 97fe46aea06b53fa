"""What raids hear from the gateway: who leaves, is banned or suspended, and which roles organizers have."""

from collections.abc import Sequence
from time import monotonic
from typing import Any

import hikari

from raidbot.features.raids.events import RunNoted
from raidbot.features.raids.service import OrganizerService, RaiderService
from raidbot.kernel.database import Connection
from raidbot.kernel.database.patience import patience
from raidbot.kernel.discord.departures import EVENT_WAITS_S, Departures, ask_for
from raidbot.kernel.discord.feature import Arrival, Listener, on_arrival
from raidbot.kernel.guilds import GuildStore, Module, RoleKey


class RaidListeners:
    """The listeners."""

    def __init__(self, raiders: RaiderService, organizers: OrganizerService, guilds: GuildStore) -> None:
        self._organizers = organizers
        self._departures = Departures(
            guilds,
            module=Module.RAIDS,
            barred=(RoleKey.SUSPENDED,),
            everybody=raiders.active_raiders,
            take_off=raiders.take_off,
        )
        self._may_organize: set[tuple[int, int]] = set()
        """Guild and member of each organizer of an active run, and of some who were: roles of others are no news."""

    def all(self) -> list[tuple[type[Any], Listener]]:
        """List the listeners by event."""
        return [
            *self._departures.all(),
            (hikari.MemberUpdateEvent, self.updated),
            *on_arrival(self.available),
            (hikari.MemberChunkEvent, self.looked_up),
        ]

    async def noted(self, _: Connection, fact: RunNoted) -> None:
        """Listen for the roles of a run's organizer from now on."""
        self._may_organize.add((fact.guild_id, fact.organizer_id))

    async def updated(self, event: hikari.MemberUpdateEvent) -> None:
        """Note an organizer's roles."""
        await self._note_roles(int(event.guild_id), [event.member])

    async def available(self, event: Arrival) -> None:
        """Ask for the roles of organizers: while the bot was away it heard nothing."""
        patience.set(monotonic() + EVENT_WAITS_S)
        guild_id = int(event.guild_id)
        organizers = await self._organizers.active_organizers(guild_id)
        self._may_organize |= {(guild_id, user_id) for user_id in organizers}
        await ask_for(event, organizers)

    async def looked_up(self, event: hikari.MemberChunkEvent) -> None:
        """Note organizers' roles."""
        await self._note_roles(int(event.guild_id), list(event.members.values()))

    async def _note_roles(self, guild_id: int, members: Sequence[hikari.Member]) -> None:
        roles = {int(one.id): one.role_ids for one in members if (guild_id, int(one.id)) in self._may_organize}
        if roles:
            patience.set(monotonic() + EVENT_WAITS_S)
            await self._organizers.note_roles(guild_id, {user_id: [*map(int, some)] for user_id, some in roles.items()})
