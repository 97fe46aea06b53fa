"""What parties hear from the gateway: members who leave or are barred, and threads that are deleted."""

from time import monotonic
from typing import Any

import hikari

from raidbot.features.parties import models as m
from raidbot.features.parties.service import PartyService
from raidbot.kernel.database.patience import patience
from raidbot.kernel.discord.departures import EVENT_WAITS_S, Departures
from raidbot.kernel.discord.feature import Listener
from raidbot.kernel.guilds import GuildStore


class PartyListeners:
    """The listeners."""

    def __init__(self, parties: PartyService, guilds: GuildStore) -> None:
        self._parties = parties
        self._departures = Departures(
            guilds, module=None, barred=m.BARRED, everybody=parties.everybody, take_off=parties.take_off
        )

    def all(self) -> list[tuple[type[Any], Listener]]:
        """List the listeners by event."""
        return [*self._departures.all(), (hikari.GuildThreadDeleteEvent, self.thread_deleted)]

    async def thread_deleted(self, event: hikari.GuildThreadDeleteEvent) -> None:
        """Forget a thread that somebody deleted."""
        patience.set(monotonic() + EVENT_WAITS_S)
        await self._parties.thread_gone(int(event.thread_id))
