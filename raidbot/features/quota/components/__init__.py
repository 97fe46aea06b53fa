"""The buttons of quota: `history` of a raider, `boards` of everybody, `ledger` for staff."""

from raidbot.features.quota.components.boards import BoardButtons
from raidbot.features.quota.components.history import HistoryButtons
from raidbot.features.quota.components.ledger import LedgerButtons

__all__ = ["BoardButtons", "HistoryButtons", "LedgerButtons"]
