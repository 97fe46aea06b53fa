"""A member finds a dungeon by whatever they type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from raidbot.features.dungeons.api import catalogue, resolve_emoji
from raidbot.features.dungeons.models import Dungeon, DungeonKey, normalise

CATALOGUE = catalogue()
dungeons = st.sampled_from(CATALOGUE.all)


def names(found: list[Dungeon]) -> list[str]:
    return [dungeon.name for dungeon in found]


@given(query=st.text(max_size=200), recent=st.lists(st.text(max_size=20) | dungeons.map(lambda d: d.code), max_size=30))
def test_a_search_never_raises_repeats_or_exceeds_25(query: str, recent: list[str]) -> None:
    found = CATALOGUE.search(query, recent)
    assert len(found) <= 25
    assert len({dungeon.code for dungeon in found}) == len(found)


@given(dungeon=dungeons, limit=st.integers(0, 60))
def test_a_limit_is_kept(dungeon: Dungeon, limit: int) -> None:
    for query in ("", "e", dungeon.name, "zzundead"):
        assert len(CATALOGUE.search(query, [], limit)) <= min(limit, 25)


@given(dungeon=dungeons, data=st.data())
def test_every_dungeon_is_found_by_all_that_it_is_called(dungeon: Dungeon, data: st.DataObject) -> None:
    called = data.draw(st.sampled_from([dungeon.code, dungeon.name, *dungeon.aliases, *dungeon.search]))
    for spelt in (called, called.lower(), called.upper(), called.replace(" ", "-"), f" {called}! "):
        assert CATALOGUE.find(spelt) is dungeon
        assert dungeon in CATALOGUE.search(spelt)


@given(dungeon=dungeons, data=st.data())
def test_every_dungeon_is_found_while_its_name_is_typed(dungeon: Dungeon, data: st.DataObject) -> None:
    length = data.draw(st.integers(2, len(dungeon.name)))
    assert dungeon in CATALOGUE.search(dungeon.name[:length])


@given(dungeon=dungeons, data=st.data())
def test_every_dungeon_is_found_with_a_letter_missing_swapped_or_wrong(dungeon: Dungeon, data: st.DataObject) -> None:
    name = dungeon.name
    at = data.draw(st.integers(0, len(name) - 2))
    spellings = [name[:at] + name[at + 1 :], name[:at] + name[at + 1] + name[at] + name[at + 2 :]]
    if len(name) > 5:
        spellings.append(name[:at] + "x" + name[at + 1 :])
    for spelt in spellings:
        assert dungeon in CATALOGUE.search(spelt), spelt


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("o3", "Oryx 3"),
        ("void", "Void"),
        ("the void", "Void"),
        ("cult", "Cultist Hideout"),
        ("lh", "Lost Halls"),
        ("mbc", "Lost Halls"),
        ("shatts", "Shatters"),
        ("fc", "Fungal Cavern"),
        ("mv", "Moonlight Village"),
        ("sw", "Sprite World"),
        ("aod", "Abyss of Demons"),
        ("udl", "Undead Lair"),
        ("hul", "Heroic Undead Lair"),
        ("wlab", "Woodland Labyrinth"),
        ("tcave", "Cave of a Thousand Treasures"),
        ("killer b", "Nest"),
        ("davy jones", "Davy Jones' Locker"),
        ("Davy Jone's", "Davy Jones' Locker"),
        ("DÁVY", "Davy Jones' Locker"),
        ("icecave", "Ice Cave"),
        ("adv steam", "Advanced Steamworks"),
        ("steamwroks", "Steamworks"),
        ("specrtal", "Spectral Penitentiary"),
        ("davy jonse", "Davy Jones' Locker"),
        ("lost hals", "Lost Halls"),
        ("undeed lair", "Undead Lair"),
    ],
)
def test_players_words_find_the_dungeon_they_mean(query: str, first: str) -> None:
    assert names(CATALOGUE.search(query))[0] == first


def test_initials_rank_before_letters_inside_a_name() -> None:
    assert names(CATALOGUE.search("ul")) == ["Cultist Hideout", "Undead Lair", "Sulfurous Wetlands"]


def test_oryx_3_then_exaltations_then_others_each_by_score_then_name() -> None:
    assert names(CATALOGUE.search("ice")) == ["Ice Citadel", "Ice Cave", "Ice Tomb"]
    assert names(CATALOGUE.search("nest")) == ["Nest", "Advanced Nest"]
    found = CATALOGUE.search("o")
    assert found[0].code == "ORYX_3"
    exalts = [dungeon.exalt for dungeon in found]
    assert exalts == sorted(exalts, reverse=True)


def test_nothing_resembling_finds_nothing() -> None:
    assert CATALOGUE.search("qqqqqq") == []


def test_without_a_query_the_recent_dungeons_come_most_recent_first() -> None:
    recent = ["NEST", "MOONLIGHT VILLAGE", "gone", "NEST", "SNAKE_PIT"]
    assert names(CATALOGUE.search("", recent)) == ["Nest", "Moonlight Village", "Snake Pit"]
    assert names(CATALOGUE.search(" '! ", recent)) == ["Nest", "Moonlight Village", "Snake Pit"]
    assert len(CATALOGUE.search("", [dungeon.code for dungeon in CATALOGUE.all])) == 10


def test_without_query_and_recents_oryx_3_and_the_exaltations_lead() -> None:
    found = CATALOGUE.search("", [])
    assert len(found) == 25
    assert found[0].code == "ORYX_3"
    assert names(found[1:13]) == sorted(d.name for d in CATALOGUE.all if d.exalt and d.code != "ORYX_3")
    assert names(found[13:]) == sorted(d.name for d in CATALOGUE.all if not d.exalt)[:12]


def test_find_takes_no_part_of_a_name() -> None:
    assert CATALOGUE.find("undead") is None
    assert CATALOGUE.find("") is None


@pytest.mark.parametrize(
    ("text", "words"),
    [("Davy Jones' Locker", "davy jones locker"), ("ORYX_3", "oryx 3"), ("  Été-ß ", "ete ss"), ("!?", "")],
)
def test_texts_are_compared_as_plain_words(text: str, words: str) -> None:
    assert normalise(text) == words


@given(st.text())
def test_plain_words_stay_as_they_are(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


def test_a_custom_emoji_named_like_the_key_wins_over_the_unicode_one() -> None:
    key = DungeonKey("LOST_HALLS_KEY", "Lost Halls Key", "Lost Halls", "🗝️", 2, ("OLD_HALLS_KEY",))
    assert resolve_emoji(key, {}) == "🗝️"
    assert resolve_emoji(key, {"nest_key": "<:nest_key:1>"}) == "🗝️"
    assert resolve_emoji(key, {"lost_halls_key": "<:a:1>", "losthallskey": "<:b:2>"}) == "<:a:1>"
    assert resolve_emoji(key, {"losthallskey": "<:b:2>"}) == "<:b:2>"
    assert resolve_emoji(key, {"old_halls_key": "<:c:3>"}) == "<:c:3>"
