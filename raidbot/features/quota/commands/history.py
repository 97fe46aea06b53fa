"""What raiders type to read their own rows."""

import lightbulb

from raidbot.features.dungeons.api import Catalogue
from raidbot.features.quota import models as m
from raidbot.features.quota.service import HistoryService
from raidbot.features.quota.views import history as views
from raidbot.kernel.discord.answers import Answer, Bucket, Policy, Result
from raidbot.kernel.discord.commands import invoke
from raidbot.kernel.discord.request import Request


class ShowMyRuns(lightbulb.SlashCommand, name="myruns", description="See the runs you completed, and your totals"):
    """`/myruns`: one's own history, also for who may not join at the moment."""

    @invoke(Policy(m.OWN_RUNS, Answer.PRIVATE, Bucket.INFO, quick=True))
    async def invoke(self, request: Request, catalogue: Catalogue, history: HistoryService) -> Result:
        """Show the newest page."""
        return views.history(await history.older(request.guild_id, request.user_id), catalogue)
