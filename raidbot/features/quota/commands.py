"""The slash commands of quota."""

import lightbulb

from raidbot.features.dungeons.api import Catalogue
from raidbot.features.quota import views
from raidbot.features.quota.models import OWN_RUNS
from raidbot.features.quota.service import HistoryService
from raidbot.kernel.discord.answers import Answer, Bucket, Policy, Result
from raidbot.kernel.discord.commands import invoke
from raidbot.kernel.discord.request import Request


class ShowMyRuns(lightbulb.SlashCommand, name="myruns", description="See the runs you completed, and your totals"):
    """`/myruns`: one's own history, also for who may not join at the moment."""

    @invoke(Policy(OWN_RUNS, Answer.PRIVATE, Bucket.INFO, quick=True))
    async def invoke(self, request: Request, catalogue: Catalogue, history: HistoryService) -> Result:
        """Show the newest page."""
        return views.history(await history.older(request.guild_id, request.user_id), catalogue)
