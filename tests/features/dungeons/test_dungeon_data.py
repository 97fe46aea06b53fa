"""The shipped data file is whole, and a broken one is refused with a message that says where."""

import json
import re
from collections import Counter
from typing import Any

import pytest

from raidbot.features.dungeons import api
from raidbot.features.dungeons.models import Category, DungeonDataError, RaiderClass
from raidbot.features.dungeons.sources import load, shipped

CATALOGUE = api.catalogue()
SPECIAL_LABELS = {"WC_INC": "Inc", "VIAL_OF_PURE_DARKNESS": "Vial"}


def test_all_52_dungeons_are_there_in_their_categories() -> None:
    assert len(CATALOGUE.all) == 52
    assert Counter(dungeon.category for dungeon in CATALOGUE.all) == {
        Category.EXALTATION: 13,
        Category.MINI: 12,
        Category.GODLAND: 10,
        Category.EVENT: 9,
        Category.BASIC: 3,
        Category.EPIC: 3,
        Category.HEROIC: 2,
    }
    assert [d.code for d in CATALOGUE.all if d.exalt] == [
        d.code for d in CATALOGUE.all if d.category is Category.EXALTATION
    ]


def test_colours_are_24_bit_and_read_as_red_green_blue() -> None:
    assert all(0 <= dungeon.colour <= 0xFFFFFF for dungeon in CATALOGUE.all)
    shatters = CATALOGUE.find("SHATTERS")
    assert shatters is not None
    assert shatters.colour == 0x137D13


def test_codes_are_clean_and_the_old_ones_are_aliases() -> None:
    assert all(re.fullmatch("[A-Z0-9_]+", dungeon.code) for dungeon in CATALOGUE.all)
    for old, code in {"MOONLIGHT VILLAGE": "MOONLIGHT_VILLAGE", "ADVANCED STEAMWORKS": "ADVANCED_STEAMWORKS"}.items():
        dungeon = CATALOGUE.find(old)
        assert dungeon is not None
        assert dungeon.code == code


@pytest.mark.parametrize(
    ("dungeon_code", "old", "code"),
    [
        ("HIDDEN_INTERREGNUM", "HIDDEN_INTERREGUM_KEY", "HIDDEN_INTERREGNUM_KEY"),
        ("LAIR_OF_SHAITAN", "LAIR_OF_SHAITANS_KEY", "LAIR_OF_SHAITAN_KEY"),
    ],
)
def test_a_misspelt_key_is_found_by_both_its_codes(dungeon_code: str, old: str, code: str) -> None:
    dungeon = CATALOGUE.find(dungeon_code)
    assert dungeon is not None
    key = dungeon.key(code)
    assert key is not None
    assert key.code == code
    assert dungeon.key(old) is key
    assert dungeon.key("LOST_HALLS_KEY") is None


def test_every_key_label_follows_the_rule_and_tells_the_buttons_apart() -> None:
    for dungeon in CATALOGUE.all:
        labels = [key.label for key in dungeon.keys]
        assert len(set(labels)) == len(labels)
        for key in dungeon.keys:
            by_rule = key.code.replace("_", " ").title().replace(" Key", "", 1)
            assert key.label == SPECIAL_LABELS.get(key.code, by_rule)
    assert [d.code for d in CATALOGUE.all if not d.keys] == ["WOODLAND_LABYRINTH"]


def test_the_keys_of_lost_halls_keep_their_limits() -> None:
    halls, void = CATALOGUE.find("LOST_HALLS"), CATALOGUE.find("THE_VOID")
    assert halls is not None
    assert void is not None
    assert [(key.code, key.label, key.early_location) for key in halls.keys] == [
        ("CULT_KEY", "Cult", 2),
        ("VOID_KEY", "Void", 2),
        ("VIAL_OF_PURE_DARKNESS", "Vial", 2),
    ]
    assert [(key.code, key.early_location) for key in void.keys] == [
        ("LOST_HALLS_KEY", 2),
        ("VIAL_OF_PURE_DARKNESS", 3),
    ]


def test_call_outs_carry_their_limits() -> None:
    oryx = CATALOGUE.find("ORYX_3")
    assert oryx is not None
    limits = {call_out.code: call_out.early_location for call_out in oryx.call_outs}
    assert limits["DPS_RANGED"] == 10
    assert limits["TRICKSTER"] == 2
    assert limits["WARRIOR"] == 0
    assert sum(1 for dungeon in CATALOGUE.all if dungeon.call_outs) == 13


def test_there_are_18_classes_with_an_emoji_each() -> None:
    assert len(RaiderClass) == 18
    assert len({raider_class.emoji for raider_class in RaiderClass}) == 18
    assert RaiderClass("kensei").label == "Kensei"


def test_the_catalogue_is_read_once() -> None:
    assert api.catalogue() is api.catalogue()


def _broken(change: Any) -> str:
    content = json.loads(shipped())
    change(content)
    return json.dumps(content)


def _first(field: str, value: Any) -> Any:
    def change(content: dict[str, Any]) -> None:
        content["dungeons"][0][field] = value

    return change


def _halls_key(field: str, value: Any) -> Any:
    def change(content: dict[str, Any]) -> None:
        halls = next(dungeon for dungeon in content["dungeons"] if dungeon["code"] == "LOST_HALLS")
        halls["keys"][2][field] = value

    return change


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (_first("code", "SNAKE_PIT"), "SNAKE_PIT: 'SNAKE_PIT' already means SNAKE_PIT"),
        (_first("aliases", ["MOONLIGHT VILLAGE"]), "'MOONLIGHT VILLAGE' already means WETLANDS_KEY"),
        (_first("name", "Snake Pit"), "SNAKE_PIT: 'snake pit' already means WETLANDS_KEY"),
        (_first("search", ["o3"]), "ORYX_3: 'o3' already means WETLANDS_KEY"),
        (_first("code", "has space"), "dungeons.0.code"),
        (_first("name", "x" * 101), "dungeons.0.name"),
        (_first("name", ""), "dungeons.0.name"),
        (_first("colour", "#GG0000"), "dungeons.0.colour"),
        (_first("colour", "#1000000"), "dungeons.0.colour"),
        (_first("emoji", ""), "dungeons.0.emoji"),
        (_first("emoji", ":frog:"), "dungeons.0.emoji"),
        (_first("category", "Difficult"), "dungeons.0.category"),
        (_first("color", 5), "dungeons.0.color"),
        (_first("call_outs", {"UMBRELLA": 1}), "WETLANDS_KEY: unknown call-outs UMBRELLA"),
        (_halls_key("label", "x" * 81), "keys.2.label"),
        (_halls_key("label", "Void"), "LOST_HALLS: two buttons with the label Void"),
        (_halls_key("label", "Warrior"), "LOST_HALLS: two buttons with the label Warrior"),
        (_halls_key("emoji", "🌕"), "LOST_HALLS: the key VIAL_OF_PURE_DARKNESS is described differently elsewhere"),
        (_halls_key("early_location", -1), "keys.2.early_location"),
        (lambda content: content.pop("dungeons"), "dungeons: Field required"),
        (lambda content: content.update(dungeons=[]), "dungeons: "),
    ],
)
def test_a_broken_file_is_refused_with_its_place(change: Any, message: str) -> None:
    with pytest.raises(DungeonDataError, match=re.escape(message)) as refused:
        load(_broken(change))
    assert str(refused.value).startswith("dungeons.json: ")


def test_a_file_that_is_not_json_is_refused() -> None:
    with pytest.raises(DungeonDataError, match=r"^dungeons\.json: the file: Invalid JSON"):
        load("{")
