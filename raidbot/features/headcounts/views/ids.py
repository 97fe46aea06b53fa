"""The custom ids of headcounts. A changed field list needs a higher VERSION: buttons of old messages live for ever."""

from dataclasses import dataclass
from typing import ClassVar

from raidbot.kernel.discord.custom_ids import CustomId


@dataclass(frozen=True)
class Choose(CustomId):
    """A select of dungeons; `draft_id`: what it fills, `menu`: which of the three it is."""

    PREFIX: ClassVar[str] = "headcount.choose"
    draft_id: int
    menu: int


@dataclass(frozen=True)
class Create(CustomId):
    """Makes a headcount of what is chosen."""

    PREFIX: ClassVar[str] = "headcount.create"
    draft_id: int


@dataclass(frozen=True)
class _OfHeadcount(CustomId):
    headcount_id: int


@dataclass(frozen=True)
class Join(_OfHeadcount):
    PREFIX: ClassVar[str] = "headcount.join"


@dataclass(frozen=True)
class OfferKey(_OfHeadcount):
    PREFIX: ClassVar[str] = "headcount.key"
    dungeon: str
    key: str


@dataclass(frozen=True)
class OpenPanel(_OfHeadcount):
    """The Organizer Panel button."""

    PREFIX: ClassVar[str] = "headcount.panel"


@dataclass(frozen=True)
class Refresh(_OfHeadcount):
    """Wakes an organizer panel that rests, or opens it over the question whose headcount it is."""

    PREFIX: ClassVar[str] = "headcount.refresh"


@dataclass(frozen=True)
class TakeOver(_OfHeadcount):
    """The answer to "this is somebody else's headcount"; `seen`: whose it was, so that of two one gets it."""

    PREFIX: ClassVar[str] = "headcount.takeover"
    seen: int
    yes: bool


@dataclass(frozen=True)
class End(_OfHeadcount):
    PREFIX: ClassVar[str] = "headcount.end"


@dataclass(frozen=True)
class Convert(_OfHeadcount):
    """Makes a headcount for one dungeon a run."""

    PREFIX: ClassVar[str] = "headcount.convert"
    dungeon: str


@dataclass(frozen=True)
class AskDungeon(_OfHeadcount):
    """Asks which dungeon of several it shall be."""

    PREFIX: ClassVar[str] = "headcount.ask"


@dataclass(frozen=True)
class ConvertTo(_OfHeadcount):
    """The select that answers it."""

    PREFIX: ClassVar[str] = "headcount.convert_to"
