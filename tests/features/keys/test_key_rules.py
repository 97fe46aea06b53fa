"""The rules of key logging, without a database."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from raidbot.features.dungeons.api import Dungeon, catalogue
from raidbot.features.keys import models as m
from raidbot.features.raids.api import EndedRun, KeyOffer

NOW = datetime(2026, 3, 4, 20, tzinfo=UTC)
numbers = st.sets(st.integers(0, 11))


def dungeon(code: str) -> Dungeon:
    found = catalogue().find(code)
    assert found is not None
    return found


def sheet(code: str, pops: int, logged: set[int] = frozenset(), offers: list[KeyOffer] = []) -> m.Sheet:  # type: ignore[assignment]  # noqa: B006 - never changed
    """Make the sheet of a run of which some keys, by number, are logged."""
    run = EndedRun(1, 2, code, 3, "Orga", pops, NOW)
    every = m.slots(dungeon(code), pops)
    popped = [
        m.PoppedKey(number, 1, every[number].pop, every[number].key, 4, Decimal(5), 3, NOW)
        for number in sorted(logged)
        if number < len(every)
    ]
    return m.Sheet(run, dungeon(code), popped, offers)


@pytest.mark.parametrize(
    ("code", "pops", "expected"),
    [
        ("SNAKE_PIT", 0, [(0, "SNAKE_PIT_KEY")]),
        ("SNAKE_PIT", 2, [(1, "SNAKE_PIT_KEY"), (2, "SNAKE_PIT_KEY")]),
        ("ORYX_3", 0, [(0, "WC_INC"), (0, "SHIELD_RUNE"), (0, "SWORD_RUNE"), (0, "HELM_RUNE")]),
        ("WOODLAND_LABYRINTH", 3, []),
        (
            "THE_VOID",
            2,
            [
                *((1, "LOST_HALLS_KEY"), (1, "VIAL_OF_PURE_DARKNESS")),
                *((2, "LOST_HALLS_KEY"), (2, "VIAL_OF_PURE_DARKNESS")),
            ],
        ),
    ],
)
def test_every_kind_of_key_is_logged_for_each_pop(code: str, pops: int, expected: list[tuple[int, str]]) -> None:
    assert [(slot.pop, slot.key) for slot in m.slots(dungeon(code), pops)] == expected


@given(numbers, st.integers(0, 11), st.booleans())
def test_the_next_open_key_is_the_nearest_then_the_first_and_none_when_all_are_logged(
    logged: set[int], at: int, beyond: bool
) -> None:
    one = sheet("THE_VOID", 6, logged)
    found = one.open_from(one.slots[at], beyond=beyond)
    if len(logged) == 12:
        assert found is None
        return
    assert found is not None
    number = one.slots.index(found)
    assert number not in logged
    way = (number - at - beyond) % 12
    assert all((at + beyond + step) % 12 in logged for step in range(way))


def test_who_offered_the_key_in_the_run_is_offered_first_and_each_member_once() -> None:
    offers = [
        *(KeyOffer("SWORD_RUNE", 1, confirmed=False), KeyOffer("WC_INC", 2, confirmed=False)),
        *(
            KeyOffer("WC_INC", 3, confirmed=False),
            KeyOffer("WC_INC", 2, confirmed=False),
            KeyOffer("HELM_RUNE", 4, confirmed=False),
        ),
    ]
    assert sheet("ORYX_3", 0, offers=offers).candidates(m.Slot(0, "WC_INC")) == [2, 3, 1, 4]
    many = [KeyOffer("WC_INC", user_id, confirmed=False) for user_id in range(60)]
    assert sheet("ORYX_3", 0, offers=many).candidates(m.Slot(0, "HELM_RUNE")) == list(range(m.OFFERED))


@pytest.mark.parametrize("text", ["VIAL_OF_PURE_DARKNESS", "vial of pure darkness", "Vial"])
def test_a_key_is_named_by_code_name_or_label(text: str) -> None:
    assert m.find_key(dungeon("THE_VOID"), text).code == "VIAL_OF_PURE_DARKNESS"


def test_a_key_needs_a_name_only_where_there_are_several_kinds() -> None:
    assert m.find_key(dungeon("SNAKE_PIT"), None).code == "SNAKE_PIT_KEY"
    for text in (None, "Cult Key"):
        with pytest.raises(m.WhichKeyError):
            m.find_key(dungeon("THE_VOID"), text)
    with pytest.raises(m.NoKeysError):
        m.find_key(dungeon("WOODLAND_LABYRINTH"), None)


@pytest.mark.parametrize("text", ["<@123456789012345678>", "<@!123456789012345678>", " 123456789012345678 "])
def test_ids_and_mentions_are_read(text: str) -> None:
    assert m.member_id(text) == 123456789012345678


@pytest.mark.parametrize("text", ["12345", "raider 123456789012345678", "<#123456789012345678>", ""])
def test_anything_else_is_a_name(text: str) -> None:
    assert m.member_id(text) is None


NAMES = {1: ["!Bob", "bobby77"], 2: ["Bobcat"], 3: ["xBob"], 4: ["★ Bob ★"], 5: ["???"]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("BOB", [1]),
        ("~bob", [1]),
        ("bobc", [2]),
        ("cat", [2]),
        ("bob ★", [4]),
        ("bo", [1, 2, 4]),
        ("???", [5]),
        ("zoe", []),
    ],
)
def test_whole_names_go_before_beginnings_and_those_before_insides(text: str, expected: list[int]) -> None:
    assert m.best_matches(text, NAMES) == expected


@given(st.text(min_size=1, max_size=32).filter(str.strip))
def test_everybody_is_found_by_their_own_name(name: str) -> None:
    assert 7 in m.best_matches(name, {7: [name], 8: ["somebody else"]})
