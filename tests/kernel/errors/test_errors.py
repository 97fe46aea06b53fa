from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from raidbot.kernel.errors import Unavailable, UserError, incident_id


@dataclass(eq=False)
class FullError(UserError):
    places: int


def test_an_error_says_its_data_in_the_log() -> None:
    assert str(FullError(places=3)) == "FullError(places=3)"
    assert str(Unavailable()) == "Unavailable(reason='')"


def test_an_error_passes_through_a_context_manager() -> None:
    @contextmanager
    def block() -> Iterator[None]:
        yield

    with pytest.raises(FullError), block():
        raise FullError(places=3)
    assert len({FullError(places=1), FullError(places=1)}) == 2


def test_incident_ids_are_short_unambiguous_and_differ() -> None:
    ids = {incident_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert all(
        len(one) == 8 and not set(one) & set("0O1ILAEIU") and one.isalnum() and one == one.upper() for one in ids
    )
