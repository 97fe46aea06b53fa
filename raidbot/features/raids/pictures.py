"""Pictures of raids."""

from collections.abc import Mapping

from raidbot.features.dungeons.api import RaiderClass
from raidbot.kernel.pictures import Bar, bars


def class_split(dungeon: str, subtitle: str, classes: Mapping[str | None, int], limits: Mapping[str, int]) -> bytes:
    """Paint how many raiders play which class, the most played first, as PNG; None counts those without one.

    `dungeon` is its name.
    """
    played = sorted(((classes.get(one.value, 0), one) for one in RaiderClass), key=lambda entry: -entry[0])
    rows = [
        Bar(one.label, count, f"{count} / {limits[one.value]}" if one.value in limits else None)
        for count, one in played
        if count
    ]
    undecided = classes.get(None, 0)
    if undecided:
        rows.append(Bar("No class yet", undecided, faint=True))
    return bars(f"{dungeon} by class", rows, subtitle=subtitle)
