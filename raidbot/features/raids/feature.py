"""How raids join the bot."""

from dataclasses import dataclass

from raidbot.features.dungeons.api import Catalogue
from raidbot.features.raids.commands import OpenRun, ShowRuns
from raidbot.features.raids.components.organizers import OrganizerButtons
from raidbot.features.raids.components.raiders import RaiderButtons
from raidbot.features.raids.jobs import jobs
from raidbot.features.raids.listeners import RaidListeners
from raidbot.features.raids.panels.drawing import RunPanels
from raidbot.features.raids.panels.pings import RunPings
from raidbot.features.raids.panels.roles import RunRoles
from raidbot.features.raids.service import (
    CLOSE_WINDOW,
    CREATE_ROLE,
    DELETE_MESSAGE,
    DELETE_ROLE,
    RECALL_PING,
    SEND_PING,
    OrganizerService,
    RaiderService,
    RunOpenings,
    UpkeepService,
)
from raidbot.features.raids.views.texts import error_texts
from raidbot.kernel.discord.feature import Feature, Kit
from raidbot.kernel.guilds import Module


@dataclass(frozen=True, slots=True)
class Raids:
    """The feature with the services that others may have to wait for at the end."""

    feature: Feature
    raiders: RaiderService
    openings: RunOpenings


def build(kit: Kit, catalogue: Catalogue) -> Raids:
    """Build the feature."""
    shared = (kit.database, kit.owed, kit.events, kit.clock)
    raiders, organizers, upkeep = RaiderService(*shared), OrganizerService(*shared), UpkeepService(*shared)
    openings = RunOpenings(*shared)
    roles = RunRoles(upkeep, catalogue, kit.bot.rest, kit.clock)
    pings = RunPings(upkeep, catalogue, kit.bot.rest, kit.clock, kit.me)
    feature = Feature(
        name="raids",
        module=Module.RAIDS,
        commands=[OpenRun, ShowRuns],
        routes=[
            *RaiderButtons(raiders, organizers, catalogue).routes(),
            *OrganizerButtons(organizers, catalogue).routes(),
        ],
        panels=RunPanels(organizers, catalogue, kit.guild_view, kit.clock).kinds,
        effects={
            CREATE_ROLE: roles.create,
            DELETE_ROLE: roles.delete,
            SEND_PING: pings.send,
            RECALL_PING: pings.recall,
            DELETE_MESSAGE: pings.delete,
            CLOSE_WINDOW: pings.close_window,
        },
        jobs=jobs(upkeep),
        listeners=RaidListeners(raiders, kit.guilds).all(),
        error_texts=error_texts(catalogue),
        services=[openings, organizers, raiders],
    )
    return Raids(feature, raiders, openings)
