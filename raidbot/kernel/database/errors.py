"""What a statement can end in, told apart by what the caller can do about it.

psycopg's own errors go no further than this package: their DETAIL and sometimes their message hold values of rows.
"""

import psycopg
from psycopg_pool import PoolClosed, PoolTimeout, TooManyRequests

from raidbot.kernel.errors import Unavailable


class Conflict(Exception):  # noqa: N818 - an answer of the database, not a fault
    """A rule in the database refused the change: a constraint, or a trigger's RAISE.

    `constraint` is its name where there is one.
    """

    def __init__(self, constraint: str | None, message: str) -> None:
        super().__init__(message)
        self.constraint = constraint
        self.message = message


class Retry(Exception):  # noqa: N818 - an order to the caller, not a fault
    """Two transactions stood in each other's way (deadlock, serialization, lock timeout): the same again may work."""


class StatementError(RuntimeError):
    """A statement is wrong or took too long: a fault of this program."""


class NotOneRow(LookupError):  # noqa: N818 - reads as what happened
    """A statement that must find exactly one row found another number."""


# SQLSTATE classes and codes: https://www.postgresql.org/docs/15/errcodes-appendix.html
_AWAY_CLASSES = ("08", "53")  # connection exception; insufficient resources (too many connections, disk or memory full)
_AWAY = frozenset({"57P01", "57P02", "57P03", "57P05", "25P03"})  # shut down, crashed, starting; idle for too long
_RETRY = frozenset({"40001", "40P01", "55P03"})  # serialization, deadlock, lock timeout
_CONFLICT = frozenset({"23001", "23503", "23505", "23514", "23P01", "P0001"})  # constraints; RAISE in a function
_TELLING_CLASSES = ("22", "23")  # data and integrity errors quote the offending value


def translate(error: psycopg.Error, name: str) -> Exception:
    """Turn psycopg's error in the statement `name` into ours, which quotes no value of a parameter or row."""
    code = error.sqlstate or ""
    kind = type(error).__name__
    if isinstance(error, (PoolTimeout, PoolClosed, TooManyRequests)):
        return Unavailable(f"{name}: {kind}")
    if code.startswith(_AWAY_CLASSES) or code in _AWAY:
        return Unavailable(f"{name}: {kind}")
    if not code and isinstance(error, (psycopg.OperationalError, psycopg.InterfaceError)):
        return Unavailable(f"{name}: connection lost")  # libpq noticed it, so there is no SQLSTATE
    if code in _RETRY:
        return Retry(f"{name}: {kind}")
    message = error.diag.message_primary or ""
    if code in _CONFLICT:
        return Conflict(error.diag.constraint_name, message)
    told = kind if not message or code.startswith(_TELLING_CLASSES) else f"{kind}: {message}"
    return StatementError(f"statement {name} failed: {told}")
