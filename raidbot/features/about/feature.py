"""How what the bot says of itself joins the bot."""

from raidbot.features.about.commands import About, Help, Life, Ping
from raidbot.features.about.views import ERROR_TEXTS
from raidbot.kernel.discord.feature import Feature, Kit
from raidbot.kernel.discord.guide import Guide


def build(kit: Kit, guide: Guide) -> Feature:
    """Build the feature; the guide knows the commands of all features."""
    return Feature(
        name="about",
        commands=[Help, Ping, About],
        error_texts=ERROR_TEXTS,
        services=[guide, Life(kit.bot, kit.clock.now())],
    )
