"""What headcounts keep on Discord: two kinds of panels, and the removal of what became a run."""

import contextlib

import hikari

from raidbot.features.headcounts import models as m
from raidbot.features.headcounts.service import ORGANIZER_PANEL, HeadcountService
from raidbot.features.headcounts.views import panels as views
from raidbot.features.raids.api import HEADCOUNT_PANEL
from raidbot.kernel.database import Retry
from raidbot.kernel.discord.easel import Drawing, PanelKind
from raidbot.kernel.discord.guild_view import GuildView
from raidbot.kernel.owed import Effect, Panel


class HeadcountPanels:
    """Draws the panels, and removes the message of a headcount that became a run."""

    def __init__(self, headcounts: HeadcountService, guilds: GuildView, rest: hikari.api.RESTClient) -> None:
        self._headcounts = headcounts
        self._guilds = guilds
        self._rest = rest
        self.kinds = {
            HEADCOUNT_PANEL: PanelKind(self._public),
            ORGANIZER_PANEL: PanelKind(self._organizer, lambda panel: views.resting(m.headcount_of(panel.topic))),
        }

    async def _public(self, panel: Panel) -> Drawing | None:
        """Draw the headcount; one that was over before its panel was ever posted needs none."""
        view = await self._headcounts.view(m.headcount_of(panel.topic))
        if view is None or (not view.headcount.open and panel.posts == 0):
            return None
        headcount = view.headcount
        roles = await self._headcounts.ping_roles(headcount) if headcount.open else ()
        return views.public(view, self._headcounts.dungeons(headcount), self._guilds.emojis(panel.guild_id), roles)

    async def _organizer(self, panel: Panel) -> Drawing | None:
        view = await self._headcounts.view(m.headcount_of(panel.topic))
        return None if view is None else views.organizer(view, self._headcounts.dungeons(view.headcount), panel.note)

    async def retire(self, effect: Effect) -> None:
        """Remove the message of a headcount that became a run, once the run's panel stands."""
        parting = await self._headcounts.parting(int(effect.subject))
        if parting is None:
            return
        headcount = parting.headcount
        if parting.message_id is None or not parting.run_posted:
            raise Retry(f"the panels of headcount {headcount.id} and its run are not both posted yet")
        with contextlib.suppress(hikari.NotFoundError):
            await self._rest.delete_message(headcount.channel_id, parting.message_id)
        await self._headcounts.retired(headcount)
