"""The buttons of quota."""

from collections.abc import Sequence
from typing import Any

from raidbot.features.dungeons.api import Catalogue
from raidbot.features.quota import models as m
from raidbot.features.quota.service import HistoryService, StaffService
from raidbot.features.quota.views import history as history_views
from raidbot.features.quota.views import ledger as ledger_views
from raidbot.kernel.discord.answers import Answer, Bucket, Policy, Result
from raidbot.kernel.discord.request import Request
from raidbot.kernel.discord.router import Route
from raidbot.kernel.permissions import has_at_least


class HistoryButtons:
    """Handlers of what turns the pages of a history; each reads that of whoever pressed."""

    def __init__(self, history: HistoryService, catalogue: Catalogue) -> None:
        self._history = history
        self._catalogue = catalogue

    def routes(self) -> Sequence[Route[Any]]:
        """List the routes."""
        turn = Policy(m.OWN_RUNS, Answer.UPDATE, Bucket.BUTTON, quick=True)
        return [Route(history_views.Older, turn, self.older), Route(history_views.Newer, turn, self.newer)]

    async def older(self, request: Request, custom_id: history_views.Older) -> Result:
        """Turn to the page behind."""
        seen = await self._history.older(request.guild_id, request.user_id, custom_id.place)
        return history_views.history(seen, self._catalogue)

    async def newer(self, request: Request, custom_id: history_views.Newer) -> Result:
        """Turn to the page before."""
        seen = await self._history.newer(request.guild_id, request.user_id, custom_id.place)
        return history_views.history(seen, self._catalogue)


class LedgerButtons:
    """Handlers of what stands under rows that were written by hand."""

    def __init__(self, staff: StaffService, catalogue: Catalogue) -> None:
        self._staff = staff
        self._catalogue = catalogue

    def routes(self) -> Sequence[Route[Any]]:
        """List the routes."""
        return [Route(ledger_views.Undo, Policy(m.LOG, Answer.UPDATE, Bucket.BUTTON, quick=True), self.undo)]

    async def undo(self, request: Request, custom_id: ledger_views.Undo) -> Result:
        """Take the row back."""
        undone = await self._staff.undo(
            request.guild_id,
            custom_id.entry_id,
            request.user_id,
            f"undo:{request.id}",
            any_time=has_at_least(request.actor, m.UNDOES_ANY, request.settings),
        )
        return ledger_views.undone(undone, self._catalogue)
