"""The custom ids of configuration and quotas. A changed field list needs a higher VERSION."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Final, Self

from raidbot.features.quota import models as m
from raidbot.kernel.discord.custom_ids import CustomId

_RUNS: Final = 10**7

# --- /configpoints ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ShowWorths(CustomId):
    PREFIX: ClassVar[str] = "points.show"
    kind: m.Worth


@dataclass(frozen=True)
class ChooseWorth(CustomId):
    """A select of dungeons; `part` counts them."""

    PREFIX: ClassVar[str] = "points.choose"
    kind: m.Worth
    part: int


@dataclass(frozen=True)
class WorthForm(CustomId):
    PREFIX: ClassVar[str] = "points.form"
    kind: m.Worth
    dungeon: str


# --- /configquota ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _OfRole(CustomId):
    role_id: int


@dataclass(frozen=True)
class ShowQuota(_OfRole):
    PREFIX: ClassVar[str] = "configquota.show"


@dataclass(frozen=True)
class ChooseOverride(_OfRole):
    """A select of dungeons; `part` counts them."""

    PREFIX: ClassVar[str] = "configquota.choose"
    part: int


@dataclass(frozen=True)
class OverrideForm(_OfRole):
    PREFIX: ClassVar[str] = "configquota.override"
    dungeon: str


@dataclass(frozen=True)
class AskFigures(_OfRole):
    PREFIX: ClassVar[str] = "configquota.ask"
    form: m.Figures


@dataclass(frozen=True)
class FiguresForm(_OfRole):
    PREFIX: ClassVar[str] = "configquota.figures"
    form: m.Figures


@dataclass(frozen=True)
class AskCalendar(_OfRole):
    PREFIX: ClassVar[str] = "configquota.calendar"


@dataclass(frozen=True)
class CalendarForm(_OfRole):
    PREFIX: ClassVar[str] = "configquota.calendar.form"


@dataclass(frozen=True)
class PostBoard(_OfRole):
    PREFIX: ClassVar[str] = "configquota.post"


@dataclass(frozen=True)
class LastReport(_OfRole):
    PREFIX: ClassVar[str] = "configquota.report"


@dataclass(frozen=True)
class AskDelete(_OfRole):
    PREFIX: ClassVar[str] = "configquota.delete"


@dataclass(frozen=True)
class Delete(_OfRole):
    PREFIX: ClassVar[str] = "configquota.delete.yes"


# --- quotas ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class MyQuota(CustomId):
    """Under a panel; it is also what the panel is known by, so it names the posting."""

    PREFIX: ClassVar[str] = "quota.mine"
    posting: int


@dataclass(frozen=True)
class FullList(_OfRole):
    """Shows all who hold the role, from the top."""

    PREFIX: ClassVar[str] = "quota.list"


@dataclass(frozen=True)
class NextPage(_OfRole):
    """Turns to those behind a place in the list; `number` counts who stands before.

    `score` is the points in hundredths and, in its last seven digits, the runs: five numbers of full length are too
    many for an id.
    """

    PREFIX: ClassVar[str] = "quota.list.next"
    score: int
    user_id: int
    number: int

    @classmethod
    def behind(cls, role_id: int, last: m.Standing, number: int) -> Self:
        """Make the id of a turn behind who is last on a page."""
        return cls(role_id, int(last.points * 100) * _RUNS + last.runs + _RUNS // 2, last.user_id, number)

    @property
    def place(self) -> m.Rank:
        hundredths, runs = divmod(self.score, _RUNS)
        return m.Rank(Decimal(hundredths) / 100, runs - _RUNS // 2, self.user_id)


@dataclass(frozen=True)
class Top(_OfRole):
    """Turns to the first page."""

    PREFIX: ClassVar[str] = "quota.list.top"


@dataclass(frozen=True)
class Progress(_OfRole):
    """Puts a picture of the first on the first page."""

    PREFIX: ClassVar[str] = "quota.list.picture"


# --- recalculation ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Preview(_OfRole):
    PREFIX: ClassVar[str] = "quota.update"


@dataclass(frozen=True)
class Recalculate(_OfRole):
    """`members` and `hundredths` are what the preview showed: how many change, and by how much in all."""

    PREFIX: ClassVar[str] = "quota.update.yes"
    members: int
    hundredths: int
