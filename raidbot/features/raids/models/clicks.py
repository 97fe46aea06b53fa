"""What raiders click, and what becomes of it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from raidbot.features.members.api import Standing

KEY_WITHDRAWN: Final = "raids.key_withdrawn"
"""The effect that is owed when a confirmed key is taken back: others hear of it, in a transaction."""


class Outcome(StrEnum):
    """What became of a click on a run's panel."""

    JOINED = "joined"
    ALREADY_JOINED = "already_joined"
    LEFT = "left"
    OFF_RESERVE = "off_reserve"
    NOT_JOINED = "not_joined"
    CLASS_SET = "class_set"
    CLASS_NEEDED = "class_needed"
    """The run has limits for classes: who joins says which one first."""
    CLASS_FULL = "class_full"
    RESERVED = "reserved"
    """On the reserve list, because the run is full."""
    RESERVED_FOR_CLASS = "reserved_for_class"
    """On the reserve list, because the chosen class is full."""
    KEY_ADDED = "key_added"
    KEY_REMOVED = "key_removed"
    KEY_BACKED_OUT = "key_backed_out"
    """A key that was confirmed is off the list."""
    OFFERED = "offered"
    WITHDRAWN = "withdrawn"
    KEY_FULL = "key_full"
    LIMITED = "limited"
    """Nothing was done: the run has limits, which are kept with its row held."""
    LOCKED = "locked"
    OVER = "over"
    SUSPENDED = "suspended"
    UNVERIFIED = "unverified"


class Wish(StrEnum):
    """What a click on a run's panel asks for."""

    JOIN = "join"
    LEAVE = "leave"
    CLASS = "class"
    KEY = "key"
    CONFIRM = "confirm"


@dataclass(frozen=True, slots=True)
class Click:
    """One click of a raider; `value` is the class or the key.

    `id` is the interaction's: a click whose answer was lost with the database is done again, and must be one.
    """

    id: int
    run_id: int
    guild_id: int
    user_id: int
    wish: Wish
    standing: Standing
    value: str | None = None


@dataclass(frozen=True, slots=True)
class ClickResult:
    """What became of a click, with what the answer tells: party and location to whom may know them."""

    outcome: Outcome
    party: str | None = None
    location: str | None = None
    place: int | None = None
    """On the reserve list, from 1."""
    raider_class: str | None = None
    """In a run with limits: the class that the raider has chosen by now."""
