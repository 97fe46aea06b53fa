"""What quotas hear from the gateway: members whose roles change, who come and go, and roles that are deleted."""

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from time import monotonic
from typing import Any

import hikari

from raidbot.features.quota.service import ConfigService, HolderService
from raidbot.kernel.database.patience import patience
from raidbot.kernel.discord.feature import Arrival, Listener, on_arrival

EVENT_WAITS_S = 600.0
"""Nobody waits for an event, so a database that is away is waited for."""


class QuotaListeners:
    """The listeners."""

    def __init__(
        self,
        holders: HolderService,
        config: ConfigService,
        look: Callable[[int], Awaitable[None]],
        cache: hikari.api.Cache,
    ) -> None:
        self._cache = cache
        self._holders = holders
        self._look = look
        self._config = config

    def all(self) -> list[tuple[type[Any], Listener]]:
        """List the listeners by event."""
        return [
            (hikari.MemberCreateEvent, self.has_roles),
            (hikari.MemberUpdateEvent, self.has_roles),
            (hikari.MemberDeleteEvent, self.left),
            *on_arrival(self.available),
            (hikari.MemberChunkEvent, self.looked_up),
            (hikari.RoleDeleteEvent, self.role_deleted),
        ]

    async def has_roles(self, event: hikari.MemberCreateEvent | hikari.MemberUpdateEvent) -> None:
        """Take note of a member's roles."""
        patience.set(monotonic() + EVENT_WAITS_S)
        await self._holders.follow(int(event.guild_id), _roles([event.member]))

    async def left(self, event: hikari.MemberDeleteEvent) -> None:
        """Take note that a member is gone."""
        patience.set(monotonic() + EVENT_WAITS_S)
        await self._holders.follow(int(event.guild_id), {int(event.user_id): ()})

    async def available(self, event: Arrival) -> None:
        """Have everybody looked at, and end the quotas of roles that are gone: the bot may have been away."""
        patience.set(monotonic() + EVENT_WAITS_S)
        guild_id = int(event.guild_id)
        await self._holders.owe_look(guild_id)
        await self._look(guild_id)
        quotas = await self._config.quotas(guild_id)
        # The cache too, and only now: the event is older than a role that was made and given a quota meanwhile.
        present = {*map(int, event.roles), *map(int, self._cache.get_roles_view_for_guild(guild_id))}
        for role_id in {quota.role_id for quota in quotas} - present:
            await self._config.forget_role(guild_id, role_id)

    async def looked_up(self, event: hikari.MemberChunkEvent) -> None:
        """Take note of the members of a look."""
        patience.set(monotonic() + EVENT_WAITS_S)
        members = _roles(event.members.values())
        await self._holders.looked_at(int(event.guild_id), event.nonce, members, event.chunk_index, event.chunk_count)

    async def role_deleted(self, event: hikari.RoleDeleteEvent) -> None:
        """End the quota of a role that is gone."""
        patience.set(monotonic() + EVENT_WAITS_S)
        await self._config.forget_role(int(event.guild_id), int(event.role_id))


def _roles(members: Iterable[hikari.Member]) -> Mapping[int, Collection[int]]:
    """Map members to their roles; a bot has none that count."""
    return {int(one.id): () if one.is_bot else frozenset(map(int, one.role_ids)) for one in members}
