"""The one connection pool, and what happens when the server goes away under it."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextvars import ContextVar
from math import inf
from time import monotonic
from typing import Any, TypeVar

import orjson
import psycopg
from loguru import logger
from psycopg.adapt import AdaptersMap
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import TransactionStatus
from psycopg.types.json import set_json_dumps, set_json_loads
from psycopg_pool import AsyncConnectionPool

from raidbot.kernel.database.connection import Connection
from raidbot.kernel.database.errors import Retry, StatementError, translate
from raidbot.kernel.errors import Unavailable

T = TypeVar("T")

POOL_MIN = 2  # connections
IDLE = 30.0  # seconds until a connection above POOL_MIN that nobody uses is closed
CONNECT_TIMEOUT = 5  # seconds
LEASE_TIMEOUT = 5.0  # seconds to wait for a connection of the pool
RECONNECT_EVERY = 0.2  # seconds between attempts while the server is away
STATEMENT_TIMEOUT = 60  # seconds
LOCK_TIMEOUT = 10  # seconds: longer than a statement of ours holds a row, shorter than a user waits
IDLE_IN_TRANSACTION_TIMEOUT = 60  # seconds: no work between two statements of one transaction takes that long
SLOW = 0.1  # seconds: a slower statement is logged
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 0.5  # seconds between the attempts of patiently()

# Until when, and in which task: tasks that this one starts may live longer, and take their own time.
_deadline: ContextVar[tuple[asyncio.Task[Any] | None, float]] = ContextVar("deadline", default=(None, inf))


def _own_deadline() -> float:
    task, until = _deadline.get()
    return until if task is asyncio.current_task() else inf


def _adapters() -> AdaptersMap:
    adapters = AdaptersMap(psycopg.adapters)
    set_json_loads(orjson.loads, adapters)
    set_json_dumps(orjson.dumps, adapters)
    return adapters


def _connect_arguments(dsn: str, application_name: str) -> dict[str, Any]:
    try:
        given = conninfo_to_dict(dsn)
    except psycopg.ProgrammingError:
        raise ValueError("the database's address is malformed") from None  # psycopg's text quotes parts of it
    settings = {
        "statement_timeout": f"{STATEMENT_TIMEOUT}s",
        "lock_timeout": f"{LOCK_TIMEOUT}s",
        "idle_in_transaction_session_timeout": f"{IDLE_IN_TRANSACTION_TIMEOUT}s",
        "timezone": "UTC",
        "random_page_cost": "1.1",  # the tables lie in memory or on an SSD: the keys, not the whole, at 500 clicks too
    }
    options = [str(given["options"])] if given.get("options") else []
    return {
        "autocommit": True,
        "connect_timeout": CONNECT_TIMEOUT,
        "application_name": application_name,
        "options": " ".join([*options, *(f"-c {name}={value}" for name, value in settings.items())]),
        "context": _adapters(),
    }


def _alive(raw: psycopg.AsyncConnection[Any]) -> bool:
    """Ask the operating system, not the server, whether the connection was closed: no round trip."""
    try:
        raw.pgconn.consume_input()  # the first may only read the server's farewell
        raw.pgconn.consume_input()
    except psycopg.OperationalError:
        return False
    return raw.pgconn.transaction_status == TransactionStatus.IDLE


class Database:
    """Lends connections."""

    def __init__(
        self, dsn: str, *, application_name: str = "raidbot", pool_max: int = 10, log_statements: bool = False
    ) -> None:
        self._dsn = dsn
        self._log_statements = log_statements
        self._away = False
        self._arguments = _connect_arguments(dsn, application_name)
        self._pool: AsyncConnectionPool[psycopg.AsyncConnection[Any]] = AsyncConnectionPool(
            dsn,
            name=application_name,
            kwargs=self._arguments,
            min_size=min(POOL_MIN, pool_max),
            max_size=pool_max,
            timeout=LEASE_TIMEOUT,
            max_idle=IDLE,
            # The pool's pauses between attempts grow to minutes. Given up at once and asked again by _try_again, they
            # stay short, and the first connection that works brings the others back.
            reconnect_timeout=RECONNECT_EVERY,
            reconnect_failed=self._try_again,
            open=False,
        )
        self._counts: Counter[str] = Counter()

    @property
    def statements(self) -> int:
        """How many statements were run, BEGIN and COMMIT not counted."""
        return self._counts.total()

    @property
    def statement_counts(self) -> Mapping[str, int]:
        """How often each statement was run, by name."""
        return self._counts

    async def open(self) -> None:
        """Connect; Unavailable, with the server's reason, when that fails. To be called once."""
        try:
            raw = await psycopg.AsyncConnection.connect(self._dsn, **self._arguments)
            await raw.close()
            await self._pool.open(wait=True, timeout=CONNECT_TIMEOUT)
        except psycopg.Error as error:
            raise Unavailable(str(error).strip() or type(error).__name__) from None

    async def close(self) -> None:
        """Close the connections; those in use when they come back."""
        await self._pool.close()

    async def ping(self) -> None:
        """Ask the server for a sign of life; Unavailable when there is none."""
        raw = await self._lease()
        try:
            await raw.execute("")
        except psycopg.Error as error:
            raise translate(error, "ping") from None
        finally:
            await self._pool.putconn(raw)

    @contextlib.asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """Lend a connection on which each statement is its own transaction and one round trip."""
        raw = await self._lease()
        conn = Connection(raw, self, in_transaction=False)
        try:
            yield conn
        finally:
            conn.leave()
            await self._pool.putconn(raw)

    @contextlib.asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """Lend a connection for one transaction: committed at the end, rolled back if the block raises.

        Unavailable at the end leaves open whether the commit arrived. An error of a statement spoils the transaction:
        who swallows it inside the block gets StatementError at the end.
        """
        raw = await self._lease()
        conn = Connection(raw, self, in_transaction=True)
        try:
            async with raw.transaction():
                yield conn
                if raw.pgconn.transaction_status == TransactionStatus.INERROR:
                    raise StatementError("an error was swallowed inside a transaction, which is lost")
        except psycopg.Error as error:
            raise translate(error, "transaction") from None
        finally:
            callbacks = conn.leave()
            await self._pool.putconn(raw)
        for callback in callbacks:
            try:
                callback()
            except Exception:  # noqa: BLE001 - the commit stands, and the next callback is owed its turn
                logger.exception("a callback after a commit failed")

    async def patiently(self, work: Callable[[], Awaitable[T]], *, until: float) -> T:
        """Do `work`, again and again while the database is away or in a deadlock, until `until` (time.monotonic()).

        `work` may have been done though its answer was lost, so it must be safe to do twice. Raises Unavailable when
        time is up; other errors at once.
        """
        until = min(until, _own_deadline())
        token = _deadline.set((asyncio.current_task(), until))
        pause = FIRST_PAUSE
        try:
            while True:
                try:
                    return await work()
                except (Unavailable, Retry) as error:
                    left = until - monotonic()
                    if left <= 0:
                        raise Unavailable(str(error)) from None
                await asyncio.sleep(min(pause, left))
                pause = min(pause * 2, LONGEST_PAUSE)
        finally:
            _deadline.reset(token)

    def record(self, name: str, seconds: float) -> None:
        """Count a statement, and log it if it was slow."""
        self._counts[name] += 1
        if seconds > SLOW:
            logger.bind(statement=name, milliseconds=round(seconds * 1000)).warning("slow statement")
        elif self._log_statements:
            logger.bind(statement=name, milliseconds=round(seconds * 1000, 1)).debug("statement")

    async def _lease(self) -> psycopg.AsyncConnection[Any]:
        deadline = min(monotonic() + LEASE_TIMEOUT, _own_deadline())
        while True:
            try:
                raw = await self._pool.getconn(timeout=max(deadline - monotonic(), FIRST_PAUSE))
            except psycopg.Error as error:
                raise translate(error, "connection") from None
            if _alive(raw):
                break
            await self._pool.putconn(raw)  # closed by the server: the pool replaces it
        if self._away:
            self._away = False
            logger.info("the database is back")
        return raw

    async def _try_again(self, pool: AsyncConnectionPool[Any]) -> None:
        if not self._away:
            self._away = True
            logger.warning("the database is away")
        await pool.check()
