"""Understands when a run is planned for, as people type it."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

from raidbot.features.schedule.models.errors import NotAheadError, TooFarAheadError, WhenError
from raidbot.features.schedule.models.plans import AHEAD_AT_MOST

EXAMPLES: Final = ("20:30", "tomorrow 20:30", "fri 20:30", "2026-12-24 20:30", "in 2h30m")
"""One of each way to say it."""

_STAMP: Final = re.compile(r"<t:(\d{1,11})(?::[tdfr])?>|(\d{9,11})")
_SPAN: Final = re.compile(
    r"(?:in |\+ ?)?(?=\d)(?:(?P<days>\d{1,2}) ?d(?:ays?)?)?"
    r" ?(?:(?P<hours>\d{1,3}) ?h(?:(?:ou)?rs?)?)? ?(?:(?P<minutes>\d{1,5}) ?m(?:in(?:ute)?s?)?)?"
)
_DAY: Final = r"(?P<day>[a-z]+|\d{4}-\d{1,2}-\d{1,2})"
_CLOCK: Final = r"(?:at )?(?P<hour>\d{1,2})(?::(?P<minute>\d{2}))? ?(?P<half>am|pm)?"
_ON_A_DAY: Final = tuple(
    re.compile(f"{pattern}(?P<utc> ?utc)?") for pattern in (_CLOCK, f"{_DAY} {_CLOCK}", f"{_CLOCK} (?:on )?{_DAY}")
)
_NEAR: Final[Mapping[str, int]] = {"today": 0, "tonight": 0, "tomorrow": 1, "tmr": 1, "tmrw": 1}
_WEEKDAYS: Final[Mapping[str, int]] = {
    word: number
    for number, words in enumerate(
        (
            "mon monday",
            "tue tues tuesday",
            "wed weds wednesday",
            "thu thur thurs thursday",
            "fri friday",
            "sat saturday",
            "sun sunday",
        )
    )
    for word in words.split()
}


def understood(text: str, now: datetime, zone: tzinfo) -> datetime:
    """Read a time that lies ahead, 30 days at most; what names no zone is meant in `zone`. Returns UTC.

    Raises WhenError for what is no time, NotAheadError or TooFarAheadError.
    """
    typed = " ".join(text.lower().replace(",", " ").split())
    moment = _stamp(typed) or _span(typed, now) or _on_a_day(typed, now, zone)
    if moment is None:
        raise WhenError(text)
    if moment <= now:
        raise NotAheadError(moment)
    if moment > now + AHEAD_AT_MOST:
        raise TooFarAheadError(moment)
    return moment


def _stamp(typed: str) -> datetime | None:
    """Read Unix seconds, bare or as Discord's timestamp."""
    found = _STAMP.fullmatch(typed)
    return None if found is None else datetime.fromtimestamp(int(found[1] or found[2]), tz=UTC)


def _span(typed: str, now: datetime) -> datetime | None:
    """Read "in 2h30m": from now, in whole minutes."""
    found = _SPAN.fullmatch(typed)
    if found is None:
        return None
    span = timedelta(**{unit: int(number) for unit, number in found.groupdict().items() if number})
    return (now + span).replace(second=0, microsecond=0)


def _on_a_day(typed: str, now: datetime, zone: tzinfo) -> datetime | None:
    """Read a time of day, with or without a day."""
    found = next((match for pattern in _ON_A_DAY if (match := pattern.fullmatch(typed))), None)
    if found is None:
        return None
    zone = UTC if found["utc"] else zone
    try:
        clock = _clock(found)
        day = found.groupdict().get("day")
        return None if clock is None else _moment(day, clock, now, zone)
    except (ValueError, OverflowError):  # the 30th of February, 25:00
        return None


def _clock(found: re.Match[str]) -> time | None:
    hour, half = int(found["hour"]), found["half"]
    if half is None:
        return None if found["minute"] is None else time(hour, int(found["minute"]))
    if not 1 <= hour <= 12:
        return None
    return time(hour % 12 + 12 * (half == "pm"), int(found["minute"] or 0))


def _moment(day: str | None, clock: time, now: datetime, zone: tzinfo) -> datetime | None:
    """Find the moment that is meant: without a day the next one, of a weekday the next that is still ahead."""
    today = now.astimezone(zone).date()

    def on(when: date) -> datetime:
        return datetime.combine(when, clock, tzinfo=zone).astimezone(UTC)

    if day is None:
        moment = on(today)
        return moment if moment > now else on(today + timedelta(days=1))
    if day in _NEAR:
        return on(today + timedelta(days=_NEAR[day]))
    if day in _WEEKDAYS:
        next_one = today + timedelta(days=(_WEEKDAYS[day] - today.weekday()) % 7)
        moment = on(next_one)
        return moment if moment > now else on(next_one + timedelta(days=7))
    return on(date(*map(int, day.split("-"))))  # a word that is no day is a ValueError, as is a day that is none
