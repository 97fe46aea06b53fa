"""How quota joins the bot: the ledger always, what raiders read of it as a part of raids."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from raidbot.features.dungeons.api import Catalogue
from raidbot.features.quota.commands import (
    AddPoints,
    AddQuotaPoints,
    ConfigPoints,
    ConfigQuota,
    ExcuseMember,
    LogRun,
    ShowLeaderboard,
    ShowMyRuns,
    ShowQuota,
    ShowStats,
)
from raidbot.features.quota.components import (
    BoardButtons,
    ConfigButtons,
    HistoryButtons,
    LedgerButtons,
    QuotaButtons,
    RecalculationButtons,
)
from raidbot.features.quota.jobs import jobs, look_with
from raidbot.features.quota.listeners import QuotaListeners
from raidbot.features.quota.panels import QuotaPanels, QuotaReports
from raidbot.features.quota.service import (
    BoardService,
    ConfigService,
    HistoryService,
    HolderService,
    Ledger,
    PeriodService,
    RecalculationService,
    StaffService,
    look_at_totals,
)
from raidbot.features.quota.views import boards as board_views
from raidbot.features.quota.views import ledger as ledger_views
from raidbot.features.quota.views.audit import audit_texts
from raidbot.features.quota.views.ledger import ERROR_TEXTS
from raidbot.features.quota.views.refusals import REFUSALS
from raidbot.features.raids.events import CompletionsEarned, RunOrganised
from raidbot.kernel.discord.checkup import Check
from raidbot.kernel.discord.feature import Feature, Kit
from raidbot.kernel.discord.members import Members
from raidbot.kernel.guilds import Module, ZoneChanged

CHECKS: Final[Sequence[Check]] = (look_at_totals,)


@dataclass(frozen=True, slots=True)
class Quota:
    """The feature, with the ledger for others who write to it."""

    feature: Feature
    ledger: Ledger


def build(kit: Kit, catalogue: Catalogue) -> Quota:
    """Listen to what raids earn; build what staff correct it by, and what members read."""
    positions = kit.guild_view.role_positions
    ledger = Ledger(catalogue, positions, kit.clock, kit.owed)
    kit.events.subscribe(CompletionsEarned, ledger.note_completions)
    kit.events.subscribe(RunOrganised, ledger.note_organised)
    staff = StaffService(kit.database, ledger, positions)
    shared = (kit.database, kit.owed, lambda guild_id: kit.guilds.cached(guild_id).zone, kit.clock)
    holders = HolderService(kit.database, kit.owed, kit.clock)
    config, periods = ConfigService(*shared, holders.forget), PeriodService(*shared)
    kit.events.subscribe(ZoneChanged, config.zone_changed)
    recalculation = RecalculationService(kit.database, kit.owed, catalogue, kit.clock)
    boards, members = BoardService(kit.database, kit.clock), Members(kit.bot)
    look = look_with(holders, kit.bot)
    panels = QuotaPanels(config, periods, catalogue, kit.bot.rest, kit.guilds)
    reports = QuotaReports(periods, members, kit.posts, kit.guilds, kit.staff)
    feature = Feature(
        name="quota",
        module=Module.QUOTA,
        commands=[
            AddPoints,
            AddQuotaPoints,
            LogRun,
            ConfigPoints,
            ConfigQuota,
            ShowQuota,
            ExcuseMember,
            ShowLeaderboard,
            ShowStats,
        ],
        routes=[
            *LedgerButtons(staff, catalogue).routes(),
            *BoardButtons(boards, catalogue, kit.pictures, members).routes(),
            *ConfigButtons(config, catalogue).routes(),
            *QuotaButtons(periods, holders, kit.pictures, members).routes(),
            *RecalculationButtons(recalculation).routes(),
        ],
        panels=panels.kinds,
        effects={**panels.effects, **reports.effects},
        setup=[panels.set_up],
        jobs=jobs(periods, holders, look, kit.bot),
        listeners=QuotaListeners(holders, config, look, kit.bot.cache).all(),
        error_texts={**ERROR_TEXTS, **REFUSALS, **board_views.ERROR_TEXTS},
        audit_texts={**ledger_views.audit_texts(catalogue), **audit_texts(catalogue)},
        services=[staff, config, periods, holders, boards],
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
