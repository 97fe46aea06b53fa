"""Errors that are meant for the user. They carry data; the Discord kit turns them into words, in one place."""

import secrets
from dataclasses import dataclass

# Without 0/O, 1/I/L and vowels that spell words: an id is read out loud and typed off a screenshot.
_ALPHABET = "23456789BCDFGHJKMNPQRSTVWXZ"
_LENGTH = 8


class UserError(Exception):
    """Says to the user that it will not be, and why.

    Subclasses are `@dataclass(eq=False)` and never changed once raised; not frozen, because Python sets an exception's
    traceback as an attribute.
    """

    def __str__(self) -> str:
        return repr(self)


@dataclass(eq=False)
class Unavailable(UserError):  # noqa: N818 - the state of the database, as the user is told it
    """The database is away. `reason` is for the log only: a user is told no cause inside."""

    reason: str = ""


def incident_id() -> str:
    """Make the id that ties what a user reports to what the log says: 8 characters that cannot be misread."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
