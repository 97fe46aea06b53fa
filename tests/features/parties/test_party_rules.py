"""The pure rules of parties, and panels that fit Discord's limits whatever a party holds."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from raidbot.features.dungeons.api import catalogue
from raidbot.features.parties import models as m
from raidbot.features.parties import views
from tests.limits import LARGEST, errors_of, payload

NOW = datetime(2026, 1, 1, tzinfo=UTC)
LONGEST_NAMES = tuple(one.code for one in sorted(catalogue().all, key=lambda one: -len(one.name)))[: m.DUNGEONS_MAX]


def make_party(**overrides: Any) -> m.Party:
    """Make a party with every text as long as it may be."""
    values: dict[str, Any] = {
        "id": LARGEST,
        "guild_id": LARGEST,
        "owner_id": LARGEST,
        "owner_name": "x" * 32,
        "channel_id": LARGEST,
        "dungeons": LONGEST_NAMES,
        "name": "@" * m.NAME_MAX,
        "location": "*" * m.LOCATION_MAX,
        "description": "_" * m.DESCRIPTION_MAX,
        "size": None,
        "thread_id": LARGEST,
        "opened_at": NOW,
        "expires_at": NOW + m.LIVES,
        "closed_at": None,
        "closed_by": None,
        "close_reason": None,
    }
    return m.Party(**{**values, **overrides})


texts = st.text(min_size=1, max_size=40).map(lambda text: text.strip() or "x")


# --- panels


@pytest.mark.parametrize("reason", [None, *m.CloseReason])
def test_the_fullest_panel_fits(reason: m.CloseReason | None) -> None:
    over = {} if reason is None else {"closed_at": NOW, "closed_by": LARGEST, "close_reason": reason}
    drawing = views.panel(make_party(**over), [LARGEST - number for number in range(1000)], catalogue())
    assert errors_of(drawing) is None
    assert drawing.final == (reason is not None)


@given(
    name=texts, location=texts, description=st.text(min_size=1, max_size=m.DESCRIPTION_MAX), joined=st.integers(1, 60)
)
def test_any_texts_fit_and_reach_nobody(name: str, location: str, description: str, joined: int) -> None:
    party = make_party(name=name, location=location, description=description)
    drawing = views.panel(party, range(joined), catalogue())
    assert errors_of(drawing) is None
    assert not drawing.content
    assert len(views.thread_name(party, catalogue())) <= views.THREAD_NAME


def test_what_a_member_wrote_shows_as_written() -> None:
    party = make_party(name="@everyone", location="<@&1>", description="[free](https://evil.example) **now**")
    shown = payload(views.panel(party, [1], catalogue()))["embeds"][0]
    assert shown["description"].startswith(r"\[free\]\(")
    fields = {field["name"]: field["value"] for field in shown["fields"]}
    assert fields["Party"] == "@\N{ZERO WIDTH SPACE}everyone"
    assert fields["Location"].startswith("\\<@")


@pytest.mark.parametrize(
    ("size", "joined", "label", "filling"), [(4, 3, "Join", "3/4"), (4, 4, "Full", "4/4"), (None, 60, "Join", "60")]
)
def test_the_panel_says_how_many_are_in_and_wanted(size: int | None, joined: int, label: str, filling: str) -> None:
    shown = payload(views.panel(make_party(size=size), range(joined), catalogue()))
    assert f"Players ({filling})" in str(shown["embeds"])
    join = shown["components"][0]["components"][0]
    assert (join["label"], join["disabled"]) == (label, label == "Full")


def test_a_dungeon_that_is_no_longer_known_shows_its_code() -> None:
    drawing = views.panel(make_party(dungeons=("OLD_ONE",)), [1], catalogue())
    assert drawing.embed.title == "🎉 Party Open: OLD_ONE"


def test_extend_is_off_once_a_party_lasts_six_hours() -> None:
    longest = make_party(expires_at=NOW + m.LONGEST)
    assert payload(views.panel(longest, [1], catalogue()))["components"][0]["components"][2]["disabled"]
    text, rows = views.ends_soon(longest)
    assert "any further" in text
    assert not rows


# --- time


@given(
    opened=st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - made aware
    presses=st.integers(0, 8),
)
def test_extending_never_passes_six_hours_and_stops_there(opened: datetime, presses: int) -> None:
    party = make_party(opened_at=opened, expires_at=m.whole_seconds(opened + m.LIVES))
    for _ in range(presses):
        until = m.extended(party)
        assert until <= opened + m.LONGEST
        assert until - party.expires_at <= m.EXTENSION
        party = make_party(opened_at=opened, expires_at=until)
    assert (m.extended(party) <= party.expires_at) == (presses >= 4)


@given(left=st.integers(-100, 20 * 60))
def test_the_next_warning_is_the_first_that_is_still_ahead(left: int) -> None:
    at = m.next_warning(NOW + timedelta(seconds=left), NOW)
    minutes = None if at is None else (NOW + timedelta(seconds=left) - at) / timedelta(minutes=1)
    assert minutes == (10 if left > 600 else 5 if left > 300 else None)


# --- seats


@given(
    size=st.none() | st.integers(m.SIZE_MIN, m.SIZE_MAX),
    presses=st.lists(st.tuples(st.sampled_from(["join", "leave"]), st.integers(1, 6), st.integers(1, 4))),
)
def test_whatever_is_pressed_nobody_passes_the_size_and_the_owner_stays(
    size: int | None, presses: list[tuple[str, int, int]]
) -> None:
    party = make_party(size=size, owner_id=1)
    seats: dict[int, tuple[bool, int]] = {1: (True, 0)}
    for wish, user_id, click_id in presses:
        joined, last = seats.get(user_id, (None, None))
        seat = m.Seat(sum(is_in for is_in, _ in seats.values()), joined, last, None)
        click = m.Click(click_id, 1, 1, user_id)
        before = dict(seats)
        try:
            changes = m.joins(party, seat, click, NOW) if wish == "join" else m.leaves(party, seat, click)
        except m.PartyError:
            continue
        if changes:
            seats[user_id] = (wish == "join", click_id)
            assert seats[user_id][0] != before.get(user_id, (False, 0))[0]
        assert seats[user_id][0] == (wish == "join")
        assert seats[1][0]
        assert size is None or sum(is_in for is_in, _ in seats.values()) <= size
