"""Plain SQL migrations, forward only: sql/NNNN_name.sql, one transaction each."""

import hashlib
import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from raidbot.kernel.errors import Unavailable

FOLDER = Path(__file__).parents[3] / "sql"
LOCK_TIMEOUT = 120  # seconds to wait for another migrator, or for a table that somebody uses
_LOCK = 0x7261_6964_626F_74  # of pg_advisory_lock: any number that nobody else uses in this database
_NAME = re.compile(r"(\d{4})_[a-z0-9]+(?:_[a-z0-9]+)*\.sql")
_TABLE = """
CREATE TABLE IF NOT EXISTS schema_migration (
    number integer NOT NULL CONSTRAINT schema_migration_pkey PRIMARY KEY,
    name text NOT NULL,
    sha256 text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now(),
    milliseconds integer NOT NULL
)
"""
# What hides a semicolon or a word: comments, quoted text and names, function bodies in dollar quotes.
_HIDDEN = re.compile(
    r"""
    --[^\n]* | /\*.*?\*/                                  # comments
    | \b[eE]'(?:[^'\\]|\\.|'')*' | '(?:[^']|'')*' | "[^"]*"  # text and names
    | (\$(?:[A-Za-z_]\w*)?\$).*?\1                        # bodies of functions
    """,
    re.DOTALL | re.VERBOSE,
)
_CONTROL = re.compile(r"(BEGIN|START\s+TRANSACTION|COMMIT|END|ROLLBACK|ABORT|PREPARE\s+TRANSACTION)\b", re.IGNORECASE)


class MigrationError(RuntimeError):
    """The migrations cannot be applied; nothing, or nothing after the last whole one, was changed."""


class SchemaMismatch(MigrationError):  # noqa: N818 - reads as what is found
    """The database is not at the schema that this version was built for; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One file."""

    number: int
    name: str
    text: str
    sha256: str


def load(folder: Path) -> list[Migration]:
    """Read the migrations in order; MigrationError for a bad name, a number used twice, a gap, a COMMIT inside."""
    found: list[Migration] = []
    for path in sorted(folder.glob("*.sql")):
        match = _NAME.fullmatch(path.name)
        if match is None:
            raise MigrationError(f"{path.name}: a migration is named NNNN_words_in_small_letters.sql")
        text = path.read_text("utf-8").replace("\r\n", "\n")
        if (control := _own_transaction(text)) is not None:
            raise MigrationError(f"{path.name} contains {control}: each migration is one transaction, begun for it")
        found.append(Migration(int(match[1]), path.name, text, hashlib.sha256(text.encode()).hexdigest()))
    for expected, migration in enumerate(found, start=1):
        if migration.number < expected:
            raise MigrationError(f"two migrations have one number: {found[expected - 2].name} and {migration.name}")
        if migration.number > expected:
            raise MigrationError(f"migration {expected:04d} is missing before {migration.name}")
    if not found:
        raise MigrationError(f"no migrations in {folder}")
    return found


def _own_transaction(text: str) -> str | None:
    for statement in _HIDDEN.sub(" ", text).split(";"):
        if (match := _CONTROL.match(statement.strip())) is not None:
            return match[0].upper()
    return None


def migrate(dsn: str, folder: Path = FOLDER) -> list[str]:
    """Apply what is missing and return the names of the files applied.

    Waits for another migrator and then finds its work done. Raises MigrationError with nothing changed when files and
    database disagree; when a file fails, those before it stay applied.
    """
    migrations = load(folder)
    done = []
    with _connect(dsn) as conn:
        conn.execute(sql.SQL("SELECT pg_advisory_lock({})").format(_LOCK))  # given up by the server if we die
        for migration in _missing(conn, migrations):
            started = time.perf_counter()
            try:
                with conn.transaction():
                    conn.execute(_TABLE)
                    conn.execute(migration.text.encode())  # without parameters: many statements are one message
                    took = round((time.perf_counter() - started) * 1000)
                    conn.execute(
                        "INSERT INTO schema_migration (number, name, sha256, milliseconds) VALUES (%s, %s, %s, %s)",
                        (migration.number, migration.name, migration.sha256, took),
                    )
            except psycopg.Error as error:
                raise MigrationError(f"{migration.name} failed and was undone: {error.diag.message_primary}") from error
            done.append(migration.name)
    return done


def check(dsn: str, folder: Path = FOLDER) -> None:
    """Raise SchemaMismatch unless exactly the migrations of this version are applied. Changes nothing."""
    migrations = load(folder)
    with _connect(dsn) as conn:
        try:
            missing = _missing(conn, migrations)
        except MigrationError as error:
            raise SchemaMismatch(str(error)) from None
    if missing:
        raise SchemaMismatch(
            f"the database lacks {len(missing)} of {len(migrations)} migrations, first {missing[0].name}: "
            "run `make migrate` (python -m raidbot migrate)"
        )


def _connect(dsn: str) -> psycopg.Connection[Any]:
    try:
        conn = psycopg.connect(dsn, autocommit=True, connect_timeout=5, application_name="raidbot migrate")
    except psycopg.OperationalError as error:
        raise Unavailable(str(error).strip()) from None
    conn.execute(sql.SQL("SET lock_timeout = {}").format(f"{LOCK_TIMEOUT}s"))
    return conn


def _missing(conn: psycopg.Connection[Any], migrations: list[Migration]) -> list[Migration]:
    known = conn.execute("SELECT to_regclass('schema_migration') IS NOT NULL").fetchone()
    if known != (True,):
        return migrations
    rows = conn.execute("SELECT number, name, sha256 FROM schema_migration ORDER BY number").fetchall()
    if rows and rows[-1][0] > len(migrations):
        raise MigrationError(
            f"the database is newer than this version: it is at {rows[-1][1]}, this version ends at "
            f"{migrations[-1].name}; install the newer version"
        )
    for (number, name, sha256), migration in zip(rows, migrations, strict=False):
        if (number, name, sha256) != (migration.number, migration.name, migration.sha256):
            raise MigrationError(
                f"{migration.name} was changed after it was applied (as {name}); restore it and add a new migration"
            )
    return migrations[len(rows) :]
