"""How a test kills the bot between two steps, and waits for what shows all the same."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, NoReturn

from raidbot.kernel.errors import Unavailable


async def lost(*_: Any, **__: Any) -> NoReturn:
    """Stand for a statement that a kill comes before: the database is not there any more."""
    raise Unavailable("killed")


async def cut_off(*_: Any, **__: Any) -> NoReturn:
    """Stand for whatever a kill comes before."""
    raise ConnectionResetError("killed")


async def once(condition: Callable[[], Awaitable[object]], within: float = 5) -> None:
    """Wait until an awaitable condition holds."""
    async with asyncio.timeout(within):
        while not await condition():  # noqa: ASYNC110 - nothing announces it
            await asyncio.sleep(0.03)
