"""What raiders see of their history: custom ids, the answer of `/myruns`, and its sentences."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import ClassVar, Final, Self

import hikari

from raidbot.features.dungeons.api import Catalogue
from raidbot.features.quota import models as m
from raidbot.kernel.discord.answers import Reply
from raidbot.kernel.discord.custom_ids import CustomId
from raidbot.kernel.discord.palette import Colour
from raidbot.kernel.discord.text import count

NOTHING_YET: Final = (
    "You haven't completed a run on this server yet. See what is open with `/runs` and press **Join** there: once the "
    "run has ended, you'll find it here."
)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_Row = hikari.impl.MessageActionRowBuilder

# --- custom ids: a changed field list needs a higher VERSION ---------------------------------------------------------


@dataclass(frozen=True)
class _Turn(CustomId):
    """Turns the page at a place in the history: `at` is its time in microseconds since 1970."""

    at: int
    run_id: int

    @classmethod
    def from_place(cls, place: m.Place) -> Self:
        """Make the id of a turn at a place."""
        return cls((place.at - _EPOCH) // _MICROSECOND, place.run_id)

    @property
    def place(self) -> m.Place:
        return m.Place(_EPOCH + self.at * _MICROSECOND, self.run_id)


@dataclass(frozen=True)
class Older(_Turn):
    PREFIX: ClassVar[str] = "myruns.older"


@dataclass(frozen=True)
class Newer(_Turn):
    PREFIX: ClassVar[str] = "myruns.newer"


# --- the answer ------------------------------------------------------------------------------------------------------


def history(seen: m.History, catalogue: Catalogue) -> Reply:
    """Show a page of a raider's runs, and the totals."""
    if not seen.runs:
        return Reply(NOTHING_YET)
    embed = hikari.Embed(
        title="Your runs",
        description="\n".join(_line(run, catalogue) for run in seen.runs),
        colour=int(Colour.INFO),
    )
    embed.add_field("Completions", f"**{seen.completions:,}** in all\n**{seen.this_week:,}** this week", inline=True)
    most = [f"{_name(total.dungeon, catalogue)}: {total.completions:,}" for total in seen.totals[: m.FAVOURITES]]
    embed.add_field("Most completed", "\n".join(most), inline=True)
    return Reply(embed=embed, rows=[_turns(seen)] if seen.newer or seen.older else ())


def _line(run: m.CompletedRun, catalogue: Catalogue) -> str:
    pops = f" · {count(run.pops, 'pop')}" if run.pops else ""
    return f"<t:{int(run.at.timestamp())}:d> · {_name(run.dungeon, catalogue)}{pops}"


def _name(code: str, catalogue: Catalogue) -> str:
    dungeon = catalogue.find(code)
    return f"**{code}**" if dungeon is None else f"{dungeon.emoji} **{dungeon.name}**"


def _turns(seen: m.History) -> _Row:
    row = _Row()
    for custom_id, label, there in (
        (Newer.from_place(seen.runs[0].place), "Newer", seen.newer),
        (Older.from_place(seen.runs[-1].place), "Older", seen.older),
    ):
        row.add_interactive_button(hikari.ButtonStyle.SECONDARY, custom_id.pack(), label=label, is_disabled=not there)
    return row
