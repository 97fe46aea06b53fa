"""What other features may ask of members."""

from raidbot.features.members.models import Activity, ActivityKind
from raidbot.features.members.service import claim_activity, current_activity, release_activity

__all__ = ["Activity", "ActivityKind", "claim_activity", "current_activity", "release_activity"]
