"""Values and rules of the raid log."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final, Self

from raidbot.features.members.api import Presence

TURN: Final = timedelta(seconds=1)
"""Between two requests into one thread: Discord takes 5 in 5 s a channel."""
FORBIDDEN_PAUSE: Final = timedelta(hours=1)
KEPT: Final = timedelta(days=1)
"""So long after its end a log that may not be written is tried."""
STARTERS: Final = 2
"""So many times a log is begun: again once somebody deleted it."""
ENTRIES: Final = 50
"""Entries that are read for one page; no page holds as many."""


class Subject(StrEnum):
    """What a log is about: the first word of its topic."""

    RUN = "run"
    HEADCOUNT = "headcount"
    PARTY = "party"


ENDINGS: Final = frozenset(
    {
        "run.end",
        "run.cancel",
        "run.expire",
        "headcount.end",
        "headcount.convert",
        "headcount.stale",
        "party.close",
        "party.expire",
    }
)
"""The actions after which nothing happens any more, as a rule."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something that was done, with all that a log is begun from."""

    topic: str
    guild_id: int
    dungeons: tuple[str, ...]
    organizer_id: int
    organizer_name: str
    action: str
    actor_id: int | None
    detail: Mapping[str, Any]
    at: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that a log tells; `actor_id` None: the bot did it by itself."""

    number: int
    at: datetime
    action: str
    actor_id: int | None
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A log that is not settled; `stirred`: it has something to write, whatever was clicked."""

    topic: str
    seen_version: int
    stirred: bool


@dataclass(frozen=True, slots=True)
class Log:
    """A log as its row stands. `base` and `seen` are crowds: as the page's line began, and as it stands."""

    topic: str
    id: int
    guild_id: int
    channel_id: int
    dungeons: tuple[str, ...]
    organizer_id: int
    organizer_name: str
    opened_at: datetime
    closed_at: datetime | None
    closed_as: str | None
    noted: int
    told: int
    starter_id: int | None
    posting_since: datetime | None
    posts: int
    thread_id: int | None
    page_number: int
    page_head: str
    page_line: str
    page_since: datetime | None
    page_id: int | None
    page_shown: bool
    base: Mapping[str, Any] | None
    seen: Mapping[str, Any] | None
    seen_version: int
    attempts: int

    @property
    def subject(self) -> Subject:
        return Subject(self.topic.partition(":")[0])

    @property
    def subject_id(self) -> int:
        return int(self.topic.partition(":")[2])

    @property
    def page_open(self) -> bool:
        """Whether the newest page ends in a line about clicks, which may be edited."""
        return self.page_id is not None and bool(self.page_line)


# --- who is in -------------------------------------------------------------------------------------------------------

_EVER: Final = datetime.min.replace(tzinfo=UTC)

Place = tuple[str, int]
"""What somebody is there with ("": in person, else the key that they offer), and who.

A key may be named with its dungeon, as "DUNGEON:KEY".
"""


@dataclass(frozen=True, slots=True)
class Crowd:
    """Who was there at a moment, and when the last change before it was made."""

    there: frozenset[Place] = frozenset()
    at: datetime = _EVER

    @classmethod
    def read(cls, written: Mapping[str, Any]) -> Self:
        """Read a crowd from what JSON holds of it."""
        places = frozenset((key, user_id) for key, users in written.get("there", {}).items() for user_id in users)
        return cls(places, datetime.fromisoformat(written["at"]) if written else _EVER)

    def written(self) -> Mapping[str, Any]:
        """Write a crowd as JSON can hold it."""
        there: dict[str, list[int]] = {}
        for key, user_id in sorted(self.there):
            there.setdefault(key, []).append(user_id)
        return {"there": there, "at": self.at.isoformat()}

    @property
    def members(self) -> int:
        """How many are in, in person."""
        return sum(not key for key, _ in self.there)

    def until(self, presences: Sequence[Presence], moment: datetime | None) -> "Crowd":
        """Say who was there at a later moment, None: now, by the last change of each.

        Who clicked twice since is told by the second click alone.
        """
        if moment is None:
            found, there = presences, frozenset((one.key, one.user_id) for one in presences if one.there)
        else:
            found = [one for one in presences if one.changed_at <= moment]
            came = {(one.key, one.user_id) for one in found if one.there}
            there = (self.there | came) - {(one.key, one.user_id) for one in found if not one.there}
        return Crowd(there, max([self.at, *(one.changed_at for one in found)]))


@dataclass(frozen=True, slots=True)
class Moves:
    """Who came and who went between two moments, the last first; who came and went again is in both."""

    came: tuple[Place, ...]
    went: tuple[Place, ...]

    def __bool__(self) -> bool:
        return bool(self.came or self.went)


def moves(before: Crowd, after: Crowd, presences: Sequence[Presence]) -> Moves:
    """Compare two crowds; `presences` tell of those who came and went in between, and when each did."""
    when = {(one.key, one.user_id): one.changed_at for one in presences}
    passed = {
        (one.key, one.user_id)
        for one in presences
        if not one.there and (one.key, one.user_id) not in before.there and before.at < one.changed_at <= after.at
    }

    def last_first(places: Iterable[Place]) -> tuple[Place, ...]:
        return tuple(sorted(places, key=lambda place: (when.get(place, after.at), place), reverse=True))

    return Moves(last_first((after.there - before.there) | passed), last_first((before.there - after.there) | passed))


@dataclass(frozen=True, slots=True)
class Step:
    """What was clicked before an entry, and the entry; the last step of a story has none."""

    before: Crowd
    after: Crowd
    moves: Moves
    entry: Entry | None


def story(seen: Crowd, presences: Sequence[Presence], entries: Sequence[Entry]) -> list[Step]:
    """Put what was clicked and what was noted in the order in which it happened, from what was told on.

    Nobody was there before the first entry: who came with it is told after it.
    """
    steps = []
    for entry in (*entries, None):
        first = entry is not None and entry.number == 1
        after = seen if first else seen.until(presences, None if entry is None else entry.at)
        steps.append(Step(seen, after, moves(seen, after, presences), entry))
        seen = after
    return steps


@dataclass(frozen=True, slots=True)
class Outlook:
    """A log with all that is to be told."""

    log: Log
    version: int
    """Of the topic, as it was before the presences were read."""
    presences: Sequence[Presence]
    entries: Sequence[Entry]


@dataclass(frozen=True, slots=True)
class Page:
    """The newest page as it should stand, and how far the log is told by it.

    `fresh`: it is another message than the one before; `shown`: there is nothing new on it.
    """

    head: str
    line: str
    fresh: bool
    shown: bool
    told: int
    base: Crowd
    seen: Crowd

    @property
    def text(self) -> str:
        return page_text(self.head, self.line)


def page_text(head: str, line: str) -> str:
    """Put the lines that stay and the one that may grow together."""
    return "\n".join(part for part in (head, line) if part)
