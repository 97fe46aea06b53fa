"""What role pings hear from the gateway: roles that go."""

from time import monotonic
from typing import Any

import hikari

from raidbot.features.dungeons.api import Catalogue
from raidbot.features.role_pings.service import RolePingService
from raidbot.features.role_pings.views import texts
from raidbot.kernel.database.patience import patience
from raidbot.kernel.discord.feature import Arrival, Listener, on_arrival
from raidbot.kernel.discord.staff import Staff

EVENT_WAITS_S = 600.0
"""Nobody waits for an event, so a database that is away is waited for."""


class RolePingListeners:
    """The listeners."""

    def __init__(self, pings: RolePingService, catalogue: Catalogue, staff: Staff, cache: hikari.api.Cache) -> None:
        self._pings = pings
        self._catalogue = catalogue
        self._staff = staff
        self._cache = cache

    def all(self) -> list[tuple[type[Any], Listener]]:
        """List the listeners by event."""
        return [(hikari.RoleDeleteEvent, self.deleted), *on_arrival(self.came)]

    async def deleted(self, event: hikari.RoleDeleteEvent) -> None:
        """Forget what a role was pinged for."""
        patience.set(monotonic() + EVENT_WAITS_S)
        await self._forget(int(event.guild_id), int(event.role_id))

    async def came(self, event: Arrival) -> None:
        """Forget what was deleted while the bot was away."""
        patience.set(monotonic() + EVENT_WAITS_S)
        guild_id = int(event.guild_id)
        mapped = {one.role_id for one in await self._pings.mapped(guild_id)}
        # The cache too, and only now: the event is older than a role that was made and mapped meanwhile.
        present = {*map(int, event.roles), *map(int, self._cache.get_roles_view_for_guild(guild_id))}
        for role_id in sorted(mapped - present):
            await self._forget(guild_id, role_id)

    async def _forget(self, guild_id: int, role_id: int) -> None:
        dungeons = await self._pings.forget_role(guild_id, role_id)
        if dungeons:
            text = texts.forgotten(dungeons, self._catalogue)
            await self._staff.tell(guild_id, f"ping role {role_id} deleted", text)
