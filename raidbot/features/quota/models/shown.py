"""What is shown of quotas."""

from collections.abc import Sequence
from dataclasses import dataclass

from raidbot.features.quota.models.config import Configured, Quota
from raidbot.features.quota.models.periods import Period, Standing, Tally


@dataclass(frozen=True, slots=True)
class Board:
    """What the panel of a quota shows."""

    configured: Configured
    first: Sequence[Standing]
    tally: Tally


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of all who hold a role; `more`: there are others behind it."""

    quota: Quota
    period: Period
    standings: Sequence[Standing]
    more: bool


@dataclass(frozen=True, slots=True)
class Report:
    """What is told of a period that is over."""

    period: Period
    standings: Sequence[Standing]
