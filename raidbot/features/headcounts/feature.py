"""How headcounts join the bot."""

from dataclasses import dataclass

from raidbot.features.dungeons.api import Catalogue
from raidbot.features.headcounts.commands import OpenHeadcount
from raidbot.features.headcounts.components import HeadcountButtons
from raidbot.features.headcounts.jobs import jobs
from raidbot.features.headcounts.listeners import HeadcountListeners
from raidbot.features.headcounts.panels import HeadcountPanels
from raidbot.features.headcounts.service import RETIRE, HeadcountService
from raidbot.features.headcounts.views.texts import AUDIT_TEXTS, ERROR_TEXTS
from raidbot.features.raids.api import RunOpenings
from raidbot.kernel.discord.feature import Feature, Kit
from raidbot.kernel.guilds import Module


@dataclass(frozen=True, slots=True)
class Headcounts:
    """The feature with the service that others may have to wait for at the end."""

    feature: Feature
    service: HeadcountService


def build(kit: Kit, catalogue: Catalogue, openings: RunOpenings) -> Headcounts:
    """Build the feature; what a headcount becomes is opened by raids."""
    service = HeadcountService(kit.database, kit.owed, kit.events, kit.clock, openings=openings, catalogue=catalogue)
    panels = HeadcountPanels(service, kit.guild_view, kit.bot.rest)
    feature = Feature(
        name="headcounts",
        module=Module.RAIDS,
        commands=[OpenHeadcount],
        routes=HeadcountButtons(service, catalogue, kit.posted).routes(),
        panels=panels.kinds,
        effects={RETIRE: panels.retire},
        jobs=jobs(service),
        listeners=HeadcountListeners(service, kit.guilds).all(),
        error_texts=ERROR_TEXTS,
        audit_texts=AUDIT_TEXTS,
        services=[service],
    )
    return Headcounts(feature, service)
