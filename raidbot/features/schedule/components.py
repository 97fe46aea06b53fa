"""The buttons of planned runs: on the panel, under the reminder, and of the questions."""

from collections.abc import Sequence
from typing import Any

from raidbot.features.dungeons.api import Catalogue, Dungeon
from raidbot.features.members.api import standing_of
from raidbot.features.raids import api as raids
from raidbot.features.schedule import models as m
from raidbot.features.schedule import views
from raidbot.features.schedule.service import ScheduleService
from raidbot.kernel.discord.answers import Answer, Bucket, Policy, Reply, Result, ShowPanel
from raidbot.kernel.discord.checkup import Lookout, find_channel
from raidbot.kernel.discord.feature import Posted
from raidbot.kernel.discord.request import Request
from raidbot.kernel.discord.router import Route
from raidbot.kernel.guilds import RoleKey

_DONE = {m.Outcome.REMINDED, m.Outcome.NOT_REMINDED}


class ScheduleButtons:
    """Handlers of what raiders and organizers press."""

    def __init__(self, schedule: ScheduleService, catalogue: Catalogue, lookout: Lookout, posted: Posted) -> None:
        self._schedule = schedule
        self._catalogue = catalogue
        self._lookout = lookout
        self._posted = posted

    def routes(self) -> Sequence[Route[Any]]:
        """List the routes."""
        follow = Policy(m.FOLLOW, Answer.PRIVATE, Bucket.PARTICIPATION, quick=True)
        press = Policy(m.PLAN, Answer.PRIVATE, Bucket.ORGANIZER)
        decide = Policy(m.PLAN, Answer.UPDATE, Bucket.ORGANIZER)
        return [
            Route(views.RemindMe, follow, self.remind),
            Route(views.OpenNow, press, self.open_now),
            Route(views.Cancel, press, self.cancel),
            Route(views.Decide, decide, self.decide),
        ]

    async def remind(self, request: Request, custom_id: views.RemindMe) -> Result:
        """Have oneself reminded, or not any more."""
        standing = standing_of(request.actor, request.settings)
        result = await self._schedule.remind(
            m.Click(request.id, request.guild_id, custom_id.plan_id, request.user_id, standing)
        )
        text = views.outcome(result, request.settings.roles.get(RoleKey.VERIFIED_RAIDER))
        return Reply(text, refusal=result.outcome not in _DONE)

    async def open_now(self, request: Request, custom_id: views.OpenNow) -> Result:
        """Open the run; one that somebody else planned only after a question."""
        plan = (await self._schedule.planned(request.guild_id, custom_id.plan_id)).plan
        if plan.organizer_id != request.user_id:
            return views.ask_open(plan, self._dungeon(plan))
        return await self._open(request, custom_id.plan_id)

    async def cancel(self, request: Request, custom_id: views.Cancel) -> Result:
        """Ask whether to cancel the run: the button stands beside the others, and people wait for it."""
        view = await self._schedule.planned(request.guild_id, custom_id.plan_id)
        return views.ask_cancel(view, self._dungeon(view.plan), request.user_id)

    async def decide(self, request: Request, custom_id: views.Decide) -> Result:
        """Do what the question asked."""
        if custom_id.decision is views.Decision.OPEN:
            return await self._open(request, custom_id.plan_id)
        if custom_id.decision is views.Decision.LEAVE:
            return Reply(views.LEFT_ALONE)
        await self._schedule.cancel(_press(request, custom_id.plan_id))
        return Reply(views.CANCELLED)

    async def _open(self, request: Request, plan_id: int) -> Result:
        channel_id = await find_channel(self._lookout, request.settings, raids.RAID_CHANNEL)
        opened = await self._schedule.open_run(
            _press(request, plan_id), channel_id=channel_id, run_roles=request.settings.run_roles
        )
        message_id = await self._posted(opened.run.panel_id)
        at = None if message_id is None else m.Place(channel_id, message_id)
        note = views.opened(request.guild_id, at, role_budget_spent=opened.run.role_budget_spent)
        return ShowPanel(raids.ORGANIZER_PANEL, raids.topic_of(opened.run.run_id), note)

    def _dungeon(self, plan: m.Plan) -> Dungeon:
        dungeon = self._catalogue.find(plan.dungeon)
        if dungeon is None:
            raise m.PlanGoneError
        return dungeon


def _press(request: Request, plan_id: int) -> m.Press:
    return m.Press(request.id, request.guild_id, plan_id, request.user_id, request.display_name)
