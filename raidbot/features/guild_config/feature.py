"""How the configuration joins the bot."""

from collections.abc import Sequence

from raidbot.features.guild_config.commands import SetChannels, SetRoles, SetUpGuild, ShowConfig, Unset
from raidbot.features.guild_config.components import ConfigButtons
from raidbot.features.guild_config.listeners import ConfigListeners
from raidbot.features.guild_config.panels import ConfigDesk, GuildMaker
from raidbot.features.guild_config.service import ConfigService
from raidbot.features.guild_config.views.mappings import AUDIT_TEXTS, ERROR_TEXTS
from raidbot.kernel.discord.feature import Feature, Kit
from raidbot.kernel.guilds import Module


def build(kit: Kit, others: Sequence[Feature]) -> Feature:
    """Build the feature; `others` are those whose modules can be switched and whose panels `/setup` posts."""
    config = ConfigService(kit.database, kit.guilds)
    modules = [module for module in Module if any(feature.module is module for feature in others)]
    steps = [step for feature in others for step in feature.setup]
    desk = ConfigDesk(config, kit.lookout, GuildMaker(kit.bot.rest, kit.me), kit.clock, modules, steps)
    return Feature(
        name="guild_config",
        commands=[ShowConfig, SetUpGuild, SetRoles, SetChannels, Unset],
        routes=ConfigButtons(config, desk).routes(),
        listeners=ConfigListeners(config, kit.staff, kit.bot.cache).all(),
        error_texts=ERROR_TEXTS,
        audit_texts=AUDIT_TEXTS,
        services=[config, desk],
    )
