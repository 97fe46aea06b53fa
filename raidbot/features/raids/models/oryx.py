"""How an Oryx 3 run goes: the realm's score, then three stages in order."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

SCORE_MAX: Final = 99
"""Percent; at 100 the realm is closed."""


class Stage(StrEnum):
    """How far a live run is, once its realm is closed."""

    CLOSED = "closed"
    MINIBOSS = "miniboss"
    THIRD_ROOM = "third_room"


COMES_AFTER: Final[Mapping[Stage, Stage | None]] = MappingProxyType(
    {Stage.CLOSED: None, Stage.MINIBOSS: Stage.CLOSED, Stage.THIRD_ROOM: Stage.MINIBOSS}
)
"""Where a run must stand for a stage to be next."""


class Miniboss(StrEnum):
    """Who guards the second room."""

    DAMMAH = "dammah"
    GEMSBOK = "gemsbok"
    LEUCORYX = "leucoryx"
    BEISA = "beisa"

    @property
    def label(self) -> str:
        """The name as raiders say it."""
        return self.value.title()

    @property
    def epithet(self) -> str:
        """The rest of the name, as the game shows it."""
        return _EPITHETS[self]


_EPITHETS: Final = {
    Miniboss.DAMMAH: "Magical Sentinel",
    Miniboss.GEMSBOK: "Forgotten Sentinel",
    Miniboss.LEUCORYX: "Untainted Sentinel",
    Miniboss.BEISA: "Permafrost Sentinel",
}
