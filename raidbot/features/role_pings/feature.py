"""How role pings join the bot."""

from raidbot.features.dungeons.api import Catalogue
from raidbot.features.role_pings.commands import ConfigRolePings, SendRolePingEmbed
from raidbot.features.role_pings.components import RolePingButtons
from raidbot.features.role_pings.listeners import RolePingListeners
from raidbot.features.role_pings.panels import RolePingPanels
from raidbot.features.role_pings.service import RolePingService
from raidbot.features.role_pings.views.texts import audit_texts, error_texts
from raidbot.kernel.discord.feature import Feature, Kit
from raidbot.kernel.guilds import Module


def build(kit: Kit, catalogue: Catalogue) -> Feature:
    """Build the feature."""
    pings = RolePingService(kit.database, kit.owed, kit.clock)
    panels = RolePingPanels(pings, catalogue, kit.bot.rest, kit.guilds)
    return Feature(
        name="role_pings",
        module=Module.RAIDS,
        commands=[ConfigRolePings, SendRolePingEmbed],
        routes=RolePingButtons(pings, catalogue, kit.lookout).routes(),
        panels=panels.kinds,
        effects=panels.effects,
        setup=[panels.set_up],
        listeners=RolePingListeners(pings, catalogue, kit.staff, kit.bot.cache).all(),
        error_texts=error_texts(catalogue),
        audit_texts=audit_texts(catalogue),
        services=[pings],
    )
