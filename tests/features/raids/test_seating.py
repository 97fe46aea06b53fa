"""Who sits where in a run with limits, by the rules alone; and how organizers write limits."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from raidbot.features.dungeons.api import Dungeon, RaiderClass, catalogue
from raidbot.features.members.api import Standing
from raidbot.features.raids import models as m
from raidbot.features.raids.views.limits import bad_limits

CLASSES = ("knight", "bard", "rogue")
LOST_HALLS = next(dungeon for dungeon in catalogue().all if dungeon.code == "LOST_HALLS")


def make_run(**overrides: Any) -> m.Run:
    """Make an open run."""
    values: dict[str, Any] = dict.fromkeys(m.Run.__slots__)
    values |= {"id": 1, "status": m.RunStatus.OPEN, "join_locked": False, "class_limits": {}, "key_limits": {}}
    return m.Run(**{**values, "expires_at": datetime(2026, 1, 1, tzinfo=UTC), **overrides})


def make_click(number: int, user_id: int, wish: m.Wish, value: str | None = None) -> m.Click:
    """Make a click; only a choice of a class has a value."""
    value = value if wish in {m.Wish.CLASS, m.Wish.KEY} else None
    return m.Click(number, 1, 1, user_id, wish, Standing.FINE, value)


limits = st.fixed_dictionaries(
    {
        "cap": st.none() | st.integers(1, 4),
        "class_limits": st.dictionaries(st.sampled_from(CLASSES), st.integers(1, 2)),
        "join_locked": st.sampled_from([False, False, False, True]),
    }
)
presses = st.lists(
    st.tuples(
        st.integers(1, 7),
        st.sampled_from([m.Wish.JOIN, m.Wish.CLASS, m.Wish.LEAVE]),
        st.sampled_from(CLASSES),
    ),
    max_size=40,
)


@given(limits=limits, presses=presses, batch=st.integers(1, 9))
def test_limits_hold_and_nobody_waits_beside_a_free_place_or_is_overtaken(
    limits: dict[str, Any], presses: list[tuple[int, m.Wish, str]], batch: int
) -> None:
    run = make_run(**limits)
    seats: dict[int, m.Seat] = {}
    for first in range(0, len(presses), batch):
        seating = m.Seating(run, seats.values())
        for number, (user_id, wish, value) in enumerate(presses[first : first + batch], first + 1):
            click = make_click(number, user_id, wish, value)
            before = _waiting(seating)
            result = seating.click(click)
            after = _waiting(seating)
            assert _agrees(result, seating._seats.get(user_id), after)
            stayed = [one for one in before if one in after and one != user_id]
            assert [one for one in after if one in before and one != user_id] == stayed
        seats |= {seat.user_id: seat for seat in seating.changed}
        assert _rules_hold(run, seats)


def _waiting(seating: m.Seating) -> list[int]:
    return [one for _, one in sorted((s.reserve, s.user_id) for s in seating._seats.values() if s.reserve is not None)]


def _agrees(result: m.ClickResult, seat: m.Seat | None, waiting: list[int]) -> bool:
    """Say whether what a raider is told is so."""
    match result.outcome:
        case m.Outcome.JOINED | m.Outcome.ALREADY_JOINED | m.Outcome.CLASS_SET | m.Outcome.CLASS_FULL:
            return seat is not None and seat.joined
        case m.Outcome.RESERVED | m.Outcome.RESERVED_FOR_CLASS:
            return seat is not None and result.place == waiting.index(seat.user_id) + 1
        case _:
            return seat is None or (not seat.joined and seat.reserve is None)


def _rules_hold(run: m.Run, seats: dict[int, m.Seat]) -> bool:
    joined = [seat for seat in seats.values() if seat.joined]
    waiting = [seat for seat in seats.values() if seat.reserve is not None]
    taken = {name: sum(seat.raider_class == name for seat in joined) for name in CLASSES}
    full = run.cap is not None and len(joined) >= run.cap
    full_classes = {name for name, most in run.class_limits.items() if taken[name] >= most}
    return (
        (run.cap is None or len(joined) <= run.cap)
        and all(taken[name] <= most for name, most in run.class_limits.items())
        and not any(seat.joined for seat in waiting)
        and (full or all(seat.raider_class in full_classes for seat in waiting))
        and len({seat.reserve for seat in waiting}) == len(waiting)
    )


@given(limits=limits, presses=presses)
def test_a_click_done_again_changes_nothing_more(
    limits: dict[str, Any], presses: list[tuple[int, m.Wish, str]]
) -> None:
    run = make_run(**limits)
    seating = m.Seating(run, [])
    for number, (user_id, wish, value) in enumerate(presses, 1):
        click = make_click(number, user_id, wish, value)
        seating.click(click)
        before = dict(seating._seats)
        seating.click(click)
        assert seating._seats == before


def test_a_place_that_comes_free_goes_to_the_first_who_fits() -> None:
    run = make_run(cap=2, class_limits={"knight": 1})
    seating = m.Seating(run, [])
    clicks = [(1, "knight"), (2, "bard"), (3, "knight"), (4, "bard"), (5, "bard")]
    told = [
        seating.click(make_click(n, user, m.Wish.CLASS, value)).outcome for n, (user, value) in enumerate(clicks, 1)
    ]
    assert told == [m.Outcome.JOINED] * 2 + [m.Outcome.RESERVED] * 3
    seating.click(make_click(6, 2, m.Wish.LEAVE))
    assert list(seating.moved_up) == [4]
    seating.click(make_click(7, 1, m.Wish.LEAVE))
    assert list(seating.moved_up) == [4, 3]
    assert [seat.user_id for seat in seating.changed if seat.joined] == [3, 4]


def test_who_moved_up_and_left_at_once_is_not_told() -> None:
    seating = m.Seating(make_run(cap=1), [])
    for number, (user_id, wish) in enumerate([(1, m.Wish.JOIN), (2, m.Wish.JOIN), (1, m.Wish.LEAVE)], 1):
        seating.click(make_click(number, user_id, wish))
    assert list(seating.moved_up) == [2]
    seating.click(make_click(4, 2, m.Wish.LEAVE))
    assert list(seating.moved_up) == []


def test_a_lower_cap_puts_nobody_out_and_lets_nobody_in() -> None:
    seats = [m.Seat(1, user_id, joined=True, raider_class=None, reserve=None, click_id=1) for user_id in (1, 2, 3)]
    seating = m.Seating(make_run(cap=2), seats)
    assert seating.click(make_click(2, 4, m.Wish.JOIN)).outcome is m.Outcome.RESERVED
    seating.click(make_click(3, 1, m.Wish.LEAVE))
    assert list(seating.moved_up) == []
    seating.click(make_click(4, 2, m.Wish.LEAVE))
    assert list(seating.moved_up) == [4]


@pytest.mark.parametrize("dungeon", [*catalogue().all, replace(LOST_HALLS, keys=())], ids=lambda dungeon: dungeon.code)
def test_limits_are_read_as_they_are_written(dungeon: Dungeon) -> None:
    classes = {raider.value: n for n, raider in enumerate(RaiderClass, 1)}
    keys = {key.code: n for n, key in enumerate(dungeon.keys, 1)}
    written_classes = m.write_limits(classes, [(raider.value, raider.label) for raider in RaiderClass])
    written_keys = m.write_limits(keys, [(key.code, key.label) for key in dungeon.keys])
    read = m.read_limits(dungeon, cap="20", classes=written_classes, keys=written_keys)
    assert read == m.Limits(20, classes, keys)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", {}),
        (" , ;\n", {}),
        ("knight 2", {"knight": 2}),
        ("KNIGHTS: 2; nec x3\nwiz=10", {"knight": 2, "necromancer": 3, "wizard": 10}),
        ("knight 1, knight 4", {"knight": 4}),
    ],
)
def test_limits_are_read_as_organizers_type(typed: str, found: dict[str, int]) -> None:
    assert m.read_limits(LOST_HALLS, cap="", classes=typed, keys="").classes == found


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"cap": "0"}, "“0” is no number of raiders from 1 to 1,000"),
        ({"cap": "many"}, "“many” is no number of raiders"),
        ({"classes": "knight"}, "“knight” needs a name and a number"),
        ({"classes": "2"}, "“2” needs a name and a number"),
        ({"classes": "knight 1001"}, "“knight 1001” needs a name and a number from 1 to 1,000"),
        ({"classes": "druid 2"}, "I don't know a class “druid”. There are Rogue, Archer"),
        ({"classes": "s 2"}, "I don't know a class “s”"),
        ({"keys": "fungal 2"}, "This dungeon has no key “fungal”. It takes Cult and Void and Vial"),
        ({"classes": "@everyone 2"}, "“@\N{ZERO WIDTH SPACE}everyone”"),
    ],
)
def test_what_cannot_be_read_is_named(typed: dict[str, str], told: str) -> None:
    with pytest.raises(m.BadLimitsError) as wrong:
        m.read_limits(LOST_HALLS, **{"cap": "", "classes": "", "keys": "", **typed})
    assert told in bad_limits(wrong.value)


@given(cap=st.text(max_size=4), classes=st.text(max_size=400), keys=st.text(max_size=400))
def test_whatever_is_typed_is_read_or_refused(cap: str, classes: str, keys: str) -> None:
    assert 0 < len(_told(cap, classes, keys)) <= 2000


def _told(cap: str, classes: str, keys: str) -> str:
    try:
        return str(m.read_limits(LOST_HALLS, cap=cap, classes=classes, keys=keys))
    except m.BadLimitsError as wrong:
        return bad_limits(wrong)
