"""Facts of raids that others may listen to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class CompletionsEarned:
    """These raiders completed a pop of a run (pop 0: a run without pops)."""

    guild_id: int
    run_id: int
    pop: int
    dungeon: str
    user_ids: tuple[int, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class KeyConfirmed:
    """A raider will bring a key that they offered."""

    guild_id: int
    run_id: int
    key: str
    user_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class KeyWithdrawn:
    """A raider does not bring a key after all that they had confirmed; told soon after, and again after a crash."""

    guild_id: int
    run_id: int
    key: str
    user_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class PlaceShown:
    """The answer to a raider who confirmed a key tells them where the run is."""

    run_id: int
    user_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class RunOrganised:
    """This organizer, who has these roles, had a pop of a run (pop 0: a run without pops)."""

    guild_id: int
    run_id: int
    pop: int
    dungeon: str
    organizer_id: int
    organizer_role_ids: frozenset[int]
    at: datetime


@dataclass(frozen=True, slots=True)
class RunNoted:
    """Something was done with a run, as the audit has it: `action` is "run.open", "run.pop", "keys.log" and so on.

    What raiders click is not among it: there may be a thousand at once, and it stands in the rows.
    """

    guild_id: int
    run_id: int
    dungeon: str
    organizer_id: int
    organizer_name: str
    action: str
    actor_id: int | None
    """None: the bot by itself."""
    detail: Mapping[str, Any]
    at: datetime
