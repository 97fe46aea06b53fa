"""Facts of parties that others may listen to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class PartyNoted:
    """Something was done with a party, as the audit has it: `action` is "party.open", "party.extend" and so on.

    Who joins and leaves is not among it: that stands in the rows.
    """

    guild_id: int
    party_id: int
    dungeons: tuple[str, ...]
    owner_id: int
    owner_name: str
    action: str
    actor_id: int | None
    """None: the bot by itself."""
    detail: Mapping[str, Any]
    at: datetime
