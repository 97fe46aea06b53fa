"""The roster fits Discord's limits, whoever is in, and its picture holds what it should."""

from datetime import timedelta
from typing import Any

import hikari
import pytest
from hypothesis import given
from hypothesis import strategies as st

from raidbot.features.dungeons.api import RaiderClass, catalogue
from raidbot.features.raids.models import HOLDERS_SHOWN, Holders, Participant, RunStatus, RunView
from raidbot.features.raids.pictures import class_split
from raidbot.features.raids.views.roster import roster
from raidbot.playground import validation
from tests.features.raids.test_panels import LARGEST, NOW, factory, make_run

FULLEST = max(catalogue().all, key=lambda dungeon: len(dungeon.keys))
CLASSES = [None, *(raider.value for raider in RaiderClass)]


def shown(view: RunView, who: list[Participant], picture: bytes | None = None) -> hikari.Embed:
    """Draw a roster, which must fit."""
    embed = roster(view, who, FULLEST, picture).embed
    assert embed is not None
    errors = validation.message({"embeds": [factory.serialize_embed(embed)[0]]})
    assert errors is None, errors.body()
    return embed


def view_of(who: list[Participant], holders: int, **overrides: Any) -> RunView:
    offered = Holders(holders, tuple(LARGEST - number for number in range(min(holders, HOLDERS_SHOWN))))
    waiting = sum(one.reserve is not None for one in who)
    keys = {key.code: offered for key in FULLEST.keys} if holders else {}
    return RunView(make_run(FULLEST, RunStatus.LIVE, **overrides), len(who) - waiting, {}, keys, {}, waiting)


@given(
    people=st.lists(st.tuples(st.sampled_from(CLASSES), st.booleans(), st.booleans()), max_size=30),
    times=st.sampled_from([1, 1, 10, 40]),
    holders=st.integers(0, 1000),
)
def test_any_crowd_fits(people: list[tuple[str | None, bool, bool]], times: int, holders: int) -> None:
    who = [
        Participant(
            LARGEST - number,
            raider_class,
            None if waits else NOW + timedelta(minutes=1 if late else -1),
            number if waits else None,
        )
        for number, (raider_class, waits, late) in enumerate(people * times)
    ]
    embed = shown(view_of(who, holders), who)
    waiting = sum(one.reserve is not None for one in who)
    assert (f"Reserve list ({waiting:,})" in [field.name for field in embed.fields]) == (waiting > 0)


def test_fifty_raiders_are_all_named_and_a_thousand_are_counted() -> None:
    few = [Participant(LARGEST - n, CLASSES[n % 3], NOW, None) for n in range(50)]
    described = shown(view_of(few, 1, cap=None, class_limits={}), few).description
    assert described is not None
    assert all(f"<@{one.user_id}>" in described for one in few)
    assert " more" not in described
    many = [Participant(LARGEST - n, CLASSES[n % len(CLASSES)], NOW, None) for n in range(1000)]
    described = shown(view_of(many, 1, cap=None, class_limits={}), many).description
    assert described is not None
    assert described.count(" more") == len(CLASSES)
    assert "**1,000 raiders joined**" in described


@pytest.mark.parametrize("classes", [{}, {None: 12}, dict.fromkeys(CLASSES, 3)])
def test_a_picture_of_any_split_can_be_painted(classes: dict[str | None, int]) -> None:
    assert class_split("Void", "12 raiders joined", classes, {"knight": 4}).startswith(b"\x89PNG")
