"""The slash command of headcounts."""

import hikari
import lightbulb

from raidbot.features.dungeons.api import Catalogue
from raidbot.features.headcounts import models as m
from raidbot.features.headcounts.service import ORGANIZER_PANEL, HeadcountService
from raidbot.features.headcounts.views import choosing, texts
from raidbot.features.raids.api import NoRaidChannelError, RaidChannelClosedError
from raidbot.kernel.discord.answers import Answer, Bucket, Policy, Result, ShowPanel
from raidbot.kernel.discord.checkup import Lookout, titles
from raidbot.kernel.discord.commands import invoke
from raidbot.kernel.discord.guild_view import GuildView
from raidbot.kernel.discord.request import Request
from raidbot.kernel.guilds import ChannelKey

NEEDED = (
    hikari.Permissions.VIEW_CHANNEL
    | hikari.Permissions.SEND_MESSAGES
    | hikari.Permissions.EMBED_LINKS
    | hikari.Permissions.READ_MESSAGE_HISTORY
)


class OpenHeadcount(lightbulb.SlashCommand, name="headcount", description="Ask who would raid, before there is a run"):
    """`/headcount`: validates first, then lets the organizer choose the dungeons."""

    @invoke(Policy(m.ORGANIZE, Answer.PRIVATE, Bucket.COMMAND))
    async def invoke(
        self,
        request: Request,
        catalogue: Catalogue,
        headcounts: HeadcountService,
        guilds: GuildView,
        lookout: Lookout,
    ) -> Result:
        """Show the selects, or the headcount that is in the way."""
        channel_id = request.settings.channels.get(ChannelKey.RAID)
        if channel_id is None or not guilds.channel_exists(request.guild_id, channel_id):
            raise NoRaidChannelError
        granted = (await lookout.look(request.guild_id)).granted_in(channel_id)
        if missing := NEEDED & ~granted:
            raise RaidChannelClosedError(channel_id, titles(missing))
        draft = m.Draft(request.id, request.guild_id, request.user_id, channel_id, ())
        in_the_way = await headcounts.begin(draft)
        if in_the_way is not None:
            return ShowPanel(ORGANIZER_PANEL, m.topic_of(in_the_way), texts.IN_THE_WAY)
        return choosing.chooser(draft, catalogue)
