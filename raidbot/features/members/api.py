"""What other features may ask of members."""

from raidbot.features.members.models import Activity, ActivityKind, Presence, Standing, standing_of
from raidbot.features.members.service import claim_activity, current_activity, release_activity, suspended
from raidbot.features.members.views import suspended_text, unverified_text

__all__ = [
    "Activity",
    "ActivityKind",
    "Presence",
    "Standing",
    "claim_activity",
    "current_activity",
    "release_activity",
    "standing_of",
    "suspended",
    "suspended_text",
    "unverified_text",
]
