"""How quota joins the bot."""

from raidbot.features.quota.service import note_completions
from raidbot.features.raids.events import CompletionsEarned
from raidbot.kernel.discord.feature import Feature
from raidbot.kernel.events import Events


def build(events: Events) -> Feature:
    """Listen to what raids earn."""
    events.subscribe(CompletionsEarned, note_completions)
    return Feature(name="quota")
