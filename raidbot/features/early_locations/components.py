"""The button of a direct message."""

from collections.abc import Sequence
from typing import Any

from raidbot.features.early_locations import views
from raidbot.features.raids.api import JOIN, RaiderService
from raidbot.kernel.discord.answers import Answer, Bucket, Policy, Reply, Result
from raidbot.kernel.discord.request import Request
from raidbot.kernel.discord.router import Route


class EarlyButtons:
    """Handlers of what raiders press in their direct messages."""

    def __init__(self, raiders: RaiderService) -> None:
        self._raiders = raiders

    def routes(self) -> Sequence[Route[Any]]:
        """List the routes."""
        return [Route(views.BackOut, Policy(JOIN, Answer.UPDATE, Bucket.BUTTON), self.back_out, direct=True)]

    async def back_out(self, request: Request, custom_id: views.BackOut) -> Result:
        """Take all keys that the presser offers for the run back."""
        await self._raiders.back_out(request.guild_id, custom_id.run_id, request.user_id)
        return Reply(views.BACKED_OUT)
