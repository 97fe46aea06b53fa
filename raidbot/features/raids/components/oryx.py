"""The organizer panel's buttons and forms that only Oryx 3 has."""

from collections.abc import Sequence
from typing import Any

from raidbot.features.raids import models as m
from raidbot.features.raids.service import ORGANIZER_PANEL, OrganizerService, OryxService
from raidbot.features.raids.views import ids
from raidbot.features.raids.views import oryx as views
from raidbot.kernel.discord.answers import Answer, AskAgain, Bucket, Policy, Reply, Result, ShowPanel
from raidbot.kernel.discord.request import Request
from raidbot.kernel.discord.router import Route
from raidbot.kernel.guilds import ChannelKey


def _panel(run_id: int, note: str) -> ShowPanel:
    return ShowPanel(ORGANIZER_PANEL, m.topic_of(run_id), note)


class OryxButtons:
    """Handlers of what organizers press in Oryx 3."""

    def __init__(self, oryx: OryxService, organizers: OrganizerService) -> None:
        self._oryx = oryx
        self._organizers = organizers

    def routes(self) -> Sequence[Route[Any]]:
        """List the routes."""
        look = Policy(m.ORGANIZE, Answer.PRIVATE, Bucket.ORGANIZER, quick=True)
        act = Policy(m.ORGANIZE, Answer.UPDATE, Bucket.ORGANIZER)
        ask = Policy(m.ORGANIZE, Answer.MODAL, Bucket.ORGANIZER)
        return [
            Route(ids.SubmitScreenshot, look, self.explain_screenshot),
            Route(ids.AskScore, ask, self.ask_score),
            Route(ids.ScoreForm, act, self.set_score),
            Route(ids.CloseRealm, act, self.close_realm),
            Route(ids.AskMiniboss, look, self.ask_miniboss),
            Route(ids.ChooseMiniboss, act, self.choose_miniboss),
            Route(ids.ThirdRoom, act, self.third_room),
        ]

    async def explain_screenshot(self, request: Request, custom_id: ids.SubmitScreenshot) -> Result:
        """Say how a screenshot is handed in, and by whom."""
        run = await self._organizers.run(request.guild_id, custom_id.run_id)
        if run.organizer_id != request.user_id:
            return Reply(views.SOMEBODY_ELSES.format(organizer=run.organizer_id))
        if ChannelKey.RAID_LOG not in request.settings.channels:
            raise m.NoRaidLogError
        return Reply(views.HOW_TO_SUBMIT)

    async def ask_score(self, request: Request, custom_id: ids.AskScore) -> Result:
        """Ask for the realm's score."""
        run = await self._oryx.run_at(request.guild_id, custom_id.run_id, None)
        return views.score_form(run.id, run.realm_score or 0)

    async def set_score(self, request: Request, custom_id: ids.ScoreForm) -> Result:
        """Tell the realm's score."""
        score, seen = request.fields.get("score", ""), custom_id.seen
        try:
            run = await self._oryx.set_score(
                request.guild_id, custom_id.run_id, request.user_id, score, seen=seen, click_id=request.id
            )
        except m.BadScoreError as wrong:
            return AskAgain(wrong, views.score_form(custom_id.run_id, seen))
        return _panel(run.id, views.SCORE_TOLD.format(score=run.realm_score))

    async def close_realm(self, request: Request, custom_id: ids.CloseRealm) -> Result:
        """Tell that the realm is closed."""
        run = await self._move(request, custom_id.run_id, m.Stage.CLOSED)
        return _panel(run.id, views.REALM_CLOSED)

    async def ask_miniboss(self, request: Request, custom_id: ids.AskMiniboss) -> Result:
        """Ask who the miniboss is."""
        run = await self._oryx.run_at(request.guild_id, custom_id.run_id, m.Stage.CLOSED)
        return views.choose_miniboss(run.id)

    async def choose_miniboss(self, request: Request, custom_id: ids.ChooseMiniboss) -> Result:
        """Tell who the miniboss is."""
        boss = m.Miniboss(request.values[0])
        return views.miniboss_told(await self._move(request, custom_id.run_id, m.Stage.MINIBOSS, boss))

    async def third_room(self, request: Request, custom_id: ids.ThirdRoom) -> Result:
        """Call for the third room."""
        run = await self._move(request, custom_id.run_id, m.Stage.THIRD_ROOM)
        return _panel(run.id, views.THIRD_ROOM)

    async def _move(self, request: Request, run_id: int, stage: m.Stage, miniboss: m.Miniboss | None = None) -> m.Run:
        return await self._oryx.move(
            request.guild_id, run_id, request.user_id, stage, click_id=request.id, miniboss=miniboss
        )
