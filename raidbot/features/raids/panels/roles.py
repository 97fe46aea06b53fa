"""Makes and removes run roles. Only a role that a run's row names is ever deleted."""

from datetime import timedelta
from typing import Final

import hikari

from raidbot.features.dungeons.api import Catalogue
from raidbot.features.raids.models import Run
from raidbot.features.raids.service import UpkeepService
from raidbot.kernel.clock import Clock
from raidbot.kernel.discord.failures import insist
from raidbot.kernel.discord.guild_view import made_at
from raidbot.kernel.discord.text import cut
from raidbot.kernel.owed import Effect

GREY: Final = 0x808080
ROLE_NAME: Final = 100
"""Characters of a role's name."""
FIRST_TRY: Final = timedelta(seconds=2)
"""An effect older than this may have been begun by an earlier life of the bot."""


class RunRoles:
    """The effects on run roles."""

    def __init__(self, upkeep: UpkeepService, catalogue: Catalogue, rest: hikari.api.RESTClient, clock: Clock) -> None:
        self._upkeep = upkeep
        self._catalogue = catalogue
        self._rest = rest
        self._clock = clock
        self._began_at = clock.now()

    async def create(self, effect: Effect) -> None:
        """Make the role of a run, once, and note it."""
        run = await self._upkeep.without_role(int(effect.subject))
        if run is None:
            return
        role_id = None
        if effect.attempts or effect.owed_at < self._began_at or self._clock.now() - effect.owed_at > FIRST_TRY:
            role_id = await self._made_before(run, effect)
        if role_id is None:
            if not run.status.active:
                return
            role = await self._rest.create_role(
                run.guild_id,
                name=self._name(run),
                color=GREY,
                hoist=False,
                mentionable=False,
                permissions=hikari.Permissions.NONE,
                reason=f"Run {run.id}",
            )
            role_id = int(role.id)
        await self._upkeep.role_created(run.id, role_id)

    async def delete(self, effect: Effect) -> None:
        """Remove a run's role."""
        await self._rest.delete_role(effect.guild_id, int(effect.subject))

    async def _made_before(self, run: Run, effect: Effect) -> int | None:
        """Find the role that an interrupted try made: of this very name, made since, and no other run's."""
        name = self._name(run)
        for role in await insist(lambda: self._rest.fetch_roles(run.guild_id)):
            recent = made_at(int(role.id)) >= effect.owed_at - FIRST_TRY
            if role.name == name and recent and not await self._upkeep.role_known(int(role.id)):
                return int(role.id)
        return None

    def _name(self, run: Run) -> str:
        dungeon = self._catalogue.find(run.dungeon)
        return cut(f"{run.organizer_name}'s {dungeon.name if dungeon else run.dungeon}", ROLE_NAME)
