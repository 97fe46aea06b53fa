"""What other features may ask of quota: all of it in the caller's transaction."""

from raidbot.features.quota.models import (
    ACTS,
    AlreadyUndoneError,
    Deed,
    Entry,
    EntryGoneError,
    Held,
    Kind,
    Logged,
    NothingToTakeError,
)
from raidbot.features.quota.service import Ledger

__all__ = [
    "ACTS",
    "AlreadyUndoneError",
    "Deed",
    "Entry",
    "EntryGoneError",
    "Held",
    "Kind",
    "Ledger",
    "Logged",
    "NothingToTakeError",
]
