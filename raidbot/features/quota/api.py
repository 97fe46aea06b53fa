"""What other features may ask of quota: all of it in the caller's transaction."""

from raidbot.features.quota.models import (
    ACTS,
    REASON_MAX,
    UNDOES_ANY,
    AlreadyUndoneError,
    BadAmountError,
    Deed,
    Entry,
    EntryGoneError,
    Held,
    Kind,
    Logged,
    NoMemberError,
    NothingToTakeError,
    NotYoursToUndoError,
    Undone,
)
from raidbot.features.quota.service import Ledger

__all__ = [
    "ACTS",
    "REASON_MAX",
    "UNDOES_ANY",
    "AlreadyUndoneError",
    "BadAmountError",
    "Deed",
    "Entry",
    "EntryGoneError",
    "Held",
    "Kind",
    "Ledger",
    "Logged",
    "NoMemberError",
    "NotYoursToUndoError",
    "NothingToTakeError",
    "Undone",
]
