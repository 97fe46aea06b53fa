"""The buttons of quota: `history` of a raider, `ledger` for staff."""

from raidbot.features.quota.components.history import HistoryButtons
from raidbot.features.quota.components.ledger import LedgerButtons

__all__ = ["HistoryButtons", "LedgerButtons"]
