"""Custom ids: what is packed is what comes back, and nothing else is understood."""

from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from raidbot.kernel.discord.custom_ids import LIMIT, CustomId, OutdatedCustomIdError, split


class Colour(StrEnum):
    RED = "red"
    ODD = "o|d%d"


class Shape(Enum):
    ROUND = "round"


@dataclass(frozen=True)
class Everything(CustomId):
    PREFIX: ClassVar[str] = "t.all"
    VERSION: ClassVar[int] = 3
    number: int
    text: str
    flag: bool
    colour: Colour
    shape: Shape


@dataclass(frozen=True)
class Bare(CustomId):
    PREFIX: ClassVar[str] = "t.bare"


nasty = st.text(alphabet=st.sampled_from("|%7C25ab:é\\\n "), max_size=12)
everything = st.builds(
    Everything,
    number=st.integers(-(2**63), 2**64),
    text=st.one_of(nasty, st.text(max_size=12)),
    flag=st.booleans(),
    colour=st.sampled_from(Colour),
    shape=st.sampled_from(Shape),
)


@given(everything)
def test_what_is_packed_is_what_is_unpacked(given_id: Everything) -> None:
    key, fields = split(given_id.pack())
    assert key == ("t.all", "3")
    back = Everything.unpack(fields)
    assert back == given_id
    assert [type(value) for value in (back.flag, back.number, back.colour)] == [bool, int, Colour]


@given(everything, everything)
def test_two_ids_never_look_alike(one: Everything, other: Everything) -> None:
    assert (one.pack() == other.pack()) == (one == other)


def test_an_id_without_fields_needs_none() -> None:
    assert split(Bare().pack()) == (("t.bare", "1"), [])
    assert Bare.unpack([]) == Bare()
    with pytest.raises(OutdatedCustomIdError):
        Bare.unpack([""])


@given(st.text(max_size=LIMIT))
def test_garbage_splits_without_an_error(garbage: str) -> None:
    key, fields = split(garbage)
    assert "|".join([*key, *fields]).rstrip("|") == garbage.rstrip("|")


@given(st.lists(st.one_of(st.text(max_size=30), st.sampled_from(["1", "0", "red", "round", "%7C", "%"])), max_size=8))
def test_garbage_is_outdated_or_makes_a_whole_id(fields: list[str]) -> None:
    try:
        made = Everything.unpack(fields)
    except OutdatedCustomIdError:
        return
    assert isinstance(made.number, int)
    assert isinstance(made.flag, bool)
    assert isinstance(made.colour, Colour)


@pytest.mark.parametrize(
    ("field", "value"),
    [(0, "x"), (0, ""), (0, "9" * 5000), (2, "yes"), (2, "true"), (3, "blue"), (3, ""), (4, "ROUND")],
)
def test_one_wrong_field_makes_it_outdated(field: int, value: str) -> None:
    fields = ["1", "text", "1", "red", "round"]
    Everything.unpack(fields)
    fields[field] = value
    with pytest.raises(OutdatedCustomIdError):
        Everything.unpack(fields)


@pytest.mark.parametrize("count", [0, 4, 6])
def test_another_number_of_fields_is_of_another_version(count: int) -> None:
    with pytest.raises(OutdatedCustomIdError):
        Everything.unpack(["1", "text", "1", "red", "round", "1"][:count])


@dataclass(frozen=True)
class Texts(CustomId):
    PREFIX: ClassVar[str] = "t"
    text: str


def test_an_id_may_be_a_hundred_characters_long_and_no_longer() -> None:
    room = LIMIT - len("t|1|")
    assert len(Texts("x" * room).pack()) == 100
    with pytest.raises(ValueError, match="101 characters"):
        Texts("x" * (room + 1)).pack()


def test_an_escaped_sign_counts_as_it_is_written() -> None:
    assert len(Texts("|" * 32).pack()) == len("t|1|") + 96
    with pytest.raises(ValueError, match="103 characters"):
        Texts("|" * 33).pack()
