"""What is looked for in the audit, and how that is refused."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

from raidbot.kernel.audit import Entry, Filters
from raidbot.kernel.errors import UserError
from raidbot.kernel.guilds import RoleKey
from raidbot.kernel.permissions import Capability

READ: Final = Capability("read the audit", RoleKey.MODERATOR, None)
_AGO: Final = re.compile(r"(\d{1,4}) ?([hdw])", re.IGNORECASE)
_UNITS: Final = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_FORMATS: Final = ("%Y-%m-%d", "%Y-%m-%d %H:%M")


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the audit, the newest entry first."""

    filters: Filters
    entries: Sequence[Entry]
    newer: bool
    """Whether there are entries before this page."""
    older: bool


def moment(text: str, now: datetime, zone: tzinfo) -> datetime:
    """Read "2026-05-31", "2026-05-31 18:00" in a zone or "7d" (ago; h, d or w), to the minute. Raises BadTimeError."""
    asked = " ".join(text.split())
    ago = _AGO.fullmatch(asked)
    try:
        if ago is not None:
            found = now - int(ago[1]) * _UNITS[ago[2].lower()]
        else:
            found = datetime.strptime(asked, _FORMATS[" " in asked]).replace(tzinfo=zone)
    except (ValueError, OverflowError) as error:
        raise BadTimeError(text) from error
    if found.year < 2015:
        raise BadTimeError(text)
    return found.replace(second=0, microsecond=0).astimezone(UTC)


def span(since: str | None, until: str | None, now: datetime, zone: tzinfo) -> tuple[datetime | None, datetime | None]:
    """Read both ends of a span of time. Raises BadTimeError or EmptySpanError."""
    begins = None if since is None else moment(since, now, zone)
    ends = None if until is None else moment(until, now, zone)
    if begins is not None and ends is not None and begins >= ends:
        raise EmptySpanError
    return begins, ends


@dataclass(eq=False)
class BadTimeError(UserError):
    """This is no time that can be read."""

    text: str


class EmptySpanError(UserError):
    """The span of time ends before it begins."""
