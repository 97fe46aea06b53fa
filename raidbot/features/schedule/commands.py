"""The slash commands of scheduled runs."""

from typing import Final

import lightbulb

from raidbot.features.dungeons.api import Catalogue, suggest_dungeons
from raidbot.features.raids import api as raids
from raidbot.features.schedule import models as m
from raidbot.features.schedule import views
from raidbot.features.schedule.service import ScheduleService
from raidbot.kernel.discord.answers import Answer, Bucket, Policy, Reply, Result
from raidbot.kernel.discord.checkup import Lookout, find_channel
from raidbot.kernel.discord.commands import autocomplete, invoke
from raidbot.kernel.discord.easel import Easel
from raidbot.kernel.discord.request import Request
from raidbot.kernel.guilds import GuildStore

SUGGESTED: Final = ("in 30m", "in 1h", "in 2h", "20:00", "tomorrow 20:00")


@autocomplete
async def complete_when(
    text: str, guild_id: int, schedule: ScheduleService, guilds: GuildStore
) -> list[tuple[str, str]]:
    """Show how a time is understood, in the guild's zone; the choice is the moment itself."""
    zone = guilds.cached(guild_id).zone
    choices = []
    for typed in (text,) if text.strip() else SUGGESTED:
        try:
            moment = schedule.understood(typed, zone)
        except m.PlanError:
            choices.append((views.not_understood(typed), typed))
        else:
            choices.append((views.spoken(moment, schedule.ahead(moment), zone), f"<t:{int(moment.timestamp())}>"))
    return choices


class PlanRun(lightbulb.SlashCommand, name="schedule", description="Announce a run for later, with a reminder"):
    """`/schedule`: validates first, then plans the run in one transaction; its panel is posted from the row."""

    dungeon = lightbulb.string("dungeon", "Which dungeon", autocomplete=autocomplete(suggest_dungeons))
    when = lightbulb.string(
        "when", "Like 20:30, tomorrow 20:30, fri 20:30, 2026-12-24 20:30, in 2h30m", autocomplete=complete_when
    )
    party = lightbulb.string("party", "The party, if you know it already", default=None, max_length=m.TEXT_MAX)
    location = lightbulb.string("location", "Where to go, if you know it", default=None, max_length=m.TEXT_MAX)
    description = lightbulb.string("description", "A note for the raiders", default=None, max_length=m.DESCRIPTION_MAX)

    @invoke(Policy(m.PLAN, Answer.PRIVATE, Bucket.COMMAND))
    async def invoke(
        self,
        request: Request,
        catalogue: Catalogue,
        schedule: ScheduleService,
        lookout: Lookout,
        easel: Easel,
    ) -> Result:
        """Plan the run."""
        dungeon = catalogue.named(self.dungeon)
        starts_at = schedule.understood(self.when, request.settings.zone)
        announced = await schedule.plan_run(
            m.NewPlan(
                guild_id=request.guild_id,
                organizer_id=request.user_id,
                interaction_id=request.id,
                dungeon=dungeon.code,
                channel_id=await find_channel(lookout, request.settings, raids.RAID_CHANNEL),
                party=(self.party or "").strip() or None,
                location=(self.location or "").strip() or None,
                description=(self.description or "").strip() or None,
                starts_at=starts_at,
            )
        )
        message_id = await easel.posted(announced.panel_id)
        return views.announced(announced.plan, dungeon, message_id)


class ShowPlanned(lightbulb.SlashCommand, name="planned", description="See which runs are planned, and when"):
    """`/planned`: the announcements of the raid channel at one glance."""

    @invoke(Policy(m.FOLLOW, Answer.PRIVATE, Bucket.INFO, quick=True))
    async def invoke(self, request: Request, catalogue: Catalogue, schedule: ScheduleService) -> Result:
        """List what is planned, the next first."""
        found = await schedule.upcoming(request.guild_id)
        if not found:
            return Reply(views.NOTHING_PLANNED)
        return Reply(embed=views.overview(request.guild_id, found, catalogue))
