"""Guided tours, as data: a feature brings its own by adding one to TOURS."""

from raidbot.playground.page.tours.models import (
    Backstage,
    BotIs,
    Choose,
    Crowd,
    Deed,
    Fill,
    Press,
    Sees,
    SeesForm,
    Step,
    Tour,
    Type,
    told,
)
from raidbot.playground.page.tours.raid_night import RAID_NIGHT
from raidbot.playground.page.tours.storm import STORM

__all__ = [
    "TOURS",
    "Backstage",
    "BotIs",
    "Choose",
    "Crowd",
    "Deed",
    "Fill",
    "Press",
    "Sees",
    "SeesForm",
    "Step",
    "Tour",
    "Type",
    "told",
]

TOURS = (RAID_NIGHT, STORM)
