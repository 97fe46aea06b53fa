"""Values, rules and errors of key logging."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import chain
from typing import Final

from raidbot.features.dungeons.api import Dungeon, DungeonKey
from raidbot.features.raids.api import EndedRun, KeyOffer
from raidbot.kernel.errors import UserError
from raidbot.kernel.guilds import Module, RoleKey
from raidbot.kernel.permissions import Capability

LOG: Final = Capability("log keys", RoleKey.ORGANIZER, Module.RAIDS)
KEPT: Final = timedelta(days=7)
"""So long after its end the keys of a run can be logged."""
OFFERED: Final = 24
"""Members that "Who popped?" offers."""
LISTED: Final = 25
"""Runs that `/logkeys` lists; members that a search finds."""
KEYS_MAX: Final = 99
"""Keys that `/logkey` counts at once."""
NAME_MAX: Final = 100
"""Characters of what is searched for."""


# --- errors ----------------------------------------------------------------------------------------------------------


class KeysError(UserError):
    """Base of what key logging refuses."""


class NothingToLogError(KeysError):
    """The run has not ended, was cancelled, or takes no keys."""


class TooLateError(KeysError):
    """The run ended more than a week ago."""


class AlreadyLoggedError(KeysError):
    """Somebody logged this key of the run a moment ago."""


@dataclass(eq=False)
class NobodyFoundError(KeysError):
    """No member goes by that name."""

    text: str


@dataclass(eq=False)
class TooManyFoundError(KeysError):
    """More members go by that name than a menu can offer."""

    text: str


@dataclass(eq=False)
class NoKeysError(KeysError):
    """The dungeon takes no keys."""

    dungeon: Dungeon


@dataclass(eq=False)
class WhichKeyError(KeysError):
    """The dungeon takes several kinds of keys, and none of them was named."""

    dungeon: Dungeon


# --- a run's keys ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Slot:
    """A key of a run that somebody popped; pop 0: of a run without pops."""

    pop: int
    key: str


@dataclass(frozen=True, slots=True)
class PoppedKey:
    """A key of a run that was logged, and the ledger's row of it."""

    entry_id: int
    run_id: int
    pop: int
    key: str
    user_id: int
    points: Decimal
    actor_id: int
    logged_at: datetime

    @property
    def slot(self) -> Slot:
        return Slot(self.pop, self.key)


@dataclass(frozen=True, slots=True)
class Press:
    """An organizer's press."""

    id: int
    guild_id: int
    user_id: int


def slots(dungeon: Dungeon, pops: int) -> tuple[Slot, ...]:
    """List the keys of a run in the order in which they are logged: every kind for each pop."""
    numbers = range(1, pops + 1) if pops else (0,)
    return tuple(Slot(pop, key.code) for pop in numbers for key in dungeon.keys)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What was logged of a run, and who offered keys for it."""

    run: EndedRun
    dungeon: Dungeon
    logged: Sequence[PoppedKey]
    """The first to be logged first."""
    offers: Sequence[KeyOffer]
    """The likeliest first."""

    @property
    def slots(self) -> tuple[Slot, ...]:
        return slots(self.dungeon, self.run.pops)

    @property
    def of_slot(self) -> Mapping[Slot, PoppedKey]:
        return {one.slot: one for one in self.logged}

    @property
    def newest(self) -> PoppedKey | None:
        """What was logged last."""
        return self.logged[-1] if self.logged else None

    def open_from(self, slot: Slot | None, *, beyond: bool = False) -> Slot | None:
        """Find the next open slot from this one on, or from the one behind it, then from the first on again."""
        every, done = self.slots, self.of_slot
        at = every.index(slot) + beyond if slot in every else 0
        return next((one for one in chain(every[at:], every[:at]) if one not in done), None)

    def candidates(self, slot: Slot) -> list[int]:
        """List who may have popped a key: first who offered it, then who offered another."""
        likely = sorted(self.offers, key=lambda offer: offer.key != slot.key)
        return list(dict.fromkeys(offer.user_id for offer in likely))[:OFFERED]


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A run with keys left to log."""

    run: EndedRun
    dungeon: Dungeon
    left: int
    total: int


def find_key(dungeon: Dungeon, text: str | None) -> DungeonKey:
    """Read which of a dungeon's keys is meant: its code, name or label, nothing where there is but one.

    Raises NoKeysError or WhichKeyError.
    """
    if not dungeon.keys:
        raise NoKeysError(dungeon)
    if text is None:
        found = dungeon.keys[0] if len(dungeon.keys) == 1 else None
    else:
        said = text.strip().casefold()
        found = dungeon.key(text) or next(
            (key for key in dungeon.keys if said in {key.name.casefold(), key.label.casefold()}), None
        )
    if found is None:
        raise WhichKeyError(dungeon)
    return found


# --- finding members by what is typed --------------------------------------------------------------------------------

_ID: Final = re.compile(r"(?:<@!?)?(\d{17,19})>?")
_SYMBOLS: Final = re.compile(r"^[\W_]+")


def member_id(text: str) -> int | None:
    """Read an id or a mention; None for a name."""
    found = _ID.fullmatch(text.strip())
    return None if found is None else int(found[1])


def bare(name: str) -> str:
    """Reduce a name to what is compared: no case, no symbols before it, as staff wear them to be sorted first."""
    folded = " ".join(name.casefold().split())
    return _SYMBOLS.sub("", folded) or folded


def best_matches(text: str, names: Mapping[int, Collection[str]]) -> list[int]:
    """List whose names fit best: those of exactly this name, else beginning so, else with it inside."""
    said = bare(text)
    fits: Sequence[Callable[[str], bool]] = (
        lambda name: name == said,
        lambda name: name.startswith(said),
        lambda name: said in name,
    )
    found = ([one for one, own in names.items() if any(fit(bare(name)) for name in own)] for fit in fits)
    return next(filter(None, found), [])
