"""Use cases of quota: `ledger` writes rows in others' transactions, `staff` is what staff do, `history` who reads."""

from raidbot.features.quota.service.history import HistoryService
from raidbot.features.quota.service.ledger import Ledger, look_at_totals
from raidbot.features.quota.service.staff import StaffService

__all__ = ["HistoryService", "Ledger", "StaffService", "look_at_totals"]
