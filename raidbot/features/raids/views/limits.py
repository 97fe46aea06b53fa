"""How an organizer sets a run's limits: the form, and what is wrong with what was typed."""

from collections.abc import Callable, Mapping
from typing import Final

from raidbot.features.dungeons.api import Dungeon, RaiderClass
from raidbot.features.raids import models as m
from raidbot.features.raids.views import ids
from raidbot.kernel.discord.answers import Form, Input
from raidbot.kernel.discord.text import CONTENT, cut, plain

_TYPED: Final = 400
"""Characters of a list of limits: every class with its number takes 220."""
_QUOTED: Final = 50
_NAMES: Final = [(raider.value, raider.label) for raider in RaiderClass]


def limits_form(run: m.Run, dungeon: Dungeon) -> Form:
    """Ask for the limits, the present ones filled in."""
    keys = [(key.code, key.label) for key in dungeon.keys]
    inputs = [
        Input("cap", "Raiders at most", str(run.cap or "") or None, "Empty: no limit", required=False, max_length=4),
        Input(
            "classes",
            "Of a class at most",
            m.write_limits(run.class_limits, _NAMES) or None,
            "Knight 2, Warrior 3",
            required=False,
            max_length=_TYPED,
        ),
    ]
    if keys:
        example = m.write_limits({code: 2 for code, _ in keys[:2]}, keys)
        value = m.write_limits(run.key_limits, keys) or None
        inputs.append(Input("keys", "Of a key at most", value, example, required=False, max_length=_TYPED))
    return Form(ids.LimitsForm(run.id), "Limits", inputs)


_MISREAD: Final[Mapping[m.Misread, Callable[[str, m.BadLimitsError], str]]] = {
    m.Misread.CAP: lambda typed, _: f"“{typed}” is no number of raiders from 1 to {m.LIMIT_MAX:,}.",
    m.Misread.NUMBER: lambda typed, _: f"“{typed}” needs a name and a number from 1 to {m.LIMIT_MAX:,}: “knight 2”.",
    m.Misread.CLASS: lambda typed, _: (
        f"I don't know a class “{typed}”. There are {', '.join(label for _, label in _NAMES)}."
    ),
    m.Misread.KEY: lambda typed, error: (
        f"This dungeon has no key “{typed}”. It takes {' and '.join(error.keys) or 'none'}."
    ),
}


def bad_limits(error: m.BadLimitsError) -> str:
    """Say what of the limits cannot be read, each kind of mistake once."""
    first = dict(reversed(error.misread))
    told = [_MISREAD[what](plain(cut(typed, _QUOTED)), error) for what, typed in reversed(first.items())]
    return cut("\n".join(["Nothing was changed.", *told]), CONTENT)
