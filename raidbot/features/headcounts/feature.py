"""How headcounts join the bot."""

from dataclasses import dataclass

from raidbot.features.dungeons.api import Catalogue
from raidbot.features.headcounts.commands import OpenHeadcount
from raidbot.features.headcounts.components import HeadcountButtons
from raidbot.features.headcounts.jobs import jobs
from raidbot.features.headcounts.panels import HeadcountPanels
from raidbot.features.headcounts.service import RETIRE, HeadcountService
from raidbot.features.headcounts.views.texts import AUDIT_TEXTS, ERROR_TEXTS
from raidbot.features.raids.api import RunOpenings
from raidbot.kernel.discord.departures import Departures
from raidbot.kernel.discord.feature import Feature, Kit
from raidbot.kernel.guilds import Module, RoleKey


@dataclass(frozen=True, slots=True)
class Headcounts:
    """The feature with the service that others may have to wait for at the end."""

    feature: Feature
    service: HeadcountService


def build(kit: Kit, catalogue: Catalogue, openings: RunOpenings) -> Headcounts:
    """Build the feature; what a headcount becomes is opened by raids."""
    service = HeadcountService(kit.database, kit.owed, kit.events, kit.clock, openings=openings, catalogue=catalogue)
    panels = HeadcountPanels(service, kit.guild_view, kit.bot.rest)
    departures = Departures(
        kit.guilds,
        module=Module.RAIDS,
        barred=(RoleKey.SUSPENDED,),
        everybody=service.everybody,
        take_off=service.take_off,
    )
    feature = Feature(
        name="headcounts",
        module=Module.RAIDS,
        commands=[OpenHeadcount],
        routes=HeadcountButtons(service, catalogue, kit.posted).routes(),
        panels=panels.kinds,
        effects={RETIRE: panels.retire},
        jobs=jobs(service),
        listeners=departures.all(),
        error_texts=ERROR_TEXTS,
        audit_texts=AUDIT_TEXTS,
        services=[service],
    )
    return Headcounts(feature, service)
