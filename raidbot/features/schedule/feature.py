"""How scheduled runs join the bot."""

from dataclasses import dataclass

from raidbot.features.dungeons.api import Catalogue
from raidbot.features.raids.api import RunOpenings
from raidbot.features.schedule.commands import PlanRun, ShowPlanned
from raidbot.features.schedule.components import ScheduleButtons
from raidbot.features.schedule.jobs import jobs
from raidbot.features.schedule.panels import ScheduleMessages, SchedulePanels
from raidbot.features.schedule.service import ScheduleService
from raidbot.features.schedule.views import AUDIT_TEXTS, ERROR_TEXTS
from raidbot.kernel.discord.feature import Feature, Kit
from raidbot.kernel.guilds import Module


@dataclass(frozen=True, slots=True)
class Schedule:
    """The feature with the service that others may have to wait for at the end."""

    feature: Feature
    service: ScheduleService


def build(kit: Kit, catalogue: Catalogue, openings: RunOpenings) -> Schedule:
    """Build the feature."""
    schedule = ScheduleService(kit.database, kit.owed, kit.clock, openings)
    feature = Feature(
        name="schedule",
        module=Module.RAIDS,
        commands=[PlanRun, ShowPlanned],
        routes=ScheduleButtons(schedule, catalogue, kit.lookout, kit.posted).routes(),
        panels=SchedulePanels(schedule, catalogue).kinds,
        effects=ScheduleMessages(schedule, catalogue, kit.bot.rest, kit.posts).effects,
        jobs=jobs(schedule),
        error_texts=ERROR_TEXTS,
        audit_texts=AUDIT_TEXTS,
        services=[schedule],
    )
    return Schedule(feature, schedule)
