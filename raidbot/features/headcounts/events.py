"""Facts of headcounts that others may listen to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class HeadcountNoted:
    """Something was done with a headcount, as the audit has it.

    `action` is "headcount.open", "headcount.take_over", "headcount.convert", "headcount.end" or "headcount.stale".
    What raiders click is not among it: there may be a thousand at once, and it stands in the rows.
    """

    guild_id: int
    headcount_id: int
    dungeons: tuple[str, ...]
    organizer_id: int
    organizer_name: str
    action: str
    actor_id: int | None
    """None: the bot by itself."""
    detail: Mapping[str, Any]
    at: datetime
