"""What a failed request to Discord means for whoever owed it."""

import asyncio
from collections.abc import Awaitable, Callable
from enum import Enum, auto
from typing import Final, TypeVar

import hikari

from raidbot.kernel.database import Retry
from raidbot.kernel.errors import Unavailable

_INSISTENCE_S: Final = (0.2, 0.4, 0.8, 1.6)

T = TypeVar("T")

UNKNOWN_WEBHOOK, INVALID_TOKEN, UNKNOWN_INTERACTION, ALREADY_ACKNOWLEDGED, CLOSED_DM = 10015, 50027, 10062, 40060, 50007
UNKNOWN_GUILD: Final = 10004
"""Discord's JSON error code for a guild that the bot is not in: it may be invited again."""


class Meaning(Enum):
    """What to do about a failed request."""

    GONE = auto()
    """What it was about does not exist any more: as good as done."""
    RETRY = auto()
    """Discord or the line had a bad moment: again, with growing pauses."""
    FORBIDDEN = auto()
    """A permission, access or the hierarchy is missing: staff must act; again at most hourly."""
    CLOSED_DM = auto()
    """The member takes no direct messages: an answer, not a failure."""
    DEAD_TOKEN = auto()
    """The interaction's token is no longer valid: stop."""
    BUG = auto()
    """Discord refuses the form of the request: never repeated."""


def meaning(error: BaseException) -> Meaning:
    """Say what a failed request means; an error that is neither Discord's nor a busy database is a bug."""
    match error:
        case hikari.ClientHTTPResponseError(code=code) if code in {UNKNOWN_WEBHOOK, INVALID_TOKEN, UNKNOWN_INTERACTION}:
            return Meaning.DEAD_TOKEN
        case hikari.ForbiddenError(code=code) if code == CLOSED_DM:
            return Meaning.CLOSED_DM
        case hikari.ForbiddenError():
            return Meaning.FORBIDDEN
        case hikari.NotFoundError(code=code) if code == UNKNOWN_GUILD:
            return Meaning.FORBIDDEN
        case hikari.NotFoundError():
            return Meaning.GONE
        case hikari.RateLimitTooLongError() | hikari.InternalServerError():
            return Meaning.RETRY
        case hikari.HTTPResponseError(status=status):
            return Meaning.RETRY if status == 429 or status >= 500 else Meaning.BUG
        case hikari.ComponentStateConflictError():  # the gateway is between two connections
            return Meaning.RETRY
        case hikari.HTTPError() | TimeoutError() | asyncio.CancelledError() | OSError() | Unavailable() | Retry():
            return Meaning.RETRY
        case _:
            return Meaning.BUG


def pause(attempts: int) -> float:
    """Return the seconds to wait after the n-th failed attempt (from 0): 1, 2, 4 … 300."""
    return float(min(2**attempts, 300))


async def insist(call: Callable[[], Awaitable[T]]) -> T:
    """Ask again at once while Discord has a bad moment: for one step of several, which would all begin anew else."""
    for seconds in _INSISTENCE_S:
        try:
            return await call()
        except Exception as error:
            if meaning(error) is not Meaning.RETRY:
                raise
        await asyncio.sleep(seconds)
    return await call()
