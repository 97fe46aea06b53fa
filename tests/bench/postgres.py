"""The benchmark's PostgreSQL, and what it counts: statements, their time, its processes."""

import asyncio
import contextlib
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from psycopg import sql
from psycopg.rows import class_row

from raidbot.kernel.database import EmbeddedPostgres, migrate
from tests.bench import names, processes

LOOK_EVERY_S = 0.1
_OURS = "/* bench */"
"""Marks the benchmark's own statements, which are not counted."""
_CONTROL = re.compile(r"(BEGIN|COMMIT|ROLLBACK|SET|SAVEPOINT|RELEASE)\b", re.IGNORECASE)
_LOG = re.compile(r"INSERT INTO command_log\b", re.IGNORECASE)
_TEMPLATE = "bench_template"
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class StatementCount:
    """How often a statement ran in a window, and for how long."""

    text: str
    calls: int
    rows: int
    milliseconds: float

    @property
    def name(self) -> str | None:
        """The name that the bot's code gives it."""
        return names.of(self.text)

    @property
    def of_the_log(self) -> bool:
        """It writes the command log, which is batched."""
        return _LOG.match(self.text) is not None

    @property
    def of_control(self) -> bool:
        """It begins or ends a transaction."""
        return _CONTROL.match(self.text) is not None


class Postgres:
    """A server of the benchmark's own, with the bot's own settings, that counts statements."""

    def __init__(self, root: Path) -> None:
        self._server = EmbeddedPostgres(root)
        self.version = ""
        """Known once it runs."""

    @contextlib.contextmanager
    def running(self) -> Iterator["Postgres"]:
        """Run it; a database with the bot's schema stands ready to be cloned."""
        self._server.start()
        try:
            self._command("ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'")
            self._server.stop()
            self._server.start()
            self._command("CREATE DATABASE {}", _TEMPLATE)
            migrate(self._server.dsn(_TEMPLATE))
            self._command("CREATE EXTENSION pg_stat_statements", database=_TEMPLATE)
            with psycopg.connect(self._server.dsn()) as conn:
                number = conn.info.server_version
            self.version = f"{number // 10_000}.{number % 10_000}"
            yield self
        finally:
            self._server.stop()

    @contextlib.contextmanager
    def database(self) -> Iterator["Ledger"]:
        """Lend a fresh database with the bot's schema."""
        name = f"bench_{next(_numbers)}"
        self._command("CREATE DATABASE {} TEMPLATE {}", name, _TEMPLATE)
        try:
            dsn = self._server.dsn(name)
            with psycopg.connect(dsn, autocommit=True) as conn:
                yield Ledger(dsn, conn, self._postmaster())
        finally:
            self._command("DROP DATABASE {} WITH (FORCE)", name)

    def _postmaster(self) -> int:
        return int((self._server.data / "postmaster.pid").read_text("utf-8").split("\n", 1)[0])

    def _command(self, command: LiteralString, *names: str, database: str = "postgres") -> None:
        with psycopg.connect(self._server.dsn(database), autocommit=True) as conn:
            conn.execute(sql.SQL(command).format(*map(sql.Identifier, names)))


class Ledger:
    """One database, read past the bot."""

    def __init__(self, dsn: str, conn: psycopg.Connection[Any], postmaster: int) -> None:
        self.dsn = dsn
        self._conn = conn
        self._postmaster = postmaster

    def value(self, query: LiteralString) -> int:
        """Run a query of one number."""
        row = self._conn.execute(f"SELECT {_OURS} ({query})").fetchone()
        assert row is not None
        return int(row[0])

    def rows(self, query: LiteralString) -> list[tuple[Any, ...]]:
        """Run any query."""
        return self._conn.execute(f"SELECT {_OURS} * FROM ({query}) AS asked").fetchall()

    async def until(self, query: LiteralString, wanted: int, within: float) -> None:
        """Wait until a query of one number gives the wanted one. Raises TimeoutError that says what it gives."""
        deadline = time.monotonic() + within
        while (found := self.value(query)) != wanted:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{query}: {found} instead of {wanted} after {within:g} s")
            await asyncio.sleep(LOOK_EVERY_S)

    def forget_statements(self) -> None:
        """Begin to count statements anew."""
        self._conn.execute(f"SELECT {_OURS} pg_stat_statements_reset()")

    def statements(self) -> list[StatementCount]:
        """List the statements since, the busiest first."""
        with self._conn.cursor(row_factory=class_row(StatementCount)) as cursor:
            cursor.execute(
                f"SELECT {_OURS} query AS text, calls, rows, total_exec_time AS milliseconds FROM pg_stat_statements"
                " WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())"
                f" AND strpos(query, '{_OURS}') = 0 ORDER BY total_exec_time DESC"
            )
            return cursor.fetchall()

    def cpu_seconds(self) -> float:
        """Read the CPU time of all the server's processes but the benchmark's own connection."""
        return processes.cpu_of_family(self._postmaster, but=[self._conn.info.backend_pid])

    def memory(self) -> float:
        """Read the server's memory, in MB; what its processes share counts once."""
        return processes.memory_of_family(self._postmaster)
