"""How the dungeons join the bot."""

from raidbot.features.dungeons.views import ERROR_TEXTS
from raidbot.kernel.discord.feature import Feature


def build() -> Feature:
    """Build the feature."""
    return Feature("dungeons", error_texts=ERROR_TEXTS)
