"""Who is told, and what they read; without a database."""

from datetime import UTC, datetime, timedelta
from typing import Any

import hikari
import pytest
from hypothesis import given
from hypothesis import strategies as st

from raidbot.features.dungeons.api import Dungeon, DungeonKey, catalogue
from raidbot.features.early_locations import models as m
from raidbot.features.early_locations import views
from raidbot.features.raids.api import KeyHolder, Run, RunStatus, early_holders
from raidbot.features.raids.models import Confirmation
from raidbot.features.raids.views.texts import key_added, key_confirmed
from raidbot.playground import validation

NOW = datetime(2026, 1, 1, tzinfo=UTC)
LARGEST = 2**63 - 1
factory = hikari.impl.EntityFactoryImpl(hikari.GatewayBot("MTAwMDAwMDAwMDAwMDAwMDAx.x.y", banner=None, logs=None))
VOID = catalogue().find("THE_VOID")
assert VOID is not None


def make_place(location: str = "USW", party: str = "3", number: int = 1) -> m.Place:
    return m.Place(1, number, party, location, NOW, None, None)


def make_run(dungeon: Dungeon, **overrides: Any) -> Run:
    """Make a run; of what is not named here nobody reads anything."""
    values: dict[str, Any] = {
        **dict.fromkeys(Run.__slots__),
        "id": LARGEST,
        "guild_id": LARGEST,
        "organizer_id": LARGEST,
        "organizer_name": "*" * 32,
        "dungeon": dungeon.code,
        "status": RunStatus.OPEN,
        "channel_id": LARGEST,
    }
    return Run(**{**values, **overrides})


def make_letter(dungeon: Dungeon, place: m.Place, *, again: bool = False, **overrides: Any) -> m.Letter:
    return m.Letter(make_run(dungeon, **overrides), place, 1, [key.code for key in dungeon.keys], again, LARGEST)


def payload(embed: hikari.Embed, content: str | None = None, rows: Any = ()) -> dict[str, Any]:
    """Write a message as it goes to Discord."""
    drawn, _ = factory.serialize_embed(embed)
    return {"content": content or "", "embeds": [drawn], "components": [row.build()[0] for row in rows]}


keys = st.sampled_from(["A", "B", "C"])
users = st.integers(1, 8)
holders_of_a_run = st.lists(st.tuples(users, keys), unique=True, max_size=20).map(
    lambda pairs: [KeyHolder(user, key, NOW + timedelta(seconds=n)) for n, (user, key) in enumerate(pairs)]
)
limits_of_a_run = st.dictionaries(keys, st.integers(0, 4))
told_before = st.dictionaries(users, st.tuples(st.sampled_from(["USW", "EUW"]), st.sampled_from(list(m.How))))


@given(holders_of_a_run, limits_of_a_run)
def test_the_first_of_each_key_are_early_and_nobody_else(holders: list[KeyHolder], limits: dict[str, int]) -> None:
    early = early_holders(holders, limits)
    for key in "ABC":
        own = [holder.user_id for holder in holders if holder.key == key]
        assert set(own[: limits.get(key, 0)]) <= early
    assert len(early) <= sum(limits.values())
    for index, holder in enumerate(holders):  # who comes later takes nobody's place
        assert early_holders(holders[:index], limits) <= early_holders(holders[: index + 1], limits), holder


@given(holders_of_a_run, limits_of_a_run, told_before, st.booleans())
def test_each_who_may_know_is_told_once_and_nobody_else(
    holders: list[KeyHolder], limits: dict[str, int], before: dict[int, tuple[str, m.How]], live: bool
) -> None:
    told = {user: m.Told(user, "3", location, how) for user, (location, how) in before.items()}
    place = make_place("USW")
    owed = m.to_tell(holders, limits, told, place, live=live)
    confirmed = {holder.user_id for holder in holders}
    knows = {user for user, one in told.items() if one.location == "USW"}
    may_know = confirmed if live else confirmed & (early_holders(holders, limits) | set(told))
    assert set(owed) == may_know - knows
    assert owed == [user for user in dict.fromkeys(holder.user_id for holder in holders) if user in owed]
    after = told | {user: m.Told(user, "3", "USW", m.How.DM) for user in owed}
    assert m.to_tell(holders, limits, after, place, live=live) == []


@pytest.mark.parametrize("dungeon", [one for one in catalogue().all if one.keys], ids=lambda one: one.code)
def test_the_longest_messages_fit(dungeon: Dungeon) -> None:
    place = m.Place(LARGEST, 2, "@" * 100, "*" * 100, NOW, LARGEST, None)
    for again in (False, True):
        embed, rows = views.letter(make_letter(dungeon, place, again=again), dungeon)
        assert validation.message(payload(embed, rows=rows)) is None
    notice = m.Notice(make_run(dungeon), place, LARGEST, [LARGEST], LARGEST, frozenset())
    content, embed = views.notice(notice, dungeon)
    assert validation.message(payload(embed, content)) is None


def test_what_an_organizer_writes_stays_text() -> None:
    assert VOID is not None
    place = make_place("[free](https://evil.example)", party="@everyone")
    _, notice = views.notice(m.Notice(make_run(VOID), place, 1, [], None, frozenset()), VOID)
    for text in (
        str(payload(views.letter(make_letter(VOID, place), VOID)[0])),
        str(payload(notice)),
        key_confirmed(VOID.keys[0], Confirmation(True, False, place.party, place.location)),
    ):
        assert "@everyone" not in text
        assert "[free]" not in text


def test_a_message_says_what_happened_and_what_to_do() -> None:
    assert VOID is not None
    first, moved, live = (
        str(payload(views.letter(letter, VOID)[0]))
        for letter in (
            make_letter(VOID, make_place()),
            make_letter(VOID, make_place(), again=True),
            make_letter(VOID, make_place(), status=RunStatus.LIVE),
        )
    )
    assert "Key confirmation" in first
    assert "before the start" in first
    assert "Location update" in moved
    assert "has moved" in moved
    assert "the run is live" in live


@pytest.mark.parametrize(
    ("limit", "told"),
    [(0, "will you bring it"), (1, "The first to confirm learns"), (15, "The first 15 to confirm learn")],
)
def test_the_answer_to_an_offer_says_what_a_confirmation_is_good_for(limit: int, told: str) -> None:
    key = DungeonKey("K", "Key", "Key", "🗝️", limit)
    text = key_added(key, party=None, location=None)
    assert told in text
    assert ("learn" in text) == bool(limit)


@pytest.mark.parametrize(
    ("limit", "confirmed", "told"),
    [
        (2, Confirmation(True, False), "the moment it's set"),
        (2, Confirmation(True, False, "3", "USW"), "keep it to yourself"),
        (2, Confirmation(False, False), "you are on the list"),
        (0, Confirmation(False, False), "You get the place when the run starts"),
        (2, Confirmation(False, True, "3", "USW"), "The run is at **Party:** 3"),
    ],
)
def test_a_confirmation_says_when_the_place_comes(limit: int, confirmed: Confirmation, told: str) -> None:
    assert told in key_confirmed(DungeonKey("K", "Key", "Key", "🗝️", limit), confirmed)
