"""How times are read, how entries are told, and what a button carries."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from raidbot.features.bot_log import models as m
from raidbot.features.bot_log import views
from raidbot.features.dungeons.api import catalogue
from raidbot.features.guild_config.views.mappings import AUDIT_TEXTS
from raidbot.features.quota.views import ledger
from raidbot.features.quota.views.audit import audit_texts
from raidbot.kernel.audit import ACTION_MAX, PAGE, Entry, Filters
from raidbot.kernel.discord.answers import Reply
from raidbot.kernel.discord.audit_texts import LINE, AuditText, AuditTexts
from raidbot.kernel.discord.custom_ids import LIMIT, split
from tests.limits import errors_of

NOW = datetime(2026, 6, 1, 20, 30, 40, tzinfo=UTC)
TEXTS = AuditTexts(AUDIT_TEXTS)
ids = st.integers(1, 2**63 - 1)
moments = st.integers(1, 2**31).map(lambda minutes: datetime.fromtimestamp(minutes * 60, tz=UTC))
actions = st.text("abcdefghijklmnopqrstuvwxyz._", min_size=1, max_size=ACTION_MAX)


def entry(action: str, detail: dict[str, Any] | None = None, **overrides: Any) -> Entry:
    values: dict[str, Any] = {"id": 7, "actor_id": 5, "subject": "1", "created_at": NOW, "target_id": None}
    return Entry(**{**values, **overrides}, action=action, detail=detail or {})


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-05-31", datetime(2026, 5, 31, tzinfo=UTC)),
        ("2026-05-31 18:05", datetime(2026, 5, 31, 18, 5, tzinfo=UTC)),
        (" 2026-05-31   18:05 ", datetime(2026, 5, 31, 18, 5, tzinfo=UTC)),
        ("7d", NOW.replace(second=0) - timedelta(days=7)),
        ("2 W", NOW.replace(second=0) - timedelta(days=14)),
        ("12h", NOW.replace(second=0) - timedelta(hours=12)),
    ],
)
def test_a_time_is_read_as_it_is_written(text: str, moment: datetime) -> None:
    assert m.moment(text, NOW, UTC) == moment


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-01", "2026-05-31 25:00", "7", "7m", "9999w", "0001-01-01"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(m.BadTimeError):
        m.moment(text, NOW, UTC)


def test_a_date_is_meant_where_the_server_is() -> None:
    assert m.moment("2026-06-01", NOW, ZoneInfo("Europe/Berlin")) == datetime(2026, 5, 31, 22, tzinfo=UTC)
    assert m.moment("7d", NOW, ZoneInfo("Europe/Berlin")) == m.moment("7d", NOW, UTC)


def test_a_span_that_ends_before_it_begins_is_refused() -> None:
    assert m.span("7d", "1d", NOW, UTC) == (m.moment("7d", NOW, UTC), m.moment("1d", NOW, UTC))
    assert m.span(None, None, NOW, UTC) == (None, None)
    with pytest.raises(m.EmptySpanError):
        m.span("1d", "7d", NOW, UTC)


@given(
    ids,
    st.builds(
        Filters,
        *[st.none() | ids] * 2,
        st.none() | actions,
        *[st.none() | moments] * 2,
    ),
)
def test_a_button_carries_the_place_and_every_filter(entry_id: int, filters: Filters) -> None:
    for kind in (views.Older, views.Newer):
        packed = kind.at(entry_id, filters).pack()
        assert len(packed) <= LIMIT
        again = kind.unpack(split(packed)[1])
        assert (again.entry_id, again.filters) == (entry_id, filters)


def test_a_change_is_told_with_old_and_new_and_who() -> None:
    detail = {"organizer": {"old": 11, "new": 12}, "muted": {"old": None, "new": 13}}
    assert TEXTS.line(entry("guild.roles.set", detail)) == (
        "⚙️ **Roles**: Muted not set → <@&13>, Organizer <@&11> → <@&12> · by <@5>"
    )
    switched = entry("guild.modules.set", {"quota": {"old": False, "new": True}}, actor_id=None)
    assert TEXTS.line(switched) == "⚙️ **Modules**: Quota off → on · by itself"


def test_an_option_is_told_as_it_is_typed() -> None:
    detail = {"accent_colour": {"old": None, "new": 0x5865F2}, "run_roles": {"old": True, "new": False}}
    told = "⚙️ **Options**: accent colour not set → \\#5865F2, run roles on → off · by <@5>"
    assert TEXTS.line(entry("guild.options.set", detail)) == told


def test_an_action_without_a_text_is_told_by_its_name_and_what_was_written_reaches_nobody() -> None:
    told = TEXTS.line(entry("guild.motto_of.set", {"zone": {"old": None, "new": "@everyone **x**"}}, target_id=9))
    assert told == "📝 **Guild motto of set**: zone not set → @\u200beveryone \\*\\*x\\*\\* · <@9> · by <@5>"


@given(st.dictionaries(st.text(min_size=1, max_size=30), st.text(max_size=300), min_size=1, max_size=25))
def test_a_line_keeps_to_its_limit_and_ten_of_them_fit_into_an_embed(changed: dict[str, str]) -> None:
    detail = {name: {"old": None, "new": text} for name, text in changed.items()}
    long = entry("something.with.a.long.name.set", detail, actor_id=2**63 - 1, target_id=2**63 - 1)
    assert len(TEXTS.line(long)) <= LINE
    filters = Filters(2**63 - 1, 2**63 - 1, "x" * ACTION_MAX, NOW, NOW)
    for narrowed in (Filters(), filters):
        assert errors_of(views.page(m.Page(narrowed, [long] * PAGE, newer=True, older=True), TEXTS)) is None
        assert errors_of(views.page(m.Page(narrowed, [], newer=False, older=False), TEXTS)) is None
    assert errors_of(Reply(embed=views.told([long] * PAGE, TEXTS))) is None


def test_a_kind_is_found_by_its_title_or_its_name() -> None:
    known = ["guild.roles.set", "guild.channels.set", "a.b"]
    assert views.kinds(known, "role", TEXTS) == [("Roles (guild.roles.set)", "guild.roles.set")]
    assert [action for _, action in views.kinds(known, "", TEXTS)] == ["a.b", "guild.channels.set", "guild.roles.set"]


def test_two_texts_for_one_action_stop_the_start() -> None:
    with pytest.raises(RuntimeError, match=r"guild\.roles\.set"):
        AuditTexts(AUDIT_TEXTS, {"guild.roles.set": AuditText("Again")})


def test_a_quota_is_told_without_superfluous_digits() -> None:
    texts = AuditTexts(audit_texts(catalogue()))
    detail = {
        "role": 8,
        "calendar": {"old": "weekly", "new": "two-weekly"},
        "begins": {"old": "2024-01-01 00:00", "new": "2026-11-25 18:00"},
        "SNAKE_PIT": {"old": None, "new": "2.5"},
    }
    told = texts.line(entry("quota.set", detail))
    assert told.replace("\\", "") == (
        "📊 **Quota**: <@&8>, Snake Pit not set → 2.5, begins 2024-01-01 00:00 → 2026-11-25 18:00, "
        "how often weekly → two-weekly · by <@5>"
    )
    worth = texts.line(entry("quota.recalculate", {"role": 8, "9": {"old": "1.00", "new": "2.50"}}))
    assert worth == "📊 **Quota at today's points**: <@&8>, <@9> 1 → 2.5 · by <@5>"


def test_points_are_told_with_sign_and_reason() -> None:
    texts = AuditTexts(ledger.audit_texts(catalogue()))
    detail = {"entry": 1, "amount": -2, "points": "-1.50", "dungeon": "SNAKE_PIT", "reason": "logged *twice*"}
    told = texts.line(entry("ledger.entry.reverse", detail, target_id=9))
    assert told == "🪙 **Taken back**: -2 of 🐍 Snake Pit, -1.5 points, “logged \\*twice\\*” · <@9> · by <@5>"
    given = texts.line(entry("ledger.points.adjust", {"quota_points": "3.00", "quota_role": 8}))
    assert given == "🪙 **Points**: +3 quota points of <@&8> · by <@5>"
