"""The buttons and selects of headcounts: choosing dungeons, the public panel, the organizer panel."""

from collections.abc import Sequence
from typing import Any, Final

from raidbot.features.dungeons.api import Catalogue
from raidbot.features.headcounts import models as m
from raidbot.features.headcounts.service import ORGANIZER_PANEL, HeadcountService
from raidbot.features.headcounts.views import choosing, ids, panels, texts
from raidbot.features.members.api import standing_of
from raidbot.features.raids.api import ORGANIZER_PANEL as RUN_ORGANIZER_PANEL
from raidbot.features.raids.api import topic_of as run_topic_of
from raidbot.kernel.discord.answers import Answer, Bucket, Policy, Reply, Result, ShowPanel
from raidbot.kernel.discord.feature import Posted
from raidbot.kernel.discord.request import Request
from raidbot.kernel.discord.router import Route
from raidbot.kernel.guilds import RoleKey

_DONE: Final = {m.Outcome.JOINED, m.Outcome.LEFT}


class HeadcountButtons:
    """Handlers of what organizers and raiders press."""

    def __init__(self, headcounts: HeadcountService, catalogue: Catalogue, posted: Posted) -> None:
        self._headcounts = headcounts
        self._catalogue = catalogue
        self._posted = posted

    def routes(self) -> Sequence[Route[Any]]:
        """List the routes."""
        join = Policy(m.JOIN, Answer.PRIVATE, Bucket.PARTICIPATION, quick=True)
        key = Policy(m.JOIN, Answer.PRIVATE, Bucket.KEY_REACTION, quick=True)
        choose = Policy(m.ORGANIZE, Answer.UPDATE, Bucket.INFO, quick=True)
        ask = Policy(m.ORGANIZE, Answer.PRIVATE, Bucket.ORGANIZER, quick=True)
        look = Policy(m.ORGANIZE, Answer.PRIVATE, Bucket.ORGANIZER)
        act = Policy(m.ORGANIZE, Answer.UPDATE, Bucket.ORGANIZER)
        return [
            Route(ids.Choose, choose, self.choose),
            Route(ids.Create, act, self.create),
            Route(ids.Join, join, self.join),
            Route(ids.OfferKey, key, self.offer_key),
            Route(ids.OpenPanel, look, self.open_panel),
            Route(ids.Refresh, act, self.refresh),
            Route(ids.TakeOver, act, self.take_over),
            Route(ids.End, act, self.end),
            Route(ids.Convert, act, self.convert),
            Route(ids.AskDungeon, ask, self.ask_dungeon),
            Route(ids.ConvertTo, act, self.convert_to),
        ]

    # --- choosing the dungeons ----------------------------------------------------------------------------------

    async def choose(self, request: Request, custom_id: ids.Choose) -> Result:
        """Keep what a select holds, and show all that is chosen."""
        draft = await self._headcounts.choose(_press(request), custom_id.draft_id, custom_id.menu, request.values)
        return choosing.chooser(draft, self._catalogue)

    async def create(self, request: Request, custom_id: ids.Create) -> Result:
        """Open the headcount; its organizer panel takes the place of the selects."""
        opened = await self._headcounts.open_headcount(_press(request), custom_id.draft_id, request.display_name)
        message_id = await self._posted(opened.panel_id)
        return _panel(opened.headcount.id, texts.opened(opened.headcount, message_id))

    # --- raiders ------------------------------------------------------------------------------------------------

    async def join(self, request: Request, custom_id: ids.Join) -> Result:
        """Be interested, or no more."""
        return _told(request, await self._headcounts.click(_click(request, custom_id.headcount_id)))

    async def offer_key(self, request: Request, custom_id: ids.OfferKey) -> Result:
        """Offer a key, or take the offer back."""
        dungeon = self._catalogue.find(custom_id.dungeon)
        key = None if dungeon is None else dungeon.key(custom_id.key)
        if dungeon is None or key is None:
            raise m.HeadcountGoneError
        outcome = await self._headcounts.click(
            _click(request, custom_id.headcount_id, dungeon=dungeon.code, key=key.code)
        )
        if outcome is m.Outcome.KEY_ADDED:
            return Reply(texts.key_added(key))
        return Reply(texts.key_removed(key)) if outcome is m.Outcome.KEY_REMOVED else _told(request, outcome)

    # --- organizers ---------------------------------------------------------------------------------------------

    async def open_panel(self, request: Request, custom_id: ids.OpenPanel) -> Result:
        """Open the organizer panel; of somebody else's headcount only after a question."""
        headcount = (await self._headcounts.open_view(request.guild_id, custom_id.headcount_id)).headcount
        return _panel(headcount.id) if headcount.organizer_id == request.user_id else panels.takeover(headcount)

    async def refresh(self, _: Request, custom_id: ids.Refresh) -> Result:
        """Wake a panel that rests, or open it; of a headcount that is over it shows that."""
        return _panel(custom_id.headcount_id)

    async def take_over(self, request: Request, custom_id: ids.TakeOver) -> Result:
        """Answer the question about somebody else's headcount."""
        if not custom_id.yes:
            return Reply(texts.TAKEOVER_DECLINED)
        await self._headcounts.take_over(
            _press(request), custom_id.headcount_id, seen=custom_id.seen, name=request.display_name
        )
        return _panel(custom_id.headcount_id, texts.TAKEN_OVER)

    async def end(self, request: Request, custom_id: ids.End) -> Result:
        """End the headcount."""
        await self._headcounts.end(_press(request), custom_id.headcount_id)
        return _panel(custom_id.headcount_id)

    async def convert(self, request: Request, custom_id: ids.Convert) -> Result:
        """Make a run of a headcount for one dungeon."""
        return await self._convert(request, custom_id.headcount_id, custom_id.dungeon)

    async def ask_dungeon(self, request: Request, custom_id: ids.AskDungeon) -> Result:
        """Ask which dungeon the run shall be for."""
        view = await self._headcounts.open_view(request.guild_id, custom_id.headcount_id)
        return panels.which_dungeon(view, self._headcounts.dungeons(view.headcount))

    async def convert_to(self, request: Request, custom_id: ids.ConvertTo) -> Result:
        """Make a run for the chosen dungeon."""
        return await self._convert(request, custom_id.headcount_id, request.values[0])

    async def _convert(self, request: Request, headcount_id: int, code: str) -> Result:
        dungeon = self._catalogue.find(code)
        if dungeon is None:
            raise m.HeadcountGoneError
        run = await self._headcounts.convert(_press(request), headcount_id, code, run_roles=request.settings.run_roles)
        message_id = await self._posted(run.panel_id)
        note = texts.converted(request.guild_id, run, dungeon, message_id)
        return ShowPanel(RUN_ORGANIZER_PANEL, run_topic_of(run.run_id), note)


def _panel(headcount_id: int, note: str | None = None) -> ShowPanel:
    return ShowPanel(ORGANIZER_PANEL, m.topic_of(headcount_id), note)


def _press(request: Request) -> m.Press:
    return m.Press(request.id, request.guild_id, request.user_id)


def _click(request: Request, headcount_id: int, *, dungeon: str | None = None, key: str | None = None) -> m.Click:
    standing = standing_of(request.actor, request.settings)
    return m.Click(request.id, headcount_id, request.guild_id, request.user_id, standing, dungeon, key)


def _told(request: Request, outcome: m.Outcome) -> Reply:
    text = texts.outcome(outcome, request.settings.roles.get(RoleKey.VERIFIED_RAIDER))
    return Reply(text, refusal=outcome not in _DONE)
