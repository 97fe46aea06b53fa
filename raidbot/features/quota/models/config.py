"""What things are worth, as administrators set it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final

from raidbot.features.quota.models.errors import WrongPointsError
from raidbot.features.quota.models.ledger import COMPLETION_POINTS, KEY_POP_POINTS, NO_POINTS, POINTS_MAX
from raidbot.features.quota.models.periods import Calendar, Past, Period
from raidbot.kernel.guilds import Module, RoleKey
from raidbot.kernel.permissions import ADMINISTRATOR, Capability

SEE_CONFIG: Final = Capability("see what is worth how many points", RoleKey.MODERATOR, Module.QUOTA)
CONFIGURE: Final = Capability("configure points and quotas", ADMINISTRATOR, Module.QUOTA)
_TYPED: Final = re.compile(r"\d{1,4}(\.\d{1,2})?|\.\d{1,2}", re.ASCII)


class Worth(StrEnum):
    """What raiders get points for, by dungeon; the value names the table."""

    COMPLETION = "raider_points"
    KEY_POP = "key_pop_points"

    @property
    def default(self) -> Decimal:
        """Return what it is worth where nothing is set."""
        return _WORTH[self]


_WORTH: Final = {Worth.COMPLETION: COMPLETION_POINTS, Worth.KEY_POP: KEY_POP_POINTS}


class Figure(StrEnum):
    """A number of a quota; the value names the column."""

    REQUIRED = "required_points"
    EXALT = "base_exalt_points"
    NON_EXALT = "base_non_exalt_points"
    VERIFY = "verify_points"
    WARN = "warn_points"
    SUSPEND = "suspend_points"
    MODMAIL_REPLY = "modmail_reply_points"
    EDITNAME = "editname_points"
    ADDNOTE = "addnote_points"

    @property
    def default(self) -> Decimal:
        """Return what holds where nothing is set."""
        return COMPLETION_POINTS if self in {Figure.EXALT, Figure.NON_EXALT} else NO_POINTS


class Figures(StrEnum):
    """The forms that the numbers of a quota are typed in."""

    RUNS = "runs"
    CONDUCT = "conduct"
    SERVICE = "service"

    @property
    def all(self) -> Sequence[Figure]:
        """List the numbers, in the order of the form."""
        return _FORMS[self]


_FORMS: Final[Mapping[Figures, Sequence[Figure]]] = {
    Figures.RUNS: (Figure.REQUIRED, Figure.EXALT, Figure.NON_EXALT),
    Figures.CONDUCT: (Figure.VERIFY, Figure.WARN, Figure.SUSPEND),
    Figures.SERVICE: (Figure.MODMAIL_REPLY, Figure.EDITNAME, Figure.ADDNOTE),
}


@dataclass(frozen=True, slots=True)
class DungeonPoints:
    """What a dungeon is worth, where that is not the default."""

    dungeon: str
    points: Decimal


@dataclass(frozen=True, slots=True)
class Quota:
    """A role's quota."""

    guild_id: int
    role_id: int
    required_points: Decimal
    base_exalt_points: Decimal
    base_non_exalt_points: Decimal
    verify_points: Decimal
    warn_points: Decimal
    suspend_points: Decimal
    modmail_reply_points: Decimal
    editname_points: Decimal
    addnote_points: Decimal
    calendar: Calendar
    anchor: datetime
    """When a period begins, by the guild's own clock."""
    posting: int | None
    """Names the panel that stands."""

    def __getitem__(self, figure: Figure) -> Decimal:
        points: Decimal = getattr(self, figure.value)
        return points


@dataclass(frozen=True, slots=True)
class Configured:
    """How a role's quota is configured, and how it went."""

    quota: Quota
    overrides: Sequence[DungeonPoints]
    period: Period
    past: Sequence[Past] = ()


def read_points(text: str, what: str) -> Decimal | None:
    """Read points as people type them: "1", "1.1", "0,29"; nothing means the default. Raises WrongPointsError.

    Three places are refused rather than read: "1,000" may mean a thousand.
    """
    typed = text.strip().replace(",", ".")
    if not typed:
        return None
    if not _TYPED.fullmatch(typed):
        raise WrongPointsError(what)
    return Decimal(typed).quantize(POINTS_MAX)


@dataclass(frozen=True, slots=True)
class Change:
    """Who changes a role's quota (None: the bot) by which interaction.

    `channel_id` is where quotas are shown, None: nowhere.
    """

    guild_id: int
    role_id: int
    actor_id: int | None
    interaction_id: int
    channel_id: int | None


def topic_of(posting: int) -> str:
    """Name what the panel that an interaction posted shows."""
    return f"quota.{posting}"


def posting_of(topic: str) -> int:
    """Tell which interaction posted the panel of a topic."""
    return int(topic.removeprefix("quota."))
