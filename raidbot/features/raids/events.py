"""Facts of raids that others may listen to."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class CompletionsEarned:
    """These raiders completed a pop of a run (pop 0: a run without pops)."""

    guild_id: int
    run_id: int
    pop: int
    dungeon: str
    user_ids: tuple[int, ...]
    at: datetime
