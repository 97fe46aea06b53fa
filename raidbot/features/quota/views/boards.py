"""What members see of leaderboards: custom ids, the pages, what stands on a picture, and the refusals.

The buttons of a leaderboard in a channel open a copy that only the presser sees; theirs turns its pages in place.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from string import ascii_lowercase, digits
from typing import Any, ClassVar, Final, Self

import hikari

from raidbot.features.dungeons.api import Catalogue
from raidbot.features.quota import models as m
from raidbot.kernel.discord.answers import Reply
from raidbot.kernel.discord.custom_ids import CustomId
from raidbot.kernel.discord.palette import Colour
from raidbot.kernel.discord.text import count, cut, figure, plain
from raidbot.kernel.errors import UserError

TITLES: Final = {
    m.Category.COMPLETIONS: "Completions",
    m.Category.ORGANISED: "Runs organised",
    m.Category.KEYS: "Keys popped",
    m.Category.POINTS: "Points",
    m.Category.QUOTA_POINTS: "Quota points",
}
_MEDALS: Final = {1: "🥇", 2: "🥈", 3: "🥉"}
_DIGITS: Final = digits + ascii_lowercase
_HUNDRED: Final = Decimal(100)
_A_DAY: Final = 24 * 60
"""Minutes."""
_Row = hikari.impl.MessageActionRowBuilder

# --- custom ids: a changed field list needs a higher VERSION ---------------------------------------------------------

_LETTERS: Final = {
    m.Category.COMPLETIONS: "c",
    m.Category.ORGANISED: "o",
    m.Category.KEYS: "k",
    m.Category.POINTS: "p",
    m.Category.QUOTA_POINTS: "q",
}
_CATEGORIES: Final = {letter: category for category, letter in _LETTERS.items()}


def _short(number: int) -> str:
    """Write a number of no sign as `int(text, 36)` reads it: ids would not all fit otherwise."""
    text = ""
    while number:
        number, digit = divmod(number, len(_DIGITS))
        text = _DIGITS[digit] + text
    return text or "0"


def _packed(period: m.Span) -> str:
    if isinstance(period, m.Month):
        return f"m{_short(period.first.toordinal())}"
    if isinstance(period, m.Days) and period.begins == time() and period.ends is None:
        days = ("" if day is None else _short(day.toordinal()) for day in (period.first, period.last))
        return f"d{'-'.join(days)}"
    if isinstance(period, m.Days):
        return f"t{_of(period.first, period.begins)}-{_of(period.last, period.ends)}"
    return ""


def _of(day: date | None, of_day: time | None) -> str:
    """Write a day and a time as one number, of which each day has one more: for no time, as for its end."""
    if day is None:
        return ""
    minute = _A_DAY if of_day is None else of_day.hour * 60 + of_day.minute
    return _short(day.toordinal() * (_A_DAY + 1) + minute)


def _unpacked(text: str) -> m.Span:
    """Read what `_packed` wrote. Raises ValueError for anything else."""
    numbers = [int(part, 36) if part else None for part in text[1:].split("-")]
    match text[:1], numbers:
        case "", _:
            return None
        case "m", [int(first)]:
            return m.Month(date.fromordinal(first))
        case "d", [first, last]:
            return m.Days(_day_of(first), _day_of(last))
        case "t", [first, last]:
            (begin, begins), (end, ends) = (_day_and_time(one) for one in (first, last))
            return m.Days(begin, end, begins or time(), ends)
        case _:
            raise ValueError(text)


def _day_of(number: int | None) -> date | None:
    return None if number is None else date.fromordinal(number)


def _day_and_time(number: int | None) -> tuple[date | None, time | None]:
    if number is None:
        return None, None
    day, minute = divmod(number, _A_DAY + 1)
    return date.fromordinal(day), None if minute == _A_DAY else time(*divmod(minute, 60))


@dataclass(frozen=True)
class _OfRanking(CustomId):
    category: str
    dungeon: str
    role: str
    period: str
    lowest_first: bool

    @property
    def ranking(self) -> m.Ranking:
        return m.Ranking(
            _CATEGORIES[self.category],
            self.dungeon or None,
            int(self.role, 36) or None,
            _unpacked(self.period),
            self.lowest_first,
        )


def _fields(ranking: m.Ranking) -> tuple[str, str, str, str, bool]:
    return (
        _LETTERS[ranking.category],
        ranking.dungeon or "",
        _short(ranking.role_id or 0),
        _packed(ranking.period),
        ranking.lowest_first,
    )


@dataclass(frozen=True)
class _Turn(_OfRanking):
    """Goes to the lines on one side of a spot, whose total is in hundredths."""

    way: m.Way
    total: str
    user: str

    @classmethod
    def to(cls, ranking: m.Ranking, way: m.Way, spot: m.Spot) -> Self:
        """Make the id of a turn."""
        return cls(*_fields(ranking), way, _short(int(spot.total * _HUNDRED)), _short(spot.user_id))

    @property
    def spot(self) -> m.Spot:
        return m.Spot(Decimal(int(self.total, 36)) / _HUNDRED, int(self.user, 36))


@dataclass(frozen=True)
class OpenBoard(_Turn):
    """Opens a copy."""

    PREFIX: ClassVar[str] = "board.open"


@dataclass(frozen=True)
class TurnBoard(_Turn):
    """Turns a copy's page."""

    PREFIX: ClassVar[str] = "board.turn"


@dataclass(frozen=True)
class DrawBoard(_OfRanking):
    """Puts a picture on a leaderboard, in the channel or a copy, with the place of `owner`, whose leaderboard it is."""

    PREFIX: ClassVar[str] = "board.draw"

    owner: str
    public: bool

    @classmethod
    def of(cls, ranking: m.Ranking, owner_id: int, *, public: bool) -> Self:
        """Make the id."""
        return cls(*_fields(ranking), _short(owner_id), public)

    @property
    def owner_id(self) -> int:
        return int(self.owner, 36)


# --- a page ----------------------------------------------------------------------------------------------------------


def board(
    seen: m.Leaderboard,
    catalogue: Catalogue,
    me: int,
    *,
    public: bool,
    colour: int | None,
    picture: bytes | None = None,
) -> Reply:
    """Show a page; `me` is whose place is told. A public one is the first page."""
    ranking = seen.ranking
    own = ["", _own(seen, me, public=public)] if seen.lines else []
    embed = hikari.Embed(
        title=f"🏆 {title(ranking, catalogue)}",
        description="\n".join([_what(ranking), "", *(_lines(seen) or [_nobody(ranking, catalogue)]), *own]),
        colour=_colour(seen, colour),
    )
    if seen.lines:
        hint = " · The buttons open your own copy" if public and seen.places > m.LINES else ""
        embed.set_footer(f"{_places(seen)}{', lowest first' if ranking.lowest_first else ''}{hint}")
    if picture is not None:
        embed.set_image(hikari.Bytes(picture, "leaderboard.png"))
    return Reply(embed=embed, rows=_buttons(seen, me, public=public, drawn=picture is not None))


def title(ranking: m.Ranking, catalogue: Catalogue) -> str:
    """Say what is ranked."""
    counted = TITLES[ranking.category]
    return counted if ranking.dungeon is None else f"{counted}: {_dungeon(ranking.dungeon, catalogue)}"


def _dungeon(code: str, catalogue: Catalogue) -> str:
    dungeon = catalogue.find(code)
    return code if dungeon is None else dungeon.name


def subtitle(seen: m.Leaderboard) -> str:
    """Say of which time and of how many, for a picture."""
    order = ", lowest first" if seen.ranking.lowest_first else ""
    return f"{period(seen.ranking.period)} · {count(seen.places, 'member')}{order}"


def period(chosen: m.Span) -> str:
    """Name a period."""
    match chosen:
        case m.Month(first):
            return f"{first:%B %Y}, by UTC"
        case m.Days(None, date() as last, _, ends):
            return f"Until {_day(last, ends)}"
        case m.Days(date() as first, None, begins, _):
            return f"Since {_day(first, _shown(begins))}"
        case m.Days(date() as first, date() as last, begins, ends):
            whole = first == last and begins == time() and ends is None
            return _day(first) if whole else f"{_day(first, _shown(begins))} to {_day(last, ends)}"
        case _:
            return "All time"


def _day(day: date, of_day: time | None = None) -> str:
    return f"{day.day} {day:%B %Y}" + (f", {of_day:%H:%M}" if of_day is not None else "")


def _shown(begins: time) -> time | None:
    """Leave out a midnight, with which days begin anyway."""
    return None if begins == time() else begins


def _what(ranking: m.Ranking) -> str:
    return period(ranking.period) + (f" · <@&{ranking.role_id}>" if ranking.role_id else "")


def _places(seen: m.Leaderboard) -> str:
    if len(seen.lines) == seen.places:
        return count(seen.places, "member")
    return f"Places {seen.lines[0].place:,} to {seen.lines[-1].place:,} of {seen.places:,}"


def _nobody(ranking: m.Ranking, catalogue: Catalogue) -> str:
    counted = TITLES[ranking.category].lower()
    dungeon = "" if ranking.dungeon is None else f" of {_dungeon(ranking.dungeon, catalogue)}"
    return f"Nobody has any {counted}{dungeon} {'yet' if ranking.period is None else 'in this time'}."


def _lines(seen: m.Leaderboard) -> list[str]:
    lines = reversed(seen.lines) if seen.ranking.lowest_first else seen.lines
    return [
        f"{_MEDALS.get(line.place, f'`{line.place:,}.`')} <@{line.user_id}> · **{figure(line.total)}**"
        for line in lines
    ]


def _own(seen: m.Leaderboard, me: int, *, public: bool) -> str:
    own = seen.own
    if own is None:
        return f"<@{me}> isn't on it yet." if public else "You aren't on it yet."
    who = f"<@{me}> stands" if public else "You stand"
    return f"{who} at place **{own.place:,}** of {seen.places:,}, with **{figure(own.total)}**."


def _colour(seen: m.Leaderboard, colour: int | None) -> int:
    if not seen.lines:
        return int(Colour.NEUTRAL)
    return int(Colour.INFO) if colour is None else colour


def _buttons(seen: m.Leaderboard, me: int, *, public: bool, drawn: bool) -> list[_Row]:
    if not seen.lines:
        return []
    ranking, first, last = seen.ranking, seen.lines[0].spot, seen.lines[-1].spot
    kind = OpenBoard if public else TurnBoard
    ways = [
        (m.Way.TOP, first, seen.at_top),
        (m.Way.ABOVE, first, seen.at_top),
        (m.Way.BELOW, last, seen.at_bottom),
        (m.Way.BOTTOM, last, seen.at_bottom),
    ]
    rows = []
    if seen.places > len(seen.lines):
        rows.append(_Row())
        ordered = reversed(ways) if ranking.lowest_first else ways
        for label, (way, spot, there) in zip(("First", "Previous", "Next", "Last"), ordered, strict=True):
            packed = kind.to(ranking, way, spot).pack()
            rows[-1].add_interactive_button(hikari.ButtonStyle.SECONDARY, packed, label=label, is_disabled=there)
        mine = kind.to(ranking, m.Way.MINE, first).pack()
        rows[-1].add_interactive_button(hikari.ButtonStyle.PRIMARY, mine, label="My place")
    if not drawn:
        rows.append(_Row())
        draw = DrawBoard.of(ranking, me, public=public).pack()
        rows[-1].add_interactive_button(hikari.ButtonStyle.SECONDARY, draw, label="Picture", emoji="📊")
    return rows


ERROR_TEXTS: Final[Mapping[type[UserError], Callable[[Any], str]]] = {
    m.BadDateError: lambda error: (
        f"I can't read “{plain(cut(error.text, 50))}” as a date. Write year, month and day, such as `2026-06-01`, "
        "or add a time, such as `2026-06-01 18:00`."
    ),
    m.DatesCrossedError: lambda error: (
        f"Nothing lies between {_day(error.first, _shown(error.begins))} and {_day(error.last, error.ends)}. "
        "Swap `since:` and `until:`, or move one; without times both days are counted."
    ),
    m.TwoPeriodsError: lambda _: "Choose a period or type dates with `since:` and `until:`, not both.",
    m.NoQuotaToRankError: lambda _: "`role:` chooses whose quota points are ranked: leave it out for anything else.",
}
