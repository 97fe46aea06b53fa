"""How quota joins the bot: the ledger always, what raiders read of it as a part of raids."""

from raidbot.features.dungeons.api import Catalogue
from raidbot.features.quota.commands import ShowMyRuns
from raidbot.features.quota.components import HistoryButtons
from raidbot.features.quota.service import HistoryService, note_completions
from raidbot.features.raids.events import CompletionsEarned
from raidbot.kernel.discord.feature import Feature, Kit
from raidbot.kernel.events import Events
from raidbot.kernel.guilds import Module


def build(events: Events) -> Feature:
    """Listen to what raids earn."""
    events.subscribe(CompletionsEarned, note_completions)
    return Feature(name="quota")


def build_history(kit: Kit, catalogue: Catalogue) -> Feature:
    """Build `/myruns`, which is on where raids are."""
    history = HistoryService(kit.database, kit.clock)
    return Feature(
        name="history",
        module=Module.RAIDS,
        commands=[ShowMyRuns],
        routes=HistoryButtons(history, catalogue).routes(),
        services=[history],
    )
