"""What members see of leaderboards and statistics: that it fits, says what it should and can be typed."""

import struct
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from raidbot.features.dungeons.api import catalogue
from raidbot.features.quota import models as m
from raidbot.features.quota import pictures
from raidbot.features.quota.views import boards as views
from raidbot.features.quota.views import stats as stats_views
from raidbot.kernel.discord.custom_ids import split
from raidbot.kernel.errors import UserError
from raidbot.kernel.pictures import WIDTH
from tests.limits import LARGEST, errors_of

NEW_YORK = ZoneInfo("America/New_York")
codes = st.sampled_from([*(dungeon.code for dungeon in catalogue().all), "X" * 64])
known = st.sampled_from([dungeon.code for dungeon in catalogue().all])
members = st.integers(1, LARGEST)
days = st.dates(date(2000, 1, 1), date(2100, 12, 31))
minutes = st.times().map(lambda of_day: of_day.replace(second=0, microsecond=0))
periods = (
    st.none()
    | st.builds(m.Month, days)
    | st.builds(m.Days, st.none() | days, st.none() | days)
    | st.builds(m.Days, days, st.none(), minutes)
    | st.builds(m.Days, st.none(), days, ends=minutes)
    | st.builds(m.Days, days, days, minutes, st.none() | minutes)
)
rankings = st.builds(
    m.Ranking, st.sampled_from(m.Category), st.none() | known, st.none() | members, periods, lowest_first=st.booleans()
)
totals = st.decimals("0.01", "99999999.99", places=2)
spots = st.builds(m.Spot, totals, members)


@st.composite
def pages(draw: st.DrawFn) -> m.Leaderboard:
    """Make any page of any ranking."""
    lines = draw(st.lists(st.builds(m.Line, st.just(1), members, totals), max_size=m.LINES))
    first = draw(st.integers(1, 10**6))
    lines = [m.Line(place, line.user_id, line.total) for place, line in enumerate(lines, first)]
    places = first + len(lines) + draw(st.integers(-1, 10**6)) if lines else 0
    own = draw(st.none() | st.builds(m.Line, st.integers(1, 10**6), members, totals))
    return m.Leaderboard(draw(rankings), lines, places, own)


@given(pages(), st.booleans(), members)
def test_any_board_fits(seen: m.Leaderboard, public: bool, me: int) -> None:
    assert errors_of(views.board(seen, catalogue(), me, public=public, colour=None)) is None


@given(rankings, st.sampled_from(m.Way), spots, members)
def test_a_button_knows_its_ranking_and_its_spot(ranking: m.Ranking, way: m.Way, spot: m.Spot, owner: int) -> None:
    turn = views.TurnBoard.unpack(split(views.TurnBoard.to(ranking, way, spot).pack())[1])
    assert (turn.ranking, turn.way, turn.spot) == (ranking, way, spot)
    draw = views.DrawBoard.unpack(split(views.DrawBoard.of(ranking, owner, public=True).pack())[1])
    assert (draw.ranking, draw.owner_id, draw.public) == (ranking, owner, True)


def labels(seen: m.Leaderboard, *, public: bool = False) -> dict[str, bool]:
    """Tell which buttons there are, and which can be pressed."""
    rows = views.board(seen, catalogue(), 7, public=public, colour=None).rows
    buttons: list[Any] = [button for row in rows for button in row.build()[0]["components"]]
    return {button["label"]: not button.get("disabled", False) for button in buttons}


def test_the_buttons_lead_where_there_is_something_in_the_order_that_is_shown() -> None:
    lines = [m.Line(place, place, Decimal(9)) for place in range(1, 26)]
    most, least = m.Ranking(m.Category.KEYS), m.Ranking(m.Category.KEYS, lowest_first=True)
    ahead = {"First": False, "Previous": False, "Next": True, "Last": True, "My place": True, "Picture": True}
    assert labels(m.Leaderboard(most, lines, 26, None)) == ahead
    assert labels(m.Leaderboard(least, lines, 26, None)) == {
        **ahead,
        "First": True,
        "Previous": True,
        "Next": False,
        "Last": False,
    }
    assert labels(m.Leaderboard(most, lines, 25, None), public=True) == {"Picture": True}
    assert labels(m.Leaderboard(most, [], 0, None)) == {}


def test_a_board_shows_medals_places_and_whose_place_is_told() -> None:
    lines = [m.Line(place, place, Decimal(1000 - place)) for place in (1, 2, 3, 4)]
    ranking = m.Ranking(m.Category.POINTS, "THE_VOID", None, m.Days(date(2026, 6, 1), date(2026, 6, 7)))
    embed = views.board(
        m.Leaderboard(ranking, lines, 4, m.Line(2, 2, Decimal("998.50"))), catalogue(), 2, public=True, colour=0x123456
    ).embed
    assert embed is not None
    assert embed.title == "🏆 Points: Void"
    assert embed.description is not None
    assert embed.description.splitlines() == [
        "1 June 2026 to 7 June 2026",
        "",
        "🥇 <@1> · **999**",
        "🥈 <@2> · **998**",
        "🥉 <@3> · **997**",
        "`4.` <@4> · **996**",
        "",
        "<@2> stands at place **2** of 4, with **998.5**.",
    ]
    assert int(embed.colour or 0) == 0x123456


figures = st.builds(
    m.Counted,
    st.sampled_from([kind for kind in m.Kind if kind is not m.Kind.REVERSAL]),
    st.just("") | codes,
    st.just("")
    | st.sampled_from([key.code for dungeon in catalogue().all for key in dungeon.keys])
    | st.just("K" * 50),
    st.integers(0, LARGEST),
    st.integers(-(10**6), 10**9),
    totals,
    totals,
)


@settings(max_examples=20)
@given(st.lists(figures, min_size=20, max_size=150))
def test_any_figures_fit(found: list[m.Counted]) -> None:
    assert errors_of(stats_views.stats(m.stats_of(found), LARGEST, catalogue(), colour=None)) is None


def test_the_figures_of_every_dungeon_and_key_fit() -> None:
    every = [
        m.Counted(kind, dungeon.code, key, LARGEST, 1_234_567, Decimal(1), Decimal(1))
        for dungeon in catalogue().all
        for key in ("", *(key.code for key in dungeon.keys))
        for kind in (m.Kind.COMPLETION, m.Kind.ORGANISED, m.Kind.KEY_POP)
    ]
    roles = [m.Counted(m.Kind.WARN, "", "", LARGEST - n, 10**6, Decimal(1), Decimal(10**6)) for n in range(100)]
    reply = stats_views.stats(m.stats_of([*every, *roles]), LARGEST, catalogue(), colour=None)
    assert errors_of(reply) is None
    assert reply.embed is not None
    shown = "\n".join(field.value for field in reply.embed.fields)
    assert all(dungeon.name in shown for dungeon in catalogue().all)


# --- periods


@pytest.mark.parametrize(
    ("stretch", "now", "period"),
    [
        (None, "2026-06-01T03:00", None),
        (m.Stretch.ALL_TIME, "2026-06-01T03:00", None),
        (m.Stretch.THIS_MONTH, "2026-06-01T03:00", m.Month(date(2026, 6, 1))),
        (m.Stretch.LAST_MONTH, "2026-01-31T12:00", m.Month(date(2025, 12, 1))),
        (m.Stretch.THIS_WEEK, "2026-06-01T03:00", m.Days(date(2026, 5, 25), date(2026, 5, 31))),
        (m.Stretch.THIS_WEEK, "2026-06-01T05:00", m.Days(date(2026, 6, 1), date(2026, 6, 7))),
    ],
)
def test_a_named_period_is_that_of_the_servers_zone_and_months_are_by_utc(
    stretch: m.Stretch | None, now: str, period: m.Span
) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert m.period_of(stretch, None, None, moment, NEW_YORK) == period


def test_days_are_whole_also_when_the_clocks_change() -> None:
    began, over = m.bounds(m.Days(date(2026, 3, 8), date(2026, 3, 8)), NEW_YORK)
    assert (began.isoformat(), over.isoformat()) == ("2026-03-08T05:00:00+00:00", "2026-03-09T04:00:00+00:00")
    began, over = m.bounds(m.Month(date(2026, 12, 1)), NEW_YORK)
    assert (began.isoformat(), over.isoformat()) == ("2026-12-01T00:00:00+00:00", "2027-01-01T00:00:00+00:00")


@pytest.mark.parametrize(
    ("stretch", "since", "until", "refused"),
    [
        (None, "yesterday", None, "such as `2026-06-01`"),
        (None, None, "2026-02-30", "2026\\-02\\-30"),
        (None, "0001-01-01", None, "such as"),
        (None, "2026-06-02", "2026-06-01", "Nothing lies between 2 June 2026 and 1 June 2026."),
        (
            None,
            "2026-06-01 18:00",
            "2026-06-01 18:00",
            "Nothing lies between 1 June 2026, 18:00 and 1 June 2026, 18:00.",
        ),
        (None, "2026-06-01 25:00", None, "or add a time, such as `2026-06-01 18:00`"),
        (m.Stretch.THIS_WEEK, "2026-06-02", None, "not both"),
    ],
)
def test_a_period_that_is_none_is_refused_with_what_to_type(
    stretch: m.Stretch | None, since: str | None, until: str | None, refused: str
) -> None:
    with pytest.raises(UserError) as found:
        m.period_of(stretch, since, until, datetime(2026, 6, 1, tzinfo=UTC), NEW_YORK)
    assert refused in views.ERROR_TEXTS[type(found.value)](found.value)


def test_dates_are_read_with_and_without_noughts() -> None:
    found = m.period_of(None, " 2026-6-1", "2026-06-30 ", datetime(2026, 6, 1, tzinfo=UTC), NEW_YORK)
    assert found == m.Days(date(2026, 6, 1), date(2026, 6, 30))


@pytest.mark.parametrize(
    ("since", "until", "begins", "over", "shown"),
    [
        (
            "2026-06-01 18:00",
            "2026-06-01  23:30",
            "2026-06-01T22:00",
            "2026-06-02T03:30",
            "1 June 2026, 18:00 to 1 June 2026, 23:30",
        ),
        ("2026-06-01 18:00", "2026-06-02", "2026-06-01T22:00", "2026-06-03T04:00", "1 June 2026, 18:00 to 2 June 2026"),
        ("2026-06-01 0:00", None, "2026-06-01T04:00", "9999-12-31T23:59:59.999999", "Since 1 June 2026"),
        (None, "2026-06-01 00:00", "0001-01-01T00:00", "2026-06-01T04:00", "Until 1 June 2026, 00:00"),
    ],
)
def test_a_time_may_be_typed_behind_a_date(
    since: str | None, until: str | None, begins: str, over: str, shown: str
) -> None:
    found = m.period_of(None, since, until, datetime(2026, 6, 1, tzinfo=UTC), NEW_YORK)
    assert isinstance(found, m.Days)
    assert m.bounds(found, NEW_YORK) == tuple(datetime.fromisoformat(one).replace(tzinfo=UTC) for one in (begins, over))
    assert views.period(found) == shown


# --- pictures


def height(png: bytes) -> int:
    """Read a PNG's height; it is as wide as all are."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, high = struct.unpack(">II", png[16:24])
    assert width == WIDTH
    return int(high)


def test_a_leaderboards_picture_has_ten_bars_and_ones_own() -> None:
    lines = [m.Line(place, place, Decimal(100 - place)) for place in range(1, 26)]
    ranking = m.Ranking(m.Category.KEYS)
    among, below = (m.Leaderboard(ranking, lines, 300, own) for own in (lines[3], m.Line(137, 137, Decimal(1))))
    assert [line.place for line in pictures.shown(among)] == list(range(1, 11))
    assert [line.place for line in pictures.shown(below)] == [*range(1, 11), 137]
    lowest = m.Leaderboard(m.Ranking(m.Category.KEYS, lowest_first=True), lines, 25, None)
    assert [line.place for line in pictures.shown(lowest)] == list(range(25, 15, -1))
    names = {1: ["日本語", "kenji"], 2: ["🔥"], 3: ["W" * 300], 4: ["$x_1$"], 5: ["مرحبا"]}
    drawn = [pictures.leaderboard("Keys popped", "All time", board, names) for board in (among, below)]
    assert height(drawn[0]) < height(drawn[1])


@pytest.mark.parametrize(
    ("names", "shown"),
    [(["日本語", "kenji"], "kenji"), (["🔥 Lord 🔥"], "Lord"), (["🔥", "日本語"], "7"), ([], "7")],
)
def test_a_member_is_shown_by_the_first_name_that_can_be_drawn(names: list[str], shown: str) -> None:
    assert pictures.named(7, {7: names}) == shown


def test_weeks_and_progress_are_drawn_whatever_happened() -> None:
    quiet = m.every_week([], date(2025, 12, 1))
    busy = m.every_week([m.Week(date(2025, 12, 8), 12_345, 3, -2)], date(2025, 12, 1))
    assert height(pictures.activity("Ann", quiet)) == height(pictures.activity("Ann", busy))
    holders = [pictures.Progress(1, Decimal("12.5")), pictures.Progress(2, Decimal(0), excused=True)]
    for required in (Decimal(10), Decimal(0)):
        assert height(pictures.progress("Raid Leader", "This week", holders, required, {})) > 0
    assert height(pictures.progress("Raid Leader", "This week", [], Decimal(0), {})) > 0
