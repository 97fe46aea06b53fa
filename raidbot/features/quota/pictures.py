"""Pictures of quota: leaderboards, a member's weeks, and how far a role's holders are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from raidbot.features.quota.models import Leaderboard, Line, Week
from raidbot.kernel.pictures import ACCENT, GOLD, GREEN, Bar, Series, bars, columns, drawable

TOP: Final = 10
"""Bars of a leaderboard, and one more for whoever asks."""
_DONE: Final = (("Completions", ACCENT), ("Organised", GREEN), ("Keys popped", GOLD))
_DAYS: Final = 7
_LEFT_TO_RIGHT: Final = "\u200e"
"""Or a name in Arabic would go before its place."""
Names = Mapping[int, Sequence[str]]
"""What members go by, the name that the server shows first; who is not there is shown by id."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a holder of a quota role is."""

    user_id: int
    points: Decimal
    excused: bool = False


def shown(board: Leaderboard) -> list[Line]:
    """List the lines of a board's picture: its first ten, and whoever asks if they are not among them."""
    first = list(reversed(board.lines) if board.ranking.lowest_first else board.lines)[:TOP]
    own = board.own
    return first if own is None or own.user_id in {line.user_id for line in first} else [*first, own]


def leaderboard(title: str, subtitle: str, board: Leaderboard, names: Names) -> bytes:
    """Paint the first of a board as bars, whoever asks in gold."""
    mine = None if board.own is None else board.own.user_id
    rows = [
        Bar(
            f"{_LEFT_TO_RIGHT}{line.place:,}. {named(line.user_id, names)}",
            float(line.total),
            f"{line.total.normalize():,f}",
            colour=GOLD if line.user_id == mine else ACCENT,
        )
        for line in shown(board)
    ]
    return bars(title, rows, subtitle=subtitle)


def activity(name: str, weeks: Sequence[Week]) -> bytes:
    """Paint what a member did, week by week; `name` is theirs."""
    done = [[max(count, 0) for count in (week.completions, week.organised, week.keys)] for week in weeks]
    series = [
        Series(f"{what} {sum(counts):,}", colour)
        for counts, (what, colour) in zip(zip(*done, strict=True), _DONE, strict=True)
    ]
    months = [f"{week.monday:%b}" if week.monday.day <= _DAYS else "" for week in weeks]
    return columns(name, series, list(zip(months, done, strict=True)), subtitle=f"The last {len(weeks)} weeks")


def progress(title: str, subtitle: str, holders: Sequence[Progress], required: Decimal, names: Names) -> bytes:
    """Paint how far holders of a quota role are, in the order given, with a line at what is required.

    Who is there is green; who is excused stands back.
    """
    rows = [
        Bar(
            named(one.user_id, names),
            float(one.points),
            f"{one.points.normalize():,f} / {required.normalize():,f}",
            faint=one.excused,
            colour=GREEN if one.points >= required else ACCENT,
        )
        for one in holders
    ]
    longest = max([required, *(one.points for one in holders)])
    return bars(title, rows, subtitle=subtitle, most=float(longest) or None, goal=float(required) or None)


def named(user_id: int, names: Names) -> str:
    """Choose the first of a member's names of which the font can draw at least a letter or figure."""
    drawn = (drawable(name) for name in names.get(user_id, ()))
    return next((name for name in drawn if any(map(str.isalnum, name))), str(user_id))
