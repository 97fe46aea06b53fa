"""The buttons under rows that staff wrote down."""

from collections.abc import Sequence
from typing import Any

from raidbot.features.dungeons.api import Catalogue
from raidbot.features.quota import models as m
from raidbot.features.quota.service import StaffService
from raidbot.features.quota.views import ledger as views
from raidbot.kernel.discord.answers import Answer, Bucket, Policy, Result
from raidbot.kernel.discord.request import Request
from raidbot.kernel.discord.router import Route
from raidbot.kernel.permissions import has_at_least


class LedgerButtons:
    """Handlers of what stands under rows that were written by hand."""

    def __init__(self, staff: StaffService, catalogue: Catalogue) -> None:
        self._staff = staff
        self._catalogue = catalogue

    def routes(self) -> Sequence[Route[Any]]:
        """List the routes."""
        return [Route(views.Undo, Policy(m.LOG, Answer.UPDATE, Bucket.BUTTON, quick=True), self.undo)]

    async def undo(self, request: Request, custom_id: views.Undo) -> Result:
        """Take the row back."""
        undone = await self._staff.undo(
            request.guild_id,
            custom_id.entry_id,
            request.user_id,
            f"undo:{request.id}",
            any_time=has_at_least(request.actor, m.UNDOES_ANY, request.settings),
        )
        return views.undone(undone, self._catalogue)
