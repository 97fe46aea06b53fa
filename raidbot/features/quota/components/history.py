"""The buttons under a raider's history."""

from collections.abc import Sequence
from typing import Any

from raidbot.features.dungeons.api import Catalogue
from raidbot.features.quota import models as m
from raidbot.features.quota.service import HistoryService
from raidbot.features.quota.views import history as views
from raidbot.kernel.discord.answers import Answer, Bucket, Policy, Result
from raidbot.kernel.discord.request import Request
from raidbot.kernel.discord.router import Route


class HistoryButtons:
    """Handlers of what turns the pages of a history; each reads that of whoever pressed."""

    def __init__(self, history: HistoryService, catalogue: Catalogue) -> None:
        self._history = history
        self._catalogue = catalogue

    def routes(self) -> Sequence[Route[Any]]:
        """List the routes."""
        turn = Policy(m.OWN_RUNS, Answer.UPDATE, Bucket.BUTTON, quick=True)
        return [Route(views.Older, turn, self.older), Route(views.Newer, turn, self.newer)]

    async def older(self, request: Request, custom_id: views.Older) -> Result:
        """Turn to the page behind."""
        seen = await self._history.older(request.guild_id, request.user_id, custom_id.place)
        return views.history(seen, self._catalogue)

    async def newer(self, request: Request, custom_id: views.Newer) -> Result:
        """Turn to the page before."""
        seen = await self._history.newer(request.guild_id, request.user_id, custom_id.place)
        return views.history(seen, self._catalogue)
