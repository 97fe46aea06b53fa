"""What other features may ask of headcounts."""

from raidbot.features.headcounts.models import topic_of
from raidbot.features.headcounts.service import presences

__all__ = ["presences", "topic_of"]
