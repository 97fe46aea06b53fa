"""The slash commands of raids."""

import lightbulb

from raidbot.features.dungeons.api import Catalogue, suggest_dungeons
from raidbot.features.members.api import standing_of
from raidbot.features.raids import models as m
from raidbot.features.raids.models import ORGANIZE
from raidbot.features.raids.panels import screenshots
from raidbot.features.raids.panels.screenshots import RunScreenshots
from raidbot.features.raids.service import ORGANIZER_PANEL, OryxService, RaiderService, RunOpenings
from raidbot.features.raids.views import oryx as oryx_views
from raidbot.features.raids.views import overview, texts
from raidbot.kernel.discord.answers import Answer, Bucket, Policy, Reply, Result, ShowPanel
from raidbot.kernel.discord.checkup import Lookout, find_channel
from raidbot.kernel.discord.commands import autocomplete, invoke
from raidbot.kernel.discord.downloads import download
from raidbot.kernel.discord.easel import Easel
from raidbot.kernel.discord.guild_view import GuildView
from raidbot.kernel.discord.request import Request
from raidbot.kernel.discord.text import message_link
from raidbot.kernel.guilds import ChannelKey, RoleKey


class OpenRun(lightbulb.SlashCommand, name="run", description="Open a raid run in the raid channel"):
    """`/run`: validates first, then opens the run in one transaction; its panel is posted from the row."""

    dungeon = lightbulb.string("dungeon", "Which dungeon", autocomplete=autocomplete(suggest_dungeons))
    party = lightbulb.string("party", "The party, if you know it already", default=None, max_length=m.TEXT_MAX)
    location = lightbulb.string("location", "Where to go, if you know it", default=None, max_length=m.TEXT_MAX)
    description = lightbulb.string("description", "A note for the raiders", default=None, max_length=m.DESCRIPTION_MAX)

    @invoke(Policy(ORGANIZE, Answer.PRIVATE, Bucket.COMMAND))
    async def invoke(
        self,
        request: Request,
        catalogue: Catalogue,
        openings: RunOpenings,
        lookout: Lookout,
        easel: Easel,
    ) -> Result:
        """Open the run and show the organizer panel."""
        dungeon = catalogue.named(self.dungeon)
        channel_id = await find_channel(lookout, request.settings, m.RAID_CHANNEL)
        run = await openings.open_run(
            m.NewRun(
                guild_id=request.guild_id,
                organizer_id=request.user_id,
                organizer_name=request.display_name,
                organizer_role_ids=request.actor.role_ids,
                interaction_id=request.id,
                dungeon=dungeon.code,
                channel_id=channel_id,
                party=(self.party or "").strip() or None,
                location=(self.location or "").strip() or None,
                description=(self.description or "").strip() or None,
            ),
            run_roles=request.settings.run_roles,
        )
        message_id = await easel.posted(run.panel_id)
        link = None if message_id is None else message_link(request.guild_id, channel_id, message_id)
        note = texts.opened(dungeon, link, role_budget_spent=run.role_budget_spent)
        return ShowPanel(ORGANIZER_PANEL, m.topic_of(run.run_id), note)


class ShowRuns(lightbulb.SlashCommand, name="runs", description="See which runs are open or live right now"):
    """`/runs`: for whoever may join them."""

    @invoke(Policy(m.JOIN, Answer.PRIVATE, Bucket.INFO, quick=True))
    async def invoke(self, request: Request, catalogue: Catalogue, raiders: RaiderService, guilds: GuildView) -> Result:
        """List the runs, the newest first."""
        standing = standing_of(request.actor, request.settings)
        found = await raiders.active_runs(request.guild_id, request.user_id, standing)
        if isinstance(found, m.Outcome):
            return Reply(texts.outcome(found, request.settings.roles.get(RoleKey.VERIFIED_RAIDER)), refusal=True)
        if not found:
            return Reply(texts.no_runs(request.settings.channels.get(ChannelKey.RAID)))
        return Reply(embed=overview.runs(request.guild_id, found, catalogue, guilds.emojis(request.guild_id)))


class TakeScreenshot(lightbulb.SlashCommand, name="taken", description="Hand in the screenshot that your Oryx 3 needs"):
    """`/taken`: asks for all that may be missing before the picture is fetched, then keeps it in the raid log."""

    screenshot = lightbulb.attachment("screenshot", "Your full screen, with /who and /server in the chat")

    @invoke(Policy(ORGANIZE, Answer.PRIVATE, Bucket.COMMAND))
    async def invoke(self, request: Request, oryx: OryxService, lookout: Lookout, kept: RunScreenshots) -> Result:
        """Keep the screenshot with the organizer's own run."""
        run = await oryx.own_run(request.guild_id, request.user_id)
        channel_id = await find_channel(lookout, request.settings, m.RAID_LOG, screenshots.NEEDED)
        picture = self.screenshot
        submission = m.Submission(
            guild_id=request.guild_id,
            run_id=run.id,
            by=request.user_id,
            channel_id=channel_id,
            interaction_id=request.id,
            ending=m.picture_ending(picture.media_type, picture.size),
        )
        message_id = await kept.keep(run, submission, await download(picture))
        return Reply(oryx_views.kept(submission, message_id, run))
