"""When a run is planned for, as people type it."""

from datetime import UTC, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from raidbot.features.schedule import models as m
from raidbot.features.schedule import views

NOW = datetime(2026, 11, 26, 18, 12, 40, tzinfo=UTC)  # a Thursday
UNCHANGING = [ZoneInfo(name) for name in ("UTC", "Asia/Kathmandu", "Pacific/Kiritimati")]
ZONES = [*UNCHANGING, ZoneInfo("America/New_York"), ZoneInfo("Europe/Berlin")]
moments = st.integers(0, 6 * 366 * 86_400).map(lambda seconds: NOW - timedelta(days=800) + timedelta(seconds=seconds))
zones = st.sampled_from(ZONES)


def read(text: str, zone: tzinfo = UTC) -> str:
    return m.understood(text, NOW, zone).strftime("%a %d %b %H:%M")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("20:30", "Thu 26 Nov 20:30"),
        ("at 20:30", "Thu 26 Nov 20:30"),
        ("8:30 pm", "Thu 26 Nov 20:30"),
        ("8pm", "Thu 26 Nov 20:00"),
        ("17:00", "Fri 27 Nov 17:00"),
        ("12 am", "Fri 27 Nov 00:00"),
        ("today 20:30", "Thu 26 Nov 20:30"),
        ("Tomorrow, 20:30", "Fri 27 Nov 20:30"),
        ("20:30 tomorrow", "Fri 27 Nov 20:30"),
        ("fri 20:30", "Fri 27 Nov 20:30"),
        ("Thursday at 20:30", "Thu 26 Nov 20:30"),
        ("thu 17:00", "Thu 03 Dec 17:00"),
        ("2026-12-24 20:30", "Thu 24 Dec 20:30"),
        ("20:30 on 2026-12-24", "Thu 24 Dec 20:30"),
        ("in 2h30m", "Thu 26 Nov 20:42"),
        ("in 2 hours 30 minutes", "Thu 26 Nov 20:42"),
        ("2h", "Thu 26 Nov 20:12"),
        ("in 1d", "Fri 27 Nov 18:12"),
        ("+90m", "Thu 26 Nov 19:42"),
        (f"<t:{int(NOW.timestamp()) + 3600}:R>", "Thu 26 Nov 19:12"),
        (f"{int(NOW.timestamp()) + 3600}", "Thu 26 Nov 19:12"),
    ],
)
def test_people_are_understood(text: str, meant: str) -> None:
    assert read(text) == meant


def test_a_time_is_meant_in_the_given_zone_unless_it_names_utc() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    assert read("20:30", berlin) == "Thu 26 Nov 19:30"
    assert read("19:00", berlin) == "Fri 27 Nov 18:00"
    assert read("20:30 utc", berlin) == "Thu 26 Nov 20:30"
    assert read("tomorrow 00:30", ZoneInfo("Pacific/Kiritimati")) == "Fri 27 Nov 10:30"


@pytest.mark.parametrize(
    "text",
    ["", "soon", "20", "25:00", "13pm", "fri", "tomorrow", "2026-02-30 20:30", "someday 20:30", "in 5", "in", "1:2"],
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(m.WhenError):
        read(text)


@pytest.mark.parametrize("text", ["today 17:00", "2026-11-25 20:30", "in 0m", "<t:1>", "0001-01-01 00:00"])
def test_what_is_over_is_refused(text: str) -> None:
    with pytest.raises(m.NotAheadError):
        read(text)


@pytest.mark.parametrize("text", ["2027-01-01 20:30", "in 31d", "<t:99999999999>", "9999-12-31 23:59"])
def test_what_is_more_than_thirty_days_ahead_is_refused(text: str) -> None:
    with pytest.raises(m.TooFarAheadError):
        read(text)


@given(st.text(max_size=30) | st.from_regex(r"[0-9a-z:<>+ -]{0,20}", fullmatch=True), moments, zones)
def test_whatever_is_typed_is_a_time_ahead_or_refused(text: str, now: datetime, zone: tzinfo) -> None:
    try:
        moment = m.understood(text, now, zone)
    except m.PlanError:
        return
    assert timedelta(0) < moment - now <= timedelta(days=30)


@given(moments, zones, st.timedeltas(timedelta(minutes=1), timedelta(days=29)))
def test_a_written_date_and_time_is_that_moment(now: datetime, zone: tzinfo, ahead: timedelta) -> None:
    local = (now + ahead).astimezone(zone).replace(second=0, microsecond=0, fold=0)
    wanted = local.astimezone(UTC)
    if wanted <= now:
        return
    moment = m.understood(f"{local:%Y-%m-%d %H:%M}", now, zone)
    assert moment == wanted
    assert m.understood(f"<t:{int(moment.timestamp())}:F>", now, zone) == moment


@given(moments, zones, st.times())
def test_a_bare_time_is_the_next_one(now: datetime, zone: tzinfo, clock: time) -> None:
    moment = m.understood(f"{clock:%H:%M}", now, zone)
    assert moment - now <= timedelta(hours=25)  # the night in which clocks are put back is longer
    if zone in UNCHANGING:
        assert f"{moment.astimezone(zone):%H:%M}" == f"{clock:%H:%M}"


@given(moments, st.integers(0, 29), st.integers(0, 23), st.integers(1, 59))
def test_a_span_counts_from_now_in_whole_minutes(now: datetime, days: int, hours: int, minutes: int) -> None:
    span = timedelta(days=days, hours=hours, minutes=minutes)
    assert m.understood(f"in {days}d {hours}h{minutes}m", now, UTC) == (now + span).replace(second=0, microsecond=0)


def test_a_choice_says_how_a_time_was_understood() -> None:
    moment = m.understood("tomorrow 20:30", NOW, UTC)
    assert views.spoken(moment, moment - NOW, UTC) == "Fri 27 Nov, 20:30 UTC (in 1 day 2 h)"
    assert views.spoken(moment, timedelta(minutes=45), ZoneInfo("Europe/Berlin")).endswith("21:30 CET (in 45 min)")
    assert len(views.not_understood("x" * 6000)) <= views.CHOICE_NAME
