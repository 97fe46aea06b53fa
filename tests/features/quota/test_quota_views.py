"""What is shown of quotas fits Discord's limits, whatever the rows hold."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from raidbot.features.dungeons.api import catalogue
from raidbot.features.quota import models as m
from raidbot.features.quota.service.periods import EXCUSES_SHOWN
from raidbot.features.quota.views import config, quotas, recalculation
from raidbot.kernel.discord.answers import Reply
from tests.limits import LARGEST, errors_of, too_long

NOW: Final = datetime(2026, 9, 30, 23, 59, tzinfo=UTC)
ZONE: Final = ZoneInfo(max(available_timezones(), key=len))
MUCH: Final = Decimal("999999999999.99")
"""The most that a sum of points holds."""
WORTH: Final = [m.DungeonPoints(dungeon.code, m.POINTS_MAX) for dungeon in catalogue().all]
REQUIRED: Final = st.sampled_from([Decimal(0), Decimal("0.01"), m.POINTS_MAX])
STANDINGS: Final = st.builds(
    m.Standing,
    st.integers(1, LARGEST),
    st.decimals("0", MUCH, places=2),
    st.integers(0, 10**6),
    excused=st.booleans(),
)
FULL: Final = m.Standing(LARGEST, MUCH, 10**6, excused=True)
LATE: Final = m.Standing(LARGEST, -MUCH, 10**6, excused=True)
"""Excused, and far from what is required: the most words."""


def quota(required: Decimal = m.POINTS_MAX, calendar: m.Calendar = m.Calendar.TWO_WEEKLY) -> m.Quota:
    """Make a quota in which everything counts as much as it can."""
    figures: dict[str, Any] = {figure.value: m.POINTS_MAX for figure in m.Figure}
    figures[m.Figure.REQUIRED.value] = required
    return m.Quota(guild_id=LARGEST, role_id=LARGEST, calendar=calendar, anchor=NOW, posting=LARGEST, **figures)


def period(required: Decimal | None = None) -> m.Period:
    """Make a period, over if it has what was required."""
    closed_at = None if required is None else NOW
    return m.Period(LARGEST, LARGEST, LARGEST, NOW, NOW + timedelta(14), required, closed_at, None)


def configured(required: Decimal = m.POINTS_MAX) -> m.Configured:
    """Make a quota with points of its own for every dungeon, and with as many periods before as are shown."""
    past = m.Past(NOW, NOW, m.POINTS_MAX, 10**6, 10**6, 10**6)
    return m.Configured(quota(required), WORTH, period(), [past] * m.PAST)


@given(st.lists(STANDINGS, max_size=m.SHOWN) | st.just([FULL] * m.SHOWN), REQUIRED, st.integers(0, 10**7))
def test_any_panel_and_any_page_of_the_list_fit(holders: list[m.Standing], required: Decimal, before: int) -> None:
    board = m.Board(configured(required), holders, m.Tally(10**7, 10**6, 10**6))
    assert errors_of(quotas.board(board, LARGEST, catalogue(), None)) is None
    page = m.Listed(quota(required), period(), holders, more=bool(holders))
    assert errors_of(quotas.full_list(page, before)) is None


@given(st.lists(STANDINGS, max_size=60) | st.just([FULL] * 2000), REQUIRED)
def test_any_report_fits(holders: list[m.Standing], required: Decimal) -> None:
    assert errors_of(Reply(embed=quotas.report(m.Report(period(required), holders)))) is None


@pytest.mark.parametrize("number", [1, 20, 100])
def test_ones_own_standing_in_many_quotas_fits(number: int) -> None:
    reply = quotas.own([m.Own(LARGEST - n, m.POINTS_MAX, period(), LATE) for n in range(number)])
    assert errors_of(reply) is None
    assert reply.embed is not None
    told = (reply.embed.description or "").count("░" * 12)
    assert (f"and {number - told} more" in str(reply.embed.description)) == (number > told)


@given(st.lists(st.none() | st.text(max_size=m.REASON_MAX), max_size=9) | st.just(["@" * m.REASON_MAX] * EXCUSES_SHOWN))
def test_any_list_of_excuses_fits(reasons: list[str | None]) -> None:
    found = [m.Excuse(LARGEST, LARGEST, NOW, NOW, reason, LARGEST) for reason in reasons]
    assert errors_of(quotas.excuses(found)) is None
    assert errors_of(quotas.excused(LARGEST, found)) is None
    assert errors_of(quotas.excuse_ended(LARGEST, found)) is None


@pytest.mark.parametrize("kind", m.Worth)
def test_points_of_every_dungeon_fit(kind: m.Worth) -> None:
    assert errors_of(config.points(dict.fromkeys(m.Worth, WORTH), kind, catalogue(), "Saved.")) is None


@pytest.mark.parametrize("calendar", m.Calendar)
def test_a_quota_with_everything_set_fits(calendar: m.Calendar) -> None:
    full = configured()
    found = m.Configured(quota(calendar=calendar), full.overrides, full.period, full.past)
    note = f"The panel is on its way to <#{LARGEST}>."
    assert errors_of(config.quota(LARGEST, found, catalogue(), ZONE, note)) is None
    assert errors_of(config.quota(LARGEST, None, catalogue(), ZONE)) is None
    assert errors_of(config.ask_delete(LARGEST)) is None


def test_every_form_fits() -> None:
    forms = [
        *(config.figures_form(LARGEST, form, quota()) for form in m.Figures),
        *(config.worth_form(kind, dungeon, WORTH) for kind in m.Worth for dungeon in catalogue().all),
        *(config.override_form(LARGEST, dungeon, WORTH) for dungeon in catalogue().all),
        *(config.calendar_form(LARGEST, quota(calendar=calendar), ZONE) for calendar in m.Calendar),
    ]
    for form in forms:
        assert too_long(form) == []


@pytest.mark.parametrize("members", [0, 1, 1000])
def test_what_todays_points_change_fits(members: int) -> None:
    found = m.Recalculation(period(), [m.Correction(LARGEST, 10**6, -MUCH, MUCH)] * members)
    assert errors_of(recalculation.preview(LARGEST, found)) is None
    assert errors_of(recalculation.changed(LARGEST, found, as_shown=False)) is None
