"""Use cases of raids.

`opening` opens runs, `organizers` and `limits` are what organizers do, `requests` what they call for, `oryx` what they
do in Oryx 3, `raiders` what raiders do, `upkeep` what runs by itself, `others` what other features are told, `keys`
and `ended` what they may ask.
"""

from raidbot.features.raids.service.core import (
    ASK_ROLES,
    CLOSE_WINDOW,
    CREATE_ROLE,
    DELETE_MESSAGE,
    DELETE_ROLE,
    DROP_REQUEST,
    FIND_SCREENSHOT,
    HEADCOUNT_PANEL,
    LOCK_JOIN,
    ORGANIZER_PANEL,
    PUBLIC_PANEL,
    RECALL_PING,
    REQUEST_PANEL,
    SEND_PING,
)
from raidbot.features.raids.service.ended import ended_run, ended_runs, key_offers
from raidbot.features.raids.service.keys import find_run, key_holders, show_place
from raidbot.features.raids.service.limits import LimitService
from raidbot.features.raids.service.opening import RunOpenings
from raidbot.features.raids.service.organizers import OrganizerService
from raidbot.features.raids.service.oryx import OryxService
from raidbot.features.raids.service.others import openings, presences, remember_dungeons
from raidbot.features.raids.service.raiders import RaiderService
from raidbot.features.raids.service.requests import RequestService
from raidbot.features.raids.service.upkeep import PingPlan, UpkeepService

__all__ = [
    "ASK_ROLES",
    "CLOSE_WINDOW",
    "CREATE_ROLE",
    "DELETE_MESSAGE",
    "DELETE_ROLE",
    "DROP_REQUEST",
    "FIND_SCREENSHOT",
    "HEADCOUNT_PANEL",
    "LOCK_JOIN",
    "ORGANIZER_PANEL",
    "PUBLIC_PANEL",
    "RECALL_PING",
    "REQUEST_PANEL",
    "SEND_PING",
    "LimitService",
    "OrganizerService",
    "OryxService",
    "PingPlan",
    "RaiderService",
    "RequestService",
    "RunOpenings",
    "UpkeepService",
    "ended_run",
    "ended_runs",
    "find_run",
    "key_holders",
    "key_offers",
    "openings",
    "presences",
    "remember_dungeons",
    "show_place",
]
