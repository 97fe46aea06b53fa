"""The buttons of quota: `history`, `boards`, `ledger` for staff, `config` for administrators, `quotas`."""

from raidbot.features.quota.components.boards import BoardButtons
from raidbot.features.quota.components.config import ConfigButtons
from raidbot.features.quota.components.history import HistoryButtons
from raidbot.features.quota.components.ledger import LedgerButtons
from raidbot.features.quota.components.quotas import QuotaButtons
from raidbot.features.quota.components.recalculation import RecalculationButtons

__all__ = [
    "BoardButtons",
    "ConfigButtons",
    "HistoryButtons",
    "LedgerButtons",
    "QuotaButtons",
    "RecalculationButtons",
]
