"""What a dungeon, a key, a call-out and a raider's class are, and how a dungeon is searched for."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from rapidfuzz import fuzz, process

from raidbot.kernel.errors import UserError

CHOICES_MAX = 25
"""Discord shows at most this many choices of an autocomplete."""
RECENT_MAX = 10
"""So many of a guild's recent dungeons are offered before anything is typed."""
ALIKE = 70.0
"""How alike (0-100) a mistyped word must be to a dungeon's word: a letter wrong in four is too much."""
WORDS_GUESSED = 5
"""Words of a mistyped query that are compared: as many as the longest name has."""
QUERY_MAX = 60
"""Characters of a query that are read: twice the longest name."""
APOSTROPHES = frozenset("'`\N{RIGHT SINGLE QUOTATION MARK}")
"""Left out of a word rather than parting it: jones' is jones."""

ORYX_3 = "ORYX_3"


class DungeonDataError(Exception):
    """The dungeon data is not usable; the message names the dungeon and what is wrong."""


@dataclass(eq=False)
class UnknownDungeonError(UserError):
    """There is no dungeon of that name."""

    text: str


class Category(StrEnum):
    """The kind of a dungeon, as the game's players sort them."""

    BASIC = "Basic"
    EPIC = "Epic"
    EVENT = "Event"
    EXALTATION = "Exaltation"
    GODLAND = "Godland"
    HEROIC = "Heroic"
    MINI = "Mini"


class CallOutKind(StrEnum):
    """What a call-out asks a raider to bring."""

    ITEM = "item"
    STATUS = "status"
    CLASS = "class"


class RaiderClass(StrEnum):
    """The 18 classes of the game; the value is what rows and custom ids hold."""

    ROGUE = "rogue"
    ARCHER = "archer"
    WIZARD = "wizard"
    PRIEST = "priest"
    WARRIOR = "warrior"
    KNIGHT = "knight"
    PALADIN = "paladin"
    ASSASSIN = "assassin"
    NECROMANCER = "necromancer"
    HUNTRESS = "huntress"
    MYSTIC = "mystic"
    TRICKSTER = "trickster"
    SORCERER = "sorcerer"
    NINJA = "ninja"
    SAMURAI = "samurai"
    BARD = "bard"
    SUMMONER = "summoner"
    KENSEI = "kensei"

    @property
    def label(self) -> str:
        """The name as members read it."""
        return self.value.title()

    @property
    def emoji(self) -> str:
        """A unicode emoji, the same as in a dungeon's call-outs."""
        return _CLASS_EMOJI[self]


_CLASS_EMOJI = {
    RaiderClass.ROGUE: "🗡️",
    RaiderClass.ARCHER: "🏹",
    RaiderClass.WIZARD: "🧙",
    RaiderClass.PRIEST: "🙏",
    RaiderClass.WARRIOR: "🪓",
    RaiderClass.KNIGHT: "🤺",
    RaiderClass.PALADIN: "⚜️",
    RaiderClass.ASSASSIN: "☠️",
    RaiderClass.NECROMANCER: "💀",
    RaiderClass.HUNTRESS: "🪤",
    RaiderClass.MYSTIC: "🔮",
    RaiderClass.TRICKSTER: "🃏",
    RaiderClass.SORCERER: "⚡",
    RaiderClass.NINJA: "🥷",
    RaiderClass.SAMURAI: "⛩️",
    RaiderClass.BARD: "🎵",
    RaiderClass.SUMMONER: "👾",
    RaiderClass.KENSEI: "⚔️",
}


@dataclass(frozen=True, slots=True)
class DungeonKey:
    """A key, rune or vial that a raider offers for a run.

    `early_location` is how many of its holders customarily get the location early in this dungeon.
    """

    code: str
    name: str
    label: str
    emoji: str
    early_location: int
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CallOut:
    """Gear, a class or a status effect that a dungeon wants; `early_location` as for keys, 0: none."""

    code: str
    name: str
    label: str
    emoji: str
    kind: CallOutKind
    early_location: int


@dataclass(frozen=True, slots=True)
class Dungeon:
    """One dungeon; `colour` is 24 bit RGB, `search` holds what players also call it."""

    code: str
    name: str
    category: Category
    colour: int
    emoji: str
    aliases: tuple[str, ...] = ()
    search: tuple[str, ...] = ()
    keys: tuple[DungeonKey, ...] = ()
    call_outs: tuple[CallOut, ...] = ()

    @property
    def exalt(self) -> bool:
        """Whether it counts as an exaltation dungeon."""
        return self.category is Category.EXALTATION

    def key(self, code: str) -> DungeonKey | None:
        """Return the key of this code or alias, None when the dungeon has none such."""
        return next((key for key in self.keys if code == key.code or code in key.aliases), None)


@dataclass(frozen=True, slots=True)
class Opening:
    """A run or party that was opened, with the codes of its dungeons."""

    guild_id: int
    dungeons: tuple[str, ...]
    at: datetime


def resolve_emoji(key: DungeonKey, custom: Mapping[str, str]) -> str:
    """Choose the emoji to show for a key: the guild's or application's own one named like it, else the unicode one.

    `custom` maps lower-case emoji names to what is shown; `lost_halls_key` and `losthallskey` both name LOST_HALLS_KEY.
    """
    for code in (key.code, *key.aliases):
        name = code.lower()
        found = custom.get(name) or custom.get(name.replace("_", ""))
        if found:
            return found
    return key.emoji


def normalise(text: str) -> str:
    """Reduce a text to lower-case words of letters and digits: no accents, no apostrophes, any punctuation a space."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    plain = "".join(
        character if character.isalnum() else "" if character in APOSTROPHES else " "
        for character in folded
        if not unicodedata.combining(character)
    )
    return " ".join(plain.split())


def _initials(name: str) -> set[str]:
    """Abbreviate a name of several words, with and without its small words: Abyss of Demons is `aod` and `ad`."""
    words = name.split()
    great = [word for word in words if word not in {"of", "the", "a", "for"}]
    return {"".join(word[0] for word in some) for some in (words, great) if len(some) > 1}


@dataclass(frozen=True, slots=True)
class _Entry:
    """A dungeon with everything that a search compares, computed once."""

    dungeon: Dungeon
    rank: int
    name: str
    code: str
    short: frozenset[str]
    extra: tuple[str, ...]
    words: frozenset[str]
    joined: tuple[str, ...]

    @classmethod
    def of(cls, dungeon: Dungeon) -> _Entry:
        name, code = normalise(dungeon.name), normalise(dungeon.code)
        extra = tuple(normalise(text) for text in (*dungeon.search, *dungeon.aliases))
        return cls(
            dungeon=dungeon,
            rank=0 if dungeon.code == ORYX_3 else 1 if dungeon.exalt else 2,
            name=name,
            code=code,
            short=frozenset(_initials(name) | set(extra)),
            extra=extra,
            words=frozenset(word for text in (name, code, *extra) for word in text.split()),
            joined=tuple({text.replace(" ", "") for text in (name, code, *extra)}),
        )

    def score(self, query: str, tokens: Sequence[str]) -> int:
        """Rate a match: the name counts more than the code, a beginning more than an inside; 0 is no match."""
        by_name = 3 if self.name.startswith(query) else 2 if query in self.name else 0
        by_code = 2 if self.code.startswith(query) else 1 if query in self.code else 0
        total = by_name + by_code + (3 if query in self.short else 0)
        if total:
            return total
        if any(text.startswith(query) for text in self.extra):
            return 1
        return int(all(any(word.startswith(token) for word in self.words) for token in tokens))

    def contains_joined(self, joined: str) -> bool:
        """Say whether the query is a part of the name, code or search words when spaces do not count."""
        return any(joined in text for text in self.joined)


class Catalogue:
    """All dungeons, found by code, alias, name or search; raises DungeonDataError where one word means two of them."""

    def __init__(self, dungeons: Iterable[Dungeon]) -> None:
        self.all: tuple[Dungeon, ...] = tuple(dungeons)
        self._by_code: dict[str, Dungeon] = {}
        self._by_text: dict[str, Dungeon] = {}
        for dungeon in self.all:
            for code in (dungeon.code, *dungeon.aliases):
                _claim(self._by_code, code, dungeon)
            for text in (dungeon.code, *dungeon.aliases, dungeon.name, *dungeon.search):
                _claim(self._by_text, normalise(text), dungeon)
        entries = sorted(map(_Entry.of, self.all), key=lambda entry: (entry.rank, entry.name))
        self._entries = tuple(entries)
        self._by_word: defaultdict[str, set[str]] = defaultdict(set)
        for entry in entries:
            for text in (*entry.words, *entry.joined):
                self._by_word[text].add(entry.dungeon.code)

    def find(self, text: str) -> Dungeon | None:
        """Return the dungeon of exactly this code, alias, name or search word (case and punctuation do not count)."""
        return self._by_code.get(text) or self._by_text.get(normalise(text[:QUERY_MAX]))

    def named(self, text: str) -> Dungeon:
        """Return the dungeon that a member named; found as `find` does. Raises UnknownDungeonError."""
        dungeon = self.find(text)
        if dungeon is None:
            raise UnknownDungeonError(text)
        return dungeon

    def search(self, query: str, recent: Sequence[str] = (), limit: int = CHOICES_MAX) -> list[Dungeon]:
        """Rank the dungeons for what a member has typed so far.

        With nothing typed: the guild's `recent` dungeons (codes, most recent first), or else Oryx 3, the exaltation
        dungeons and the rest, each A-Z. With a query: Oryx 3 first if it matches, then exaltation dungeons, then
        others, each by score, then name. Spelling is guessed at only when nothing matches as typed.
        """
        limit = min(limit, CHOICES_MAX)
        query = normalise(query[:QUERY_MAX])
        if not query:
            known = dict.fromkeys(dungeon for code in recent if (dungeon := self._by_code.get(code)))
            return list(known)[: min(limit, RECENT_MAX)] or [entry.dungeon for entry in self._entries[:limit]]
        tokens = query.split()
        scored = [(entry, score) for entry in self._entries if (score := entry.score(query, tokens))]
        if scored:
            scored.sort(key=lambda match: (match[0].rank, -match[1]))
            return [entry.dungeon for entry, _ in scored[:limit]]
        joined = query.replace(" ", "")
        return [entry.dungeon for entry in self._entries if entry.contains_joined(joined)][:limit] or self._guess(
            tokens, joined
        )[:limit]

    def _guess(self, tokens: Sequence[str], joined: str) -> list[Dungeon]:
        """Find the dungeons of which each word typed resembles a word, or the whole the whole name; best first."""
        best = self._alike(joined)
        per_token = [self._alike(token) for token in dict.fromkeys(tokens)][:WORDS_GUESSED]
        for code in set.intersection(*(set(alike) for alike in per_token)):
            mean = sum(alike[code] for alike in per_token) / len(per_token)
            best[code] = max(best.get(code, 0.0), mean)
        matches = [entry for entry in self._entries if entry.dungeon.code in best]
        matches.sort(key=lambda entry: (-best[entry.dungeon.code], len(entry.name)))
        return [entry.dungeon for entry in matches]

    def _alike(self, text: str) -> dict[str, float]:
        """Map the codes of the dungeons that have a word like the text to how alike it is (0-100)."""
        found: dict[str, float] = {}
        for word, ratio, _ in process.extract(
            text, self._by_word.keys(), scorer=fuzz.ratio, limit=None, score_cutoff=ALIKE
        ):
            for code in self._by_word[word]:
                found[code] = max(found.get(code, 0.0), ratio)
        return found


def _claim(index: dict[str, Dungeon], text: str, dungeon: Dungeon) -> None:
    owner = index.setdefault(text, dungeon)
    if owner is not dungeon:
        raise DungeonDataError(f"{dungeon.code}: {text!r} already means {owner.code}")
