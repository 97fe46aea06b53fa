"""The organizer panel's buttons about who may join, and the roster."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from raidbot.features.dungeons.api import Catalogue, Dungeon
from raidbot.features.raids import models as m
from raidbot.features.raids.pictures import class_split
from raidbot.features.raids.service import ORGANIZER_PANEL, LimitService, OrganizerService
from raidbot.features.raids.views import ids, roster, texts
from raidbot.features.raids.views.limits import limits_form
from raidbot.kernel.discord.answers import Answer, AskAgain, Bucket, Policy, Result, ShowPanel
from raidbot.kernel.discord.request import Request
from raidbot.kernel.discord.router import Route
from raidbot.kernel.pictures import Pictures


def _panel(run_id: int, note: str) -> ShowPanel:
    return ShowPanel(ORGANIZER_PANEL, m.topic_of(run_id), note)


class LimitButtons:
    """Handlers of what organizers press."""

    def __init__(
        self,
        service: LimitService,
        organizers: OrganizerService,
        catalogue: Catalogue,
        pictures: Pictures,
    ) -> None:
        self._service = service
        self._organizers = organizers
        self._catalogue = catalogue
        self._pictures = pictures

    def routes(self) -> Sequence[Route[Any]]:
        """List the routes."""
        look = Policy(m.ORGANIZE, Answer.PRIVATE, Bucket.ORGANIZER)
        act = Policy(m.ORGANIZE, Answer.UPDATE, Bucket.ORGANIZER)
        ask = Policy(m.ORGANIZE, Answer.MODAL, Bucket.ORGANIZER)
        ping = Policy(m.ORGANIZE, Answer.UPDATE, Bucket.PING, per="run_id")
        return [
            Route(ids.AskLimits, ask, self.ask_limits),
            Route(ids.LimitsForm, act, self.set_limits),
            Route(ids.LastCall, ping, self.last_call),
            Route(ids.TakeBackLastCall, act, self.take_back_last_call),
            Route(ids.ShowRoster, look, self.roster),
        ]

    async def ask_limits(self, request: Request, custom_id: ids.AskLimits) -> Result:
        """Ask for the limits."""
        run = await self._organizers.run(request.guild_id, custom_id.run_id)
        return limits_form(run, self._dungeon(run))

    async def set_limits(self, request: Request, custom_id: ids.LimitsForm) -> Result:
        """Set the limits."""
        run = await self._organizers.run(request.guild_id, custom_id.run_id)
        dungeon = self._dungeon(run)
        typed = {name: request.fields.get(name, "") for name in ("cap", "classes", "keys")}
        try:
            wanted = m.read_limits(dungeon, **typed)
        except m.BadLimitsError as wrong:
            return AskAgain(wrong, limits_form(run, dungeon))
        await self._service.set_limits(request.guild_id, run.id, request.user_id, wanted)
        return _panel(run.id, "The limits are set." if wanted != m.Limits() else "There are no limits any more.")

    async def last_call(self, request: Request, custom_id: ids.LastCall) -> Result:
        """Announce that joining is locked in a minute."""
        await self._service.last_call(request.guild_id, custom_id.run_id, request.user_id)
        return _panel(custom_id.run_id, "Last call: everybody was told, and joining is locked when it is over.")

    async def take_back_last_call(self, request: Request, custom_id: ids.TakeBackLastCall) -> Result:
        """Let joining stay open."""
        await self._service.take_back_last_call(request.guild_id, custom_id.run_id, request.user_id)
        return _panel(custom_id.run_id, "The last call is taken back. Joining stays open.")

    async def roster(self, request: Request, custom_id: ids.ShowRoster) -> Result:
        """Show who is in; with a picture of the classes once there are many."""
        view, who = await self._service.roster(request.guild_id, custom_id.run_id)
        dungeon = self._dungeon(view.run)
        classes = Counter(one.raider_class for one in who if one.reserve is None)
        picture = None
        if classes.total() >= m.PICTURE_FROM:
            picture = await self._pictures.draw(
                class_split, dungeon.name, texts.filling(view), classes, view.run.class_limits
            )
        return roster.roster(view, who, dungeon, picture)

    def _dungeon(self, run: m.Run) -> Dungeon:
        dungeon = self._catalogue.find(run.dungeon)
        if dungeon is None:
            raise m.RunGoneError
        return dungeon
