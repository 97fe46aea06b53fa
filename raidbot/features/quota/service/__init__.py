"""Use cases of quota: `ledger` writes in others' transactions, `staff` what staff do, `history` and `boards` read."""

from raidbot.features.quota.service.boards import BoardService
from raidbot.features.quota.service.history import HistoryService
from raidbot.features.quota.service.ledger import Ledger, look_at_totals
from raidbot.features.quota.service.staff import StaffService

__all__ = ["BoardService", "HistoryService", "Ledger", "StaffService", "look_at_totals"]
