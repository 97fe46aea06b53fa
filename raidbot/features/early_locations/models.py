"""Places, who was told, and the rule of whom to tell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from raidbot.features.raids.api import KeyHolder, Run, early_holders

PACE: Final = timedelta(seconds=0.5)
"""Between two direct messages of a run: Discord takes a flood of them for spam."""

POSTED_WITHIN: Final = timedelta(seconds=1)
"""The panel of a run that was just opened stands by then."""


class How(StrEnum):
    """How a raider was told."""

    DM = "dm"
    ANSWER = "answer"
    CLOSED = "closed"
    """They take no direct messages, so the answer to their next press tells."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a run is, or was; its places are numbered from 1.

    `channel_id` is where this one is announced, None: nowhere; `message_id` the announcement, once it stands.
    """

    run_id: int
    number: int
    party: str
    location: str
    set_at: datetime
    channel_id: int | None
    message_id: int | None


@dataclass(frozen=True, slots=True)
class Told:
    """Which place of a run a raider was told last."""

    user_id: int
    party: str
    location: str
    how: How


@dataclass(frozen=True, slots=True)
class Letter:
    """A direct message that is owed."""

    run: Run
    place: Place
    user_id: int
    keys: Sequence[str]
    """The codes of the keys that the raider confirmed."""
    again: bool
    """They were told another place before."""
    panel_id: int | None
    """The message of the run's panel, None: there is none to link to."""


@dataclass(frozen=True, slots=True)
class Notice:
    """An announcement of a place that is owed."""

    run: Run
    place: Place
    channel_id: int
    role_ids: Sequence[int]
    """The dungeon's ping role."""
    panel_id: int | None
    known: frozenset[int]
    """Messages that announced other places of the run."""


def to_tell(
    holders: Sequence[KeyHolder], limits: Mapping[str, int], told: Mapping[int, Told], place: Place, *, live: bool
) -> list[int]:
    """Say who is to be told a run's place now, in the order in which they confirmed.

    `limits` are, by key, how many learn it before the start; `told` is what was told before, by raider.
    """
    early = early_holders(holders, limits)
    users = dict.fromkeys(holder.user_id for holder in holders)
    return [user for user in users if (live or user in early or user in told) and not _knows(told.get(user), place)]


def _knows(told: Told | None, place: Place) -> bool:
    return told is not None and (told.party, told.location) == (place.party, place.location)
