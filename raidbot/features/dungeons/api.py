"""What the other features know of dungeons."""

from __future__ import annotations

from functools import cache

from raidbot.features.dungeons.models import (
    ORYX_3,
    CallOut,
    Catalogue,
    Category,
    Dungeon,
    DungeonDataError,
    DungeonKey,
    Opening,
    RaiderClass,
    resolve_emoji,
)
from raidbot.features.dungeons.service import RecentDungeons, suggest_dungeons
from raidbot.features.dungeons.sources import load, shipped

__all__ = [
    "ORYX_3",
    "CallOut",
    "Catalogue",
    "Category",
    "Dungeon",
    "DungeonDataError",
    "DungeonKey",
    "Opening",
    "RaiderClass",
    "RecentDungeons",
    "catalogue",
    "resolve_emoji",
    "suggest_dungeons",
]


@cache
def catalogue() -> Catalogue:
    """Return the catalogue of the shipped dungeons, read once; raises DungeonDataError, which must stop the boot."""
    return load(shipped())
