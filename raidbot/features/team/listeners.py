"""What the staff hear from the gateway: members whose roles changed, who came, and guilds that are back."""

from time import monotonic
from typing import Any

import hikari

from raidbot.features.team.models import Seen
from raidbot.features.team.service import TeamService
from raidbot.kernel.database.patience import patience
from raidbot.kernel.discord.feature import Arrival, Listener, on_arrival

EVENT_WAITS_S = 600.0
"""Nobody waits for an event, so a database that is away is waited for."""


class TeamListeners:
    """The listeners."""

    def __init__(self, team: TeamService) -> None:
        self._team = team

    def all(self) -> list[tuple[type[Any], Listener]]:
        """List the listeners by event."""
        return [
            (hikari.MemberUpdateEvent, self.saw),
            (hikari.MemberCreateEvent, self.saw),
            *on_arrival(self.available),
        ]

    async def saw(self, event: hikari.MemberUpdateEvent | hikari.MemberCreateEvent) -> None:
        """Bring a member in line with the roles that the event tells of."""
        patience.set(monotonic() + EVENT_WAITS_S)
        member = Seen(int(event.member.id), frozenset(map(int, event.member.role_ids)))
        await self._team.saw(int(event.guild_id), member)

    async def available(self, event: Arrival) -> None:
        """Look at everybody: what changed while the bot was away sent no event."""
        patience.set(monotonic() + EVENT_WAITS_S)
        await self._team.start_over(int(event.guild_id))
