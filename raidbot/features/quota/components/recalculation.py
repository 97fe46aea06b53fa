"""The buttons of **Update panel**."""

from collections.abc import Sequence
from typing import Any

from raidbot.features.quota import models as m
from raidbot.features.quota.service import RecalculationService
from raidbot.features.quota.views import ids
from raidbot.features.quota.views import recalculation as views
from raidbot.kernel.discord.answers import Answer, Bucket, Policy, Result
from raidbot.kernel.discord.request import Request
from raidbot.kernel.discord.router import Route


class RecalculationButtons:
    """Handlers of who brings a quota to today's points."""

    def __init__(self, recalculation: RecalculationService) -> None:
        self._recalculation = recalculation

    def routes(self) -> Sequence[Route[Any]]:
        """List the routes."""
        act = Policy(m.RECALCULATE, Answer.UPDATE, Bucket.HEAVY)
        return [Route(ids.Preview, act, self._preview), Route(ids.Recalculate, act, self._recalculate)]

    async def _preview(self, request: Request, custom_id: ids.Preview) -> Result:
        role_id = custom_id.role_id
        return views.preview(role_id, await self._recalculation.preview(request.guild_id, role_id))

    async def _recalculate(self, request: Request, custom_id: ids.Recalculate) -> Result:
        role_id = custom_id.role_id
        change = m.Change(request.guild_id, role_id, request.user_id, request.id, None)
        done = await self._recalculation.recalculate(change)
        if not done.corrections:
            return views.preview(role_id, await self._recalculation.preview(request.guild_id, role_id))
        as_shown = (len(done.corrections), done.hundredths) == (custom_id.members, custom_id.hundredths)
        return views.changed(role_id, done, as_shown=as_shown)
