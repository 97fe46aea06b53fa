"""Limits of a run: how many raiders, of each class, with each key; and how an organizer writes them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from raidbot.features.dungeons.api import Dungeon, RaiderClass
from raidbot.features.raids.models.errors import RunError

LIMIT_MAX: Final = 1000
_ENTRY: Final = re.compile(r"(?P<name>\D.*?)(?:\s*[:=]\s*|\s+x?\s*)(?P<most>\d{1,4})")


@dataclass(frozen=True, slots=True)
class Limits:
    """How many at most; what is not named is not limited."""

    cap: int | None = None
    classes: Mapping[str, int] = field(default_factory=dict)
    keys: Mapping[str, int] = field(default_factory=dict)


class Misread(StrEnum):
    """What is wrong with something an organizer typed as a limit."""

    CAP = "cap"
    NUMBER = "number"
    CLASS = "class"
    KEY = "key"


class BadLimitsError(RunError):
    """Limits were typed that cannot be read; `misread` holds what is wrong with which piece, `keys` what would do."""

    def __init__(self, misread: Sequence[tuple[Misread, str]], keys: Sequence[str]) -> None:
        super().__init__(misread)
        self.misread, self.keys = misread, keys


def read_limits(dungeon: Dungeon, *, cap: str, classes: str, keys: str) -> Limits:
    """Read what an organizer typed, such as "20", "knight 2, warrior 3" and "lost halls 2". Raises BadLimitsError."""
    known_classes = {raider.label: raider.value for raider in RaiderClass}
    known_keys = {name: key.code for key in dungeon.keys for name in (key.label, key.name, key.code, *key.aliases)}
    misread: list[tuple[Misread, str]] = []
    if cap and not _in_range(cap):
        misread.append((Misread.CAP, cap))
    of_classes = _read(classes, known_classes, Misread.CLASS, misread)
    of_keys = _read(keys, known_keys, Misread.KEY, misread)
    if misread:
        raise BadLimitsError(misread, [key.label for key in dungeon.keys])
    return Limits(int(cap) if cap else None, of_classes, of_keys)


def write_limits(limits: Mapping[str, int], names: Iterable[tuple[str, str]]) -> str:
    """Write limits as `read_limits` reads them; `names` are codes with what they are called, in order."""
    return ", ".join(f"{name} {limits[code]}" for code, name in names if code in limits)


def _in_range(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 4 and 1 <= int(text) <= LIMIT_MAX


def _read(
    text: str, known: Mapping[str, str], unknown: Misread, misread: list[tuple[Misread, str]]
) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for piece in filter(None, (" ".join(piece.split()) for piece in re.split(r"[,;\n]", text))):
        entry = _ENTRY.fullmatch(piece)
        if entry is None or not _in_range(entry["most"]):
            misread.append((Misread.NUMBER, piece))
        elif (code := _meant(entry["name"], known)) is None:
            misread.append((unknown, entry["name"]))
        else:
            found[code] = int(entry["most"])
    return found


def _meant(name: str, known: Mapping[str, str]) -> str | None:
    """Find what a name stands for: written out, in the plural, or begun so that only one is meant."""
    wanted = name.casefold()
    names = {one.casefold(): code for one, code in known.items()}
    begun = {code for one, code in names.items() if one.startswith(wanted)}
    return names.get(wanted) or names.get(wanted.removesuffix("s")) or (begun.pop() if len(begun) == 1 else None)
