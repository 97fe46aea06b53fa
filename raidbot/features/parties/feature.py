"""How parties join the bot."""

from raidbot.features.dungeons.api import Catalogue, RecentDungeons
from raidbot.features.parties.commands import OpenParty
from raidbot.features.parties.components import PartyButtons
from raidbot.features.parties.events import PartyNoted
from raidbot.features.parties.jobs import jobs
from raidbot.features.parties.listeners import PartyListeners
from raidbot.features.parties.panels import PartyPanels, PartyThreads
from raidbot.features.parties.service import SEAT, SETTLE, WARN, PartyService, remember_dungeons
from raidbot.features.parties.views import AUDIT_TEXTS, ERROR_TEXTS
from raidbot.kernel.discord.feature import Feature, Kit
from raidbot.kernel.guilds import Module


def build(kit: Kit, catalogue: Catalogue, recent: RecentDungeons) -> Feature:
    """Build the feature."""
    kit.events.subscribe(PartyNoted, remember_dungeons(recent))
    parties = PartyService(kit.database, kit.owed, kit.events, kit.clock)
    threads = PartyThreads(parties, catalogue, kit.bot.rest, kit.posts)
    return Feature(
        name="parties",
        module=Module.RAIDS,
        commands=[OpenParty],
        routes=PartyButtons(parties).routes(),
        panels=PartyPanels(parties, catalogue).kinds,
        effects={SETTLE: threads.settle, SEAT: threads.seat, WARN: threads.warn},
        jobs=jobs(parties),
        listeners=PartyListeners(parties, kit.guilds).all(),
        error_texts=ERROR_TEXTS,
        audit_texts=AUDIT_TEXTS,
        services=[parties],
    )
