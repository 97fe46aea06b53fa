"""What other features may ask of parties."""

from raidbot.features.parties.models import topic_of
from raidbot.features.parties.service import openings, presences

__all__ = ["openings", "presences", "topic_of"]
