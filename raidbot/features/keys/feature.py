"""How key logging joins the bot."""

from raidbot.features.dungeons.api import Catalogue
from raidbot.features.keys.commands import LogKey, LogKeys
from raidbot.features.keys.components import KeyButtons
from raidbot.features.keys.service import KeyService
from raidbot.features.keys.views.panels import door
from raidbot.features.keys.views.texts import AUDIT_TEXTS, ERROR_TEXTS
from raidbot.features.quota.api import Ledger
from raidbot.kernel.discord.feature import Feature, Kit
from raidbot.kernel.discord.members import Members
from raidbot.kernel.guilds import Module

__all__ = ["build", "door"]


def build(kit: Kit, catalogue: Catalogue, ledger: Ledger) -> Feature:
    """Build the feature, which writes to this ledger."""
    keys = KeyService(kit.database, kit.events, kit.clock, ledger=ledger, catalogue=catalogue)
    return Feature(
        name="keys",
        module=Module.RAIDS,
        commands=[LogKey, LogKeys],
        routes=KeyButtons(keys, Members(kit.bot), catalogue).routes(),
        error_texts=ERROR_TEXTS,
        audit_texts=AUDIT_TEXTS,
        services=[keys],
    )
