"""Use cases of quota: a module each for who writes, corrects, reads and configures; `ledger` is for others too."""

from raidbot.features.quota.service.boards import BoardService
from raidbot.features.quota.service.config import BOARD, ConfigService
from raidbot.features.quota.service.history import HistoryService
from raidbot.features.quota.service.holders import HolderService
from raidbot.features.quota.service.ledger import Ledger, look_at_totals
from raidbot.features.quota.service.periods import DELETE_MESSAGE, REPORT, PeriodService
from raidbot.features.quota.service.recalculation import RecalculationService
from raidbot.features.quota.service.staff import StaffService

__all__ = [
    "BOARD",
    "DELETE_MESSAGE",
    "REPORT",
    "BoardService",
    "ConfigService",
    "HistoryService",
    "HolderService",
    "Ledger",
    "PeriodService",
    "RecalculationService",
    "StaffService",
    "look_at_totals",
]
