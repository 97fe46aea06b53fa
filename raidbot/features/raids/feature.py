"""How raids join the bot."""

from dataclasses import dataclass

import hikari

from raidbot.features.dungeons.api import Catalogue, RecentDungeons
from raidbot.features.raids.commands import OpenRun, ShowRuns, TakeScreenshot
from raidbot.features.raids.components.limits import LimitButtons
from raidbot.features.raids.components.organizers import OrganizerButtons
from raidbot.features.raids.components.oryx import OryxButtons
from raidbot.features.raids.components.raiders import RaiderButtons
from raidbot.features.raids.components.requests import RequestButtons
from raidbot.features.raids.events import RunNoted
from raidbot.features.raids.jobs import jobs
from raidbot.features.raids.listeners import RaidListeners
from raidbot.features.raids.models import KEY_WITHDRAWN
from raidbot.features.raids.panels.drawing import RunPanels
from raidbot.features.raids.panels.pings import RunPings
from raidbot.features.raids.panels.requests import RequestPanels
from raidbot.features.raids.panels.roles import RunRoles
from raidbot.features.raids.panels.screenshots import RunScreenshots
from raidbot.features.raids.service import (
    ASK_ROLES,
    CLOSE_WINDOW,
    CREATE_ROLE,
    DELETE_MESSAGE,
    DELETE_ROLE,
    DROP_REQUEST,
    FIND_SCREENSHOT,
    LOCK_JOIN,
    RECALL_PING,
    SEND_PING,
    LimitService,
    OrganizerService,
    OryxService,
    RaiderService,
    RequestService,
    RunOpenings,
    UpkeepService,
    remember_dungeons,
)
from raidbot.features.raids.views import oryx as oryx_views
from raidbot.features.raids.views.panels import Afterwards
from raidbot.features.raids.views.texts import AUDIT_TEXTS, error_texts
from raidbot.kernel.database import Retry
from raidbot.kernel.discord.feature import Feature, Kit
from raidbot.kernel.guilds import Module
from raidbot.kernel.owed import Effect


@dataclass(frozen=True, slots=True)
class Raids:
    """The feature with the services that others may have to wait for at the end."""

    feature: Feature
    raiders: RaiderService
    openings: RunOpenings


def build(kit: Kit, catalogue: Catalogue, recent: RecentDungeons, afterwards: Afterwards) -> Raids:
    """Build the feature; `afterwards` draws what organizers can do once a run has ended."""
    kit.events.subscribe(RunNoted, remember_dungeons(recent))
    shared = (kit.database, kit.owed, kit.events, kit.clock)
    raiders, organizers, upkeep = RaiderService(*shared), OrganizerService(*shared), UpkeepService(*shared)
    openings, requests, oryx = RunOpenings(*shared), RequestService(*shared), OryxService(*shared)
    roles = RunRoles(upkeep, catalogue, kit.bot.rest, kit.clock)
    request_panels = RequestPanels(requests, catalogue, kit.bot.rest)
    pings = RunPings(upkeep, catalogue, kit.bot.rest, kit.posts)
    screenshots = RunScreenshots(oryx, upkeep, catalogue, kit.bot.rest, kit.me)

    async def withdrawn(effect: Effect) -> None:
        run_id, key, user_id = effect.subject.split(":")
        await upkeep.key_withdrawn(effect.guild_id, int(run_id), key, int(user_id))

    async def ask_roles(effect: Effect) -> None:
        if not kit.bot.shard_count:  # not there yet: all organizers are asked for as their guild comes
            return
        try:
            await kit.bot.request_guild_members(effect.guild_id, users=[int(effect.subject)])
        except hikari.ComponentStateConflictError as away:  # the connection is lost for a moment
            raise Retry(str(away)) from None

    listeners = RaidListeners(raiders, organizers, kit.guilds)
    kit.events.subscribe(RunNoted, listeners.noted)
    feature = Feature(
        name="raids",
        module=Module.RAIDS,
        commands=[OpenRun, ShowRuns, TakeScreenshot],
        routes=[
            *RaiderButtons(raiders, organizers, catalogue).routes(),
            *OrganizerButtons(organizers, catalogue, kit.guild_view).routes(),
            *OryxButtons(oryx, organizers).routes(),
            *RequestButtons(requests, organizers, raiders, catalogue).routes(),
            *LimitButtons(LimitService(*shared), organizers, catalogue, kit.pictures).routes(),
        ],
        panels={
            **RunPanels(organizers, requests, catalogue, kit.guild_view, kit.clock, afterwards).kinds,
            **request_panels.kinds,
        },
        effects={
            CREATE_ROLE: roles.create,
            DELETE_ROLE: roles.delete,
            SEND_PING: pings.send,
            RECALL_PING: pings.recall,
            DELETE_MESSAGE: pings.delete,
            CLOSE_WINDOW: pings.close_window,
            FIND_SCREENSHOT: screenshots.find,
            KEY_WITHDRAWN: withdrawn,
            DROP_REQUEST: request_panels.drop,
            ASK_ROLES: ask_roles,
            LOCK_JOIN: pings.lock_join,
        },
        jobs=jobs(upkeep, kit.guild_view.knows),
        listeners=listeners.all(),
        error_texts={**error_texts(catalogue), **oryx_views.ERROR_TEXTS},
        audit_texts=AUDIT_TEXTS,
        services=[openings, organizers, raiders, oryx, screenshots],
    )
    return Raids(feature, raiders, openings)
