"""How long work waits for a database that is away: until a moment after the click that caused it."""

import functools
from collections.abc import Awaitable, Callable, Coroutine
from contextvars import ContextVar
from time import monotonic
from typing import Any, Concatenate, Final, ParamSpec, Protocol, TypeVar

from raidbot.kernel.database.pool import Database

WITHOUT_A_CLICK_S: Final = 5.0

patience: ContextVar[float | None] = ContextVar("patience", default=None)
"""Until when (time.monotonic()) the work of this click may wait; set by the interaction runner."""

P = ParamSpec("P")
T = TypeVar("T")


class HasDatabase(Protocol):
    """A service; its patient methods wait for this database."""

    database: Database


S = TypeVar("S", bound=HasDatabase)


def patient(method: Callable[Concatenate[S, P], Awaitable[T]]) -> Callable[Concatenate[S, P], Coroutine[Any, Any, T]]:
    """Make a service's method do its work again while the database is away, as long as the click may wait.

    The method must be safe to do twice: its answer may have been lost after the commit.
    """

    @functools.wraps(method)
    async def patiently(self: S, *args: P.args, **kwargs: P.kwargs) -> T:
        until = patience.get() or monotonic() + WITHOUT_A_CLICK_S
        return await self.database.patiently(lambda: method(self, *args, **kwargs), until=until)

    return patiently  # type: ignore[return-value]  # functools.wraps hides that it is a method
