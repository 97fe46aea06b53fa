"""What other features may ask of raids."""

from raidbot.features.raids.models import (
    BusyError,
    NewRun,
    NoRaidChannelError,
    OpenedRun,
    RaidChannelClosedError,
    topic_of,
)
from raidbot.features.raids.service import (
    HEADCOUNT_PANEL,
    ORGANIZER_PANEL,
    PUBLIC_PANEL,
    RunOpenings,
    openings,
    presences,
)

__all__ = [
    "HEADCOUNT_PANEL",
    "ORGANIZER_PANEL",
    "PUBLIC_PANEL",
    "BusyError",
    "NewRun",
    "NoRaidChannelError",
    "OpenedRun",
    "RaidChannelClosedError",
    "RunOpenings",
    "openings",
    "presences",
    "topic_of",
]
