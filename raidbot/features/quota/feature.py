"""How quota joins the bot: the ledger always, what raiders read of it as a part of raids."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from raidbot.features.dungeons.api import Catalogue
from raidbot.features.quota.commands import AddPoints, AddQuotaPoints, LogRun, ShowLeaderboard, ShowMyRuns, ShowStats
from raidbot.features.quota.components import BoardButtons, HistoryButtons, LedgerButtons
from raidbot.features.quota.service import BoardService, HistoryService, Ledger, StaffService, look_at_totals
from raidbot.features.quota.views import boards as board_views
from raidbot.features.quota.views import ledger as views
from raidbot.features.raids.events import CompletionsEarned, RunOrganised
from raidbot.kernel.discord.checkup import Check
from raidbot.kernel.discord.feature import Feature, Kit
from raidbot.kernel.discord.members import Members
from raidbot.kernel.guilds import Module

CHECKS: Final[Sequence[Check]] = (look_at_totals,)


@dataclass(frozen=True, slots=True)
class Quota:
    """The feature, with the ledger for others who write to it."""

    feature: Feature
    ledger: Ledger


def build(kit: Kit, catalogue: Catalogue) -> Quota:
    """Listen to what raids earn; build what staff correct it by, and what members read."""
    positions = kit.guild_view.role_positions
    ledger = Ledger(catalogue, positions, kit.clock)
    kit.events.subscribe(CompletionsEarned, ledger.note_completions)
    kit.events.subscribe(RunOrganised, ledger.note_organised)
    staff = StaffService(kit.database, ledger, positions)
    boards = BoardService(kit.database, kit.clock)
    feature = Feature(
        name="quota",
        module=Module.QUOTA,
        commands=[AddPoints, AddQuotaPoints, LogRun, ShowLeaderboard, ShowStats],
        routes=[
            *LedgerButtons(staff, catalogue).routes(),
            *BoardButtons(boards, catalogue, kit.pictures, Members(kit.bot)).routes(),
        ],
        error_texts={**views.ERROR_TEXTS, **board_views.ERROR_TEXTS},
        audit_texts=views.AUDIT_TEXTS,
        services=[staff, boards],
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
