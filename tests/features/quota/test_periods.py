"""When periods begin and end, whatever the clock on the wall does; how they are closed, and who is excused."""

import asyncio
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import cast
from zoneinfo import ZoneInfo

import hikari
import pytest
from hypothesis import given
from hypothesis import strategies as st

from raidbot.features.quota import jobs as recurring
from raidbot.features.quota import models as m
from raidbot.features.quota.views import ids
from raidbot.kernel.clock import Clock
from raidbot.kernel.events import Events
from raidbot.kernel.guilds import GuildStore, Option, ZoneChanged
from tests.features.quota.conftest import GUILD, HIGH, LOW, OFFICER, A, B, Desk
from tests.tables import rows

BERLIN = ZoneInfo("Europe/Berlin")


def local(*when: int) -> datetime:
    """Make a moment of the parts of a date in Berlin."""
    return datetime(*when, tzinfo=BERLIN)  # type: ignore[arg-type,misc]  # mypy sees no tzinfo among the parts


def wall(*when: int) -> datetime:
    """Make what the clock on the wall shows."""
    return local(*when).replace(tzinfo=None)


ZONES = [ZoneInfo(name) for name in ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata")]
anchors = st.datetimes(wall(2000, 1, 1), wall(2100, 12, 31)).map(lambda one: one.replace(second=0, microsecond=0))
rhythms = st.builds(m.Rhythm, st.sampled_from(m.Calendar), anchors, st.sampled_from(ZONES))
moments = st.datetimes(wall(2020, 1, 1), wall(2040, 1, 1), timezones=st.just(UTC))
CHANGE = m.Change(GUILD, HIGH, OFFICER, 77, None)


@given(rhythms, moments)
def test_a_moment_is_in_the_one_period_that_begins_before_it(rhythm: m.Rhythm, now: datetime) -> None:
    starts_at, ends_at = rhythm.running(now)
    assert starts_at <= now < ends_at
    assert rhythm.running(starts_at) == (starts_at, ends_at)
    assert rhythm.running(ends_at)[0] == ends_at
    assert rhythm.running(ends_at - timedelta(microseconds=1)) == (starts_at, ends_at)


@given(rhythms, moments)
def test_a_period_begins_on_its_day_when_the_clock_on_the_wall_says_so(rhythm: m.Rhythm, now: datetime) -> None:
    starts_at = rhythm.running(now)[0].astimezone(rhythm.zone)
    wall = starts_at.replace(tzinfo=None, fold=0)
    left_out = datetime.combine(wall.date(), rhythm.anchor.time(), tzinfo=rhythm.zone)
    skipped = left_out.astimezone(UTC).astimezone(rhythm.zone).replace(tzinfo=None) != left_out.replace(tzinfo=None)
    assert wall.time() == rhythm.anchor.time() or skipped
    if rhythm.calendar is m.Calendar.MONTHLY:
        next_day = wall.date() + timedelta(days=1)
        assert wall.day == rhythm.anchor.day or (wall.day < rhythm.anchor.day and next_day.day == 1)
    else:
        days = 7 if rhythm.calendar is m.Calendar.WEEKLY else 14
        assert (wall.date() - rhythm.anchor.date()).days % days == 0


@pytest.mark.parametrize(
    ("calendar", "anchor", "now", "begins", "hours"),
    [
        # summer time begins and ends within the week: 167 and 169 hours
        (m.Calendar.WEEKLY, wall(2026, 3, 23, 18), wall(2026, 3, 25), wall(2026, 3, 23, 17), 167),
        (m.Calendar.WEEKLY, wall(2026, 3, 23, 18), wall(2026, 10, 25), wall(2026, 10, 19, 16), 169),
        # 02:30 is left out on 29 March, and comes twice on 25 October
        (m.Calendar.WEEKLY, wall(2026, 3, 1, 2, 30), wall(2026, 3, 30), wall(2026, 3, 29, 1, 30), 167),
        (m.Calendar.WEEKLY, wall(2026, 3, 1, 2, 30), wall(2026, 10, 26), wall(2026, 10, 25, 0, 30), 169),
        # the last day of February, then of March
        (m.Calendar.MONTHLY, wall(2026, 1, 31), wall(2026, 3, 10), wall(2026, 2, 27, 23), 31 * 24 - 1),
        (m.Calendar.TWO_WEEKLY, wall(2026, 1, 5), wall(2026, 1, 18), wall(2026, 1, 4, 23), 14 * 24),
    ],
)
def test_periods_keep_the_clock_on_the_wall_across_summer_time_and_month_ends(
    calendar: m.Calendar, anchor: datetime, now: datetime, begins: datetime, hours: int
) -> None:
    starts_at, ends_at = m.Rhythm(calendar, anchor, BERLIN).running(now.replace(tzinfo=UTC))
    assert starts_at == begins.replace(tzinfo=UTC)
    assert ends_at - starts_at == timedelta(hours=hours)


def test_dates_and_calendars_are_read_as_people_type_them() -> None:
    assert m.read_moment(" 2026-11-30  18:05 ") == wall(2026, 11, 30, 18, 5)
    assert m.read_moment("2026-11-30") == datetime.combine(date(2026, 11, 30), time())
    assert [m.read_calendar(text) for text in ("Weekly", " two weekly", "MONTHLY")] == list(m.Calendar)
    for text in ("", "30.11.2026", "2026-02-30", "1026-01-01", "tomorrow"):
        with pytest.raises(m.WrongDateError):
            m.read_moment(text)
    with pytest.raises(m.WrongCalendarError):
        m.read_calendar("daily")


# --- on a database ---------------------------------------------------------------------------------------------------


async def begin(desk: Desk, now: datetime, *, required: str = "5", role_id: int = HIGH) -> m.Period:
    """Give a role a quota at a moment, with A and B as its holders."""
    set_clock(desk.clock, now)
    change = m.Change(GUILD, role_id, OFFICER, role_id, None)
    await desk.config.set_figures(change, {m.Figure.REQUIRED: Decimal(required)})
    await desk.holders.follow(GUILD, {A: {role_id}, B: {role_id}})
    found = await desk.config.configured(GUILD, role_id)
    assert found is not None
    return found.period


def set_clock(clock: Clock, now: datetime) -> None:
    clock.shift(now - clock.now())


async def close_due(desk: Desk) -> list[m.Period]:
    """Do what the job does, a turn."""
    due = list(await desk.periods.due([]))
    for period in due:
        await desk.periods.close(period)
    return due


async def results(desk: Desk) -> list[tuple[int, Decimal, bool]]:
    return await rows(desk.database, "SELECT user_id, points, excused FROM quota_result ORDER BY period_id, user_id")


async def spans(desk: Desk) -> list[tuple[datetime, datetime, bool]]:
    found = await rows(desk.database, "SELECT starts_at, ends_at, closed_at IS NULL FROM quota_period ORDER BY id")
    return [(one.astimezone(BERLIN), other.astimezone(BERLIN), runs) for one, other, runs in found]


async def test_a_period_rolls_over_across_summer_time_and_counts_what_was_earned_in_it(desk: Desk) -> None:
    period = await begin(desk, local(2026, 3, 25, 12))
    assert (period.starts_at, period.ends_at) == (local(2026, 3, 23), local(2026, 3, 30))
    await desk.earn(HIGH, "5")
    set_clock(desk.clock, local(2026, 3, 30))
    await desk.earn(HIGH, "4", B)
    assert await close_due(desk) == []
    set_clock(desk.clock, local(2026, 3, 29, 23, 59))  # done before the end, and only now written down
    await desk.earn(HIGH, "2", B)
    set_clock(desk.clock, local(2026, 3, 30) + m.CLOSED_AFTER)
    assert [one.id for one in await close_due(desk)] == [period.id]
    assert await close_due(desk) == []
    assert await results(desk) == [(A, Decimal(5), False), (B, Decimal(2), False)]
    assert await spans(desk) == [
        (local(2026, 3, 23), local(2026, 3, 30), False),
        (local(2026, 3, 30), local(2026, 4, 6), True),
    ]
    found = await desk.config.configured(GUILD, HIGH)
    assert found is not None
    assert [(one.members, one.met, one.required_points) for one in found.past] == [(2, 1, Decimal(5))]
    own = await desk.periods.own(GUILD, B, {HIGH, 1})
    assert [(one.standing.points, one.required) for one in own] == [(Decimal(4), Decimal(5))]


async def test_after_weeks_of_absence_one_period_is_closed_and_reported_and_now_is_in_the_next(desk: Desk) -> None:
    await begin(desk, local(2026, 6, 3))
    set_clock(desk.clock, local(2026, 7, 3))
    await asyncio.gather(*(close_due(desk) for _ in range(3)))
    assert await close_due(desk) == []
    assert await spans(desk) == [
        (local(2026, 6, 1), local(2026, 6, 8), False),
        (local(2026, 6, 29), local(2026, 7, 6), True),
    ]
    assert await rows(desk.database, "SELECT count(*) FROM owed_effect WHERE kind = 'quota.report'") == [(1,)]


async def test_after_a_start_a_period_is_closed_once_it_is_known_who_holds_the_role(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    period = await begin(desk, local(2026, 6, 3))
    set_clock(desk.clock, local(2026, 6, 9))
    parts = desk.periods, desk.holders, nobody_looks, cast("hikari.GatewayBot", None)
    closing, _ = recurring.jobs(*parts)
    assert await closing.due([]) == ()
    assert await desk.holders.begin_look(GUILD, "first")
    await desk.holders.looked_at(GUILD, "first", {A: {HIGH}}, 0, 2)
    assert await closing.due([]) == ()
    with monkeypatch.context() as patched:
        patched.setattr(recurring, "SURE_WITHIN_S", 0.0)
        two_minutes_later, _ = recurring.jobs(*parts)
        assert await two_minutes_later.due([]) == [period]
    await desk.holders.looked_at(GUILD, "first", {B: ()}, 1, 2)
    assert await closing.due([]) == [period]
    await closing.work(period)
    assert await results(desk) == [(A, Decimal(0), False)]


async def nobody_looks(guild_id: int) -> None:
    raise AssertionError(guild_id)


async def test_the_last_report_is_of_the_newest_period_that_is_over_and_of_this_guild_alone(desk: Desk) -> None:
    await begin(desk, local(2026, 6, 3), role_id=LOW)
    await begin(desk, local(2026, 6, 3))
    with pytest.raises(m.NoReportYetError):
        await desk.periods.last_report(GUILD, HIGH)
    for day, points in ((3, "2"), (10, "5")):
        set_clock(desk.clock, local(2026, 6, day))
        await desk.earn(HIGH, points)
        set_clock(desk.clock, local(2026, 6, day + 5, 0, 1))
        await close_due(desk)
    for _ in range(2):
        told = await desk.periods.last_report(GUILD, HIGH)
        assert (told.period.role_id, told.period.ends_at) == (HIGH, local(2026, 6, 15))
        assert [(one.user_id, one.points) for one in told.standings] == [(A, Decimal(5)), (B, Decimal(0))]
        await desk.periods.reported(told.period.id, 1)
    with pytest.raises(m.NoReportYetError):
        await desk.periods.last_report(GUILD + 1, HIGH)


async def test_another_calendar_moves_the_end_of_the_running_period_only(desk: Desk) -> None:
    await begin(desk, local(2026, 6, 3))
    await desk.config.set_calendar(CHANGE, m.Calendar.MONTHLY, wall(2026, 1, 31, 20))
    await desk.config.set_calendar(CHANGE, m.Calendar.MONTHLY, wall(2026, 1, 31, 20))
    assert await spans(desk) == [(local(2026, 6, 1), local(2026, 6, 30, 20), True)]
    assert await rows(desk.database, "SELECT count(*) FROM audit WHERE action = 'quota.set'") == [(2,)]


async def test_another_calendar_leaves_a_period_whose_end_has_passed_to_be_closed(desk: Desk) -> None:
    period = await begin(desk, local(2026, 6, 3))
    set_clock(desk.clock, local(2026, 6, 8, 0, 0, 10))
    await desk.config.set_calendar(CHANGE, m.Calendar.MONTHLY, wall(2026, 1, 1))
    set_clock(desk.clock, local(2026, 6, 8, 0, 1))
    assert [one.id for one in await close_due(desk)] == [period.id]
    assert await spans(desk) == [
        (local(2026, 6, 1), local(2026, 6, 8), False),
        (local(2026, 6, 8), local(2026, 7, 1), True),
    ]


@pytest.mark.parametrize(
    ("now", "zone", "ends_at"),
    [
        (local(2026, 6, 3), "America/New_York", local(2026, 6, 8, 6)),
        (local(2026, 6, 3), "Asia/Kolkata", local(2026, 6, 7, 20, 30)),
        # it is Monday in India already: the period ends as was said, and the next one goes by the new clock
        (local(2026, 6, 7, 23), "Asia/Kolkata", local(2026, 6, 8)),
    ],
)
async def test_another_time_zone_moves_the_ends_of_the_running_periods_to_its_clock(
    desk: Desk, now: datetime, zone: str, ends_at: datetime
) -> None:
    await begin(desk, now)
    await begin(desk, now, role_id=LOW)
    events = Events()
    events.subscribe(ZoneChanged, desk.config.zone_changed)
    store = GuildStore(desk.database, desk.clock, events)
    await store.load()
    await store.set_options(GUILD, {Option.TIME_ZONE: "Europe/Berlin"}, OFFICER)
    await rows(desk.database, "UPDATE quota_period SET ends_at = '2026-06-07T22:00:00Z' RETURNING 1")
    await store.set_options(GUILD, {Option.TIME_ZONE: zone}, OFFICER)
    assert await spans(desk) == [(local(2026, 6, 1), ends_at, True)] * 2


async def test_who_is_excused_does_not_miss_and_is_excused_no_longer_than_said(desk: Desk) -> None:
    await begin(desk, local(2026, 6, 3))
    (excuse,) = await desk.periods.excuse(GUILD, A, [LOW, HIGH], back=None, reason="exams", actor_id=OFFICER)
    assert (excuse.role_id, excuse.until_at) == (HIGH, local(2026, 6, 8))
    await desk.periods.excuse(GUILD, B, [HIGH], back=wall(2026, 6, 9), reason=None, actor_id=OFFICER)
    assert [one.user_id for one in await desk.periods.excuses(GUILD)] == [A, B]
    for day in (8, 15):
        set_clock(desk.clock, local(2026, 6, day, 0, 1))
        await close_due(desk)
    assert await results(desk) == [
        (A, Decimal(0), True),
        (B, Decimal(0), True),
        (A, Decimal(0), False),
        (B, Decimal(0), True),
    ]
    found = await desk.config.configured(GUILD, HIGH)
    assert found is not None
    assert [(one.met, one.excused) for one in found.past] == [(0, 1), (0, 2)]


async def test_an_excuse_is_ended_and_what_is_no_excuse_is_refused(desk: Desk) -> None:
    await begin(desk, local(2026, 6, 3))
    await desk.periods.excuse(GUILD, A, [HIGH], back=None, reason=None, actor_id=OFFICER)
    await desk.periods.end_excuse(GUILD, A, [LOW, HIGH], OFFICER)
    with pytest.raises(m.NotExcusedError):
        await desk.periods.end_excuse(GUILD, A, [HIGH], OFFICER)
    with pytest.raises(m.PastDateError):
        await desk.periods.excuse(GUILD, A, [HIGH], back=wall(2026, 6, 3), reason=None, actor_id=OFFICER)
    with pytest.raises(m.NotHeldError):
        await desk.periods.excuse(GUILD, OFFICER, [HIGH], back=None, reason=None, actor_id=OFFICER)
    assert await desk.periods.excuses(GUILD) == []


async def test_ending_one_excuse_leaves_another_that_is_over_and_still_counts(desk: Desk) -> None:
    excused_until = {HIGH: wall(2026, 6, 4), LOW: wall(2026, 6, 6)}
    for role_id in excused_until:
        await begin(desk, local(2026, 6, 3), role_id=role_id)
    assert await desk.holders.begin_look(GUILD, "look")
    await desk.holders.looked_at(GUILD, "look", {A: excused_until.keys()}, 0, 1)
    for role_id, back in excused_until.items():
        await desk.periods.excuse(GUILD, A, [role_id], back=back, reason=None, actor_id=OFFICER)
    set_clock(desk.clock, local(2026, 6, 5))
    assert [one.role_id for one in await desk.periods.end_excuse(GUILD, A, [LOW, HIGH], OFFICER)] == [LOW]
    excused = {one.role_id: one.standing.excused for one in await desk.periods.own(GUILD, A, [LOW, HIGH])}
    assert excused == {LOW: False, HIGH: True}


async def test_the_list_is_turned_by_places_so_that_nobody_is_shown_twice_or_left_out(desk: Desk) -> None:
    period = await begin(desk, local(2026, 6, 3))
    users = [A + n for n in range(60)]
    await desk.holders.follow(GUILD, {user: {HIGH} for user in users})
    for user in users[:30]:
        await desk.earn(HIGH, str(1 + user % 3), user)
    seen, after = list[m.Standing](), m.TOP
    while True:
        page = await desk.periods.listed(GUILD, HIGH, after)
        seen += page.standings
        if not page.more:
            break
        after = ids.NextPage.behind(HIGH, page.standings[-1], 0).place
    assert sorted(one.user_id for one in seen) == users
    assert [one.points for one in seen] == sorted((one.points for one in seen), reverse=True)
    assert period.required_points is None
