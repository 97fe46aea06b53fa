"""The slash command of headcounts."""

import lightbulb

from raidbot.features.dungeons.api import Catalogue
from raidbot.features.headcounts import models as m
from raidbot.features.headcounts.service import ORGANIZER_PANEL, HeadcountService
from raidbot.features.headcounts.views import choosing, texts
from raidbot.features.raids.api import RAID_CHANNEL
from raidbot.kernel.discord.answers import Answer, Bucket, Policy, Result, ShowPanel
from raidbot.kernel.discord.checkup import Lookout, find_channel
from raidbot.kernel.discord.commands import invoke
from raidbot.kernel.discord.request import Request


class OpenHeadcount(lightbulb.SlashCommand, name="headcount", description="Ask who would raid, before there is a run"):
    """`/headcount`: validates first, then lets the organizer choose the dungeons."""

    @invoke(Policy(m.ORGANIZE, Answer.PRIVATE, Bucket.COMMAND))
    async def invoke(
        self, request: Request, catalogue: Catalogue, headcounts: HeadcountService, lookout: Lookout
    ) -> Result:
        """Show the selects, or the headcount that is in the way."""
        channel_id = await find_channel(lookout, request.settings, RAID_CHANNEL)
        draft = m.Draft(request.id, request.guild_id, request.user_id, channel_id, ())
        in_the_way = await headcounts.begin(draft)
        if in_the_way is not None:
            return ShowPanel(ORGANIZER_PANEL, m.topic_of(in_the_way), texts.IN_THE_WAY)
        return choosing.chooser(draft, catalogue)
