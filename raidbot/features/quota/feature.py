"""How quota joins the bot: the ledger always, what raiders read of it as a part of raids."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from raidbot.features.dungeons.api import Catalogue
from raidbot.features.quota.commands import AddPoints, AddQuotaPoints, LogRun, ShowMyRuns
from raidbot.features.quota.components import HistoryButtons, LedgerButtons
from raidbot.features.quota.service import HistoryService, Ledger, StaffService, look_at_totals
from raidbot.features.quota.views.ledger import AUDIT_TEXTS, ERROR_TEXTS
from raidbot.features.raids.events import CompletionsEarned, RunOrganised
from raidbot.kernel.discord.checkup import Check
from raidbot.kernel.discord.feature import Feature, Kit
from raidbot.kernel.guilds import Module

CHECKS: Final[Sequence[Check]] = (look_at_totals,)


@dataclass(frozen=True, slots=True)
class Quota:
    """The feature, with the ledger for others who write to it."""

    feature: Feature
    ledger: Ledger


def build(kit: Kit, catalogue: Catalogue) -> Quota:
    """Listen to what raids earn, and build what staff correct it by."""
    positions = kit.guild_view.role_positions
    ledger = Ledger(catalogue, positions, kit.clock)
    kit.events.subscribe(CompletionsEarned, ledger.note_completions)
    kit.events.subscribe(RunOrganised, ledger.note_organised)
    staff = StaffService(kit.database, ledger, positions)
    feature = Feature(
        name="quota",
        module=Module.QUOTA,
        commands=[AddPoints, AddQuotaPoints, LogRun],
        routes=LedgerButtons(staff, catalogue).routes(),
        error_texts=ERROR_TEXTS,
        audit_texts=AUDIT_TEXTS,
        services=[staff],
    )
    return Quota(feature, ledger)


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
