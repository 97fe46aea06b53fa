"""How the configuration joins the bot."""

from raidbot.features.guild_config.commands import SetChannels, SetRoles, Unset
from raidbot.features.guild_config.listeners import ConfigListeners
from raidbot.features.guild_config.service import ConfigService
from raidbot.features.guild_config.views import ERROR_TEXTS
from raidbot.kernel.discord.feature import Feature, Kit


def build(kit: Kit) -> Feature:
    """Build the feature."""
    config = ConfigService(kit.database, kit.guilds)
    return Feature(
        name="guild_config",
        commands=[SetRoles, SetChannels, Unset],
        listeners=ConfigListeners(config, kit.staff, kit.bot.cache).all(),
        error_texts=ERROR_TEXTS,
        services=[config],
    )
