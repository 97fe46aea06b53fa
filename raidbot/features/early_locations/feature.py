"""How early locations join the bot."""

from raidbot.features.dungeons.api import Catalogue
from raidbot.features.early_locations.components import EarlyButtons
from raidbot.features.early_locations.panels import EarlyMessages
from raidbot.features.early_locations.service import ANNOUNCE, TELL, EarlyLocationService
from raidbot.features.raids.api import RaiderService
from raidbot.features.raids.events import KeyConfirmed, KeyWithdrawn, PlaceShown, RunNoted
from raidbot.kernel.discord.feature import Feature, Kit
from raidbot.kernel.guilds import Module


def build(kit: Kit, catalogue: Catalogue, raiders: RaiderService) -> Feature:
    """Build the feature and have it listen to raids."""
    service = EarlyLocationService(kit.database, kit.owed, kit.clock, kit.guilds, catalogue)
    kit.events.subscribe(RunNoted, service.run_noted)
    kit.events.subscribe(KeyConfirmed, service.holders_changed)
    kit.events.subscribe(KeyWithdrawn, service.holders_changed)
    kit.events.subscribe(PlaceShown, service.place_shown)
    messages = EarlyMessages(service, catalogue, kit.guilds, kit.guild_view, kit.bot.rest, kit.posts)
    return Feature(
        name="early_locations",
        module=Module.RAIDS,
        routes=EarlyButtons(raiders).routes(),
        effects={TELL: messages.tell, ANNOUNCE: messages.announce},
    )
