"""Keys that raiders offer: who confirmed theirs, and who therefore learns the place before the start."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

HOLDERS_SHOWN: Final = 18
"""Key holders named in an organizer panel, per key and per source; the rest is counted."""
BACKED_OUT_SHOWN: Final = 3
"""The last who backed out of a key they had confirmed, named in an organizer panel, per key."""


@dataclass(frozen=True, slots=True)
class Holders:
    """Who offered a key: how many, how many of them confirmed it, and the first of them, those who confirmed before."""

    count: int
    first: tuple[int, ...] = ()
    confirmed: int = 0
    backed_out: tuple[int, ...] = ()
    """The last who confirmed it and took it back, the last of them first."""


@dataclass(frozen=True, slots=True)
class KeyHolder:
    """A raider who confirmed a key."""

    user_id: int
    key: str
    confirmed_at: datetime


@dataclass(frozen=True, slots=True)
class KeyOffer:
    """A key that a raider offers for a run, or did in the headcount that the run comes from."""

    key: str
    user_id: int
    confirmed: bool


@dataclass(frozen=True, slots=True)
class KeyTakenBack:
    """An offer that was taken back; `confirmed`: the raider had said that they would bring it."""

    run_id: int
    key: str
    user_id: int
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What a raider who confirmed a key is told.

    `early`: they are among the first, who learn the place before the start; party and location are there once they
    may know them.
    """

    early: bool
    live: bool
    party: str | None = None
    location: str | None = None


def early_holders(holders: Sequence[KeyHolder], limits: Mapping[str, int]) -> frozenset[int]:
    """Say who learns the place before the start: the first so many of each key (`limits`).

    `holders` come in the order in which they confirmed.
    """
    taken: Counter[str] = Counter()
    early = set()
    for holder in holders:
        taken[holder.key] += 1
        if taken[holder.key] <= limits.get(holder.key, 0):
            early.add(holder.user_id)
    return frozenset(early)
