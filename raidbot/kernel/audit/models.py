"""The values of the audit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

ACTION_MAX: Final = 40
"""Characters of an action's name, so that a button can carry one beside everything else that a page is chosen by."""
PAGE: Final = 10
"""Entries that are read, and told, together."""
TOLD_ELSEWHERE: Final = ("run.", "headcount.", "party.", "plan.", "keys.")
"""What the raid log and the panels tell, by the beginning of the action; of the rest staff hear in the bot log."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One change, as it was noted."""

    id: int
    actor_id: int | None
    """None: the bot by itself."""
    action: str
    subject: str
    detail: Mapping[str, Any]
    created_at: datetime
    target_id: int | None
    """The member to whom it was done; None: it was done to nobody."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What is looked for in the audit; None: whatever. `since` counts, `until` does not."""

    actor_id: int | None = None
    target_id: int | None = None
    action: str | None = None
    since: datetime | None = None
    until: datetime | None = None
