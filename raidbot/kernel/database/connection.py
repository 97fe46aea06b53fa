"""One connection, for the length of an `async with`."""

from collections.abc import Callable, Iterable, Mapping
from time import perf_counter
from typing import Any, Protocol, TypeVar

import psycopg
from psycopg import AsyncRawCursor

from raidbot.kernel.database.errors import NotOneRow, translate
from raidbot.kernel.database.statements import Statement

T = TypeVar("T")


class Recorder(Protocol):
    """Who counts statements and logs the slow ones."""

    def record(self, name: str, seconds: float) -> None:
        """Take note of one statement."""


class Connection:
    """Runs statements.

    Every method raises Unavailable (database away), Retry (deadlock and the like), Conflict (a rule in the database
    refused) or StatementError (a fault of this program).
    """

    def __init__(self, raw: psycopg.AsyncConnection[Any], recorder: Recorder, *, in_transaction: bool) -> None:
        self._raw: psycopg.AsyncConnection[Any] | None = raw
        self._recorder = recorder
        self._callbacks: list[Callable[[], None]] = []
        self.in_transaction = in_transaction

    async def all(self, statement: Statement[T], /, **parameters: Any) -> list[T]:
        """Return all rows."""
        rows, _ = await self._run(statement, parameters)
        return rows

    async def one(self, statement: Statement[T], /, **parameters: Any) -> T:
        """Return the one row; NotOneRow when there is none or there are more."""
        rows, _ = await self._run(statement, parameters)
        if len(rows) != 1:
            raise NotOneRow(f"statement {statement.name}: {len(rows)} rows instead of one")
        return rows[0]

    async def maybe(self, statement: Statement[T], /, **parameters: Any) -> T | None:
        """Return the row if there is one; NotOneRow when there are more."""
        rows, _ = await self._run(statement, parameters)
        if len(rows) > 1:
            raise NotOneRow(f"statement {statement.name}: {len(rows)} rows instead of at most one")
        return rows[0] if rows else None

    async def execute(self, statement: Statement[Any], /, **parameters: Any) -> int:
        """Run the statement and return how many rows it touched."""
        _, count = await self._run(statement, parameters, fetch=False)
        return count

    async def many(self, statement: Statement[Any], parameters: Iterable[Mapping[str, Any]]) -> int:
        """Run the statement once for each set of parameters, in few round trips; return how many rows were touched."""
        sets = [statement.parameters(one) for one in parameters]
        raw = self._entered()
        started = perf_counter()
        try:
            async with AsyncRawCursor(raw) as cursor:
                await cursor.executemany(statement.sql, sets)
                return cursor.rowcount
        except psycopg.Error as error:
            raise translate(error, statement.name) from None
        finally:
            self._recorder.record(statement.name, perf_counter() - started)

    def after_commit(self, callback: Callable[[], None]) -> None:
        """Call `callback` once the transaction is in the database, never if it is not; RuntimeError outside one."""
        if not self.in_transaction:
            raise RuntimeError("after_commit needs a transaction")
        self._callbacks.append(callback)

    async def _run(
        self, statement: Statement[T], given: Mapping[str, Any], *, fetch: bool = True
    ) -> tuple[list[T], int]:
        rows = statement.rows
        if fetch and rows is None:
            raise TypeError(f"statement {statement.name} has no type of row")
        parameters = statement.parameters(given)
        raw = self._entered()
        started = perf_counter()
        try:
            async with AsyncRawCursor(raw, row_factory=lambda _: rows or tuple) as cursor:
                await cursor.execute(statement.sql, parameters)
                return (await cursor.fetchall() if fetch else []), cursor.rowcount  # type: ignore[return-value]
        except psycopg.Error as error:
            raise translate(error, statement.name) from None
        finally:
            self._recorder.record(statement.name, perf_counter() - started)

    def _entered(self) -> psycopg.AsyncConnection[Any]:
        if self._raw is None:
            raise RuntimeError("this connection was given back to the pool")
        return self._raw

    def leave(self) -> list[Callable[[], None]]:
        """Refuse further statements, as the connection goes back to the pool; return the callbacks."""
        self._raw = None
        return self._callbacks
