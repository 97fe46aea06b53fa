"""The buttons that turn the pages of the audit."""

from collections.abc import Sequence
from typing import Any

from raidbot.features.bot_log import models as m
from raidbot.features.bot_log import views
from raidbot.features.bot_log.service import AuditReader
from raidbot.kernel.discord.answers import Answer, Bucket, Policy, Result
from raidbot.kernel.discord.audit_texts import AuditTexts
from raidbot.kernel.discord.request import Request
from raidbot.kernel.discord.router import Route


class AuditButtons:
    """Handlers of what moderators press."""

    def __init__(self, reader: AuditReader, texts: AuditTexts) -> None:
        self._reader = reader
        self._texts = texts

    def routes(self) -> Sequence[Route[Any]]:
        """List the routes."""
        turn = Policy(m.READ, Answer.UPDATE, Bucket.BUTTON, quick=True)
        return [Route(views.Older, turn, self.older), Route(views.Newer, turn, self.newer)]

    async def older(self, request: Request, custom_id: views.Older) -> Result:
        """Turn to the page behind."""
        shown = await self._reader.older(request.guild_id, custom_id.filters, custom_id.entry_id)
        return views.page(shown, self._texts)

    async def newer(self, request: Request, custom_id: views.Newer) -> Result:
        """Turn to the page before."""
        shown = await self._reader.newer(request.guild_id, custom_id.filters, custom_id.entry_id)
        return views.page(shown, self._texts)
