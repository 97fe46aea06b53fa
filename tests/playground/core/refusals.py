"""How a test says which refusal of Discord it expects."""

from collections.abc import Iterator
from contextlib import contextmanager

import hikari
import pytest


@contextmanager
def refused(code: int, status: int) -> Iterator[None]:
    """Expect hikari to raise Discord's error code with this HTTP status."""
    with pytest.raises(hikari.ClientHTTPResponseError) as caught:
        yield
    assert (caught.value.code, caught.value.status) == (code, status)
