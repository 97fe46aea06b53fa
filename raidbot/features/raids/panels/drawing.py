"""Draws a run's panels from its rows."""

from raidbot.features.dungeons.api import Catalogue
from raidbot.features.raids.models import RunStatus, run_of
from raidbot.features.raids.service import ORGANIZER_PANEL, PUBLIC_PANEL, OrganizerService, RequestService
from raidbot.features.raids.views import panels as views
from raidbot.features.raids.views.requests import counted
from raidbot.kernel.clock import Clock
from raidbot.kernel.discord.easel import Drawing, PanelKind
from raidbot.kernel.discord.guild_view import GuildView
from raidbot.kernel.owed import Panel


class RunPanels:
    """The panel kinds of raids."""

    def __init__(
        self,
        organizers: OrganizerService,
        requests: RequestService,
        catalogue: Catalogue,
        guilds: GuildView,
        clock: Clock,
        afterwards: views.Afterwards,
    ) -> None:
        self._organizers = organizers
        self._requests = requests
        self._catalogue = catalogue
        self._guilds = guilds
        self._clock = clock
        self._afterwards = afterwards
        self.kinds = {
            PUBLIC_PANEL: PanelKind(self._public),
            ORGANIZER_PANEL: PanelKind(self._organizer, lambda panel: views.resting(run_of(panel.topic))),
        }

    async def _public(self, panel: Panel) -> Drawing | None:
        view = await self._organizers.view(run_of(panel.topic))
        dungeon = None if view is None else self._catalogue.find(view.run.dungeon)
        if view is None or dungeon is None:
            return None
        roles = await self._organizers.ping_roles(view.run) if view.run.status is RunStatus.OPEN else ()
        return views.public(view, dungeon, self._guilds.emojis(panel.guild_id), self._clock.now(), roles)

    async def _organizer(self, panel: Panel) -> Drawing | None:
        view = await self._organizers.view(run_of(panel.topic))
        dungeon = None if view is None else self._catalogue.find(view.run.dungeon)
        if view is None or dungeon is None:
            return None
        called_for = counted(await self._requests.of_run(view.run.id), dungeon) if view.run.status.active else ""
        return views.organizer(view, dungeon, panel.note, self._clock.now(), called_for, self._afterwards)
