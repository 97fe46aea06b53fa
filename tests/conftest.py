"""Databases for the tests: one real PostgreSQL for all workers, one fresh database for each test."""

import contextlib
import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest
from psycopg import sql

from raidbot.kernel.database import Database, EmbeddedPostgres, migrate

pytest_plugins = ["tests.stage"]

_ROOM_NEEDED = 1_000_000_000  # bytes


def _fast_folder() -> Path:
    """Choose memory where there is enough of it that programs may run from: ten times faster to clone a database."""
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK | os.X_OK):
        return Path(tempfile.gettempdir())
    facts = os.statvfs(memory)
    roomy = facts.f_bavail * facts.f_frsize > _ROOM_NEEDED
    return memory if roomy and not facts.f_flag & os.ST_NOEXEC else Path(tempfile.gettempdir())


_CHECKOUT = hashlib.sha256(os.fsencode(Path(__file__).parent)).hexdigest()[:8]
_SHARED = _fast_folder() / f"raidbot-tests-{os.geteuid()}-{_CHECKOUT}"


@pytest.fixture
def server_root() -> Iterator[Path]:
    """Lend a folder for a server of the test's own: short, and open to the user that PostgreSQL runs as for root."""
    folder = Path(tempfile.mkdtemp(prefix="raidbot-", dir=_fast_folder()))
    folder.chmod(0o711)
    yield folder / "pg"
    shutil.rmtree(folder)


@pytest.fixture
def own_postgres(server_root: Path) -> Iterator[EmbeddedPostgres]:
    """Lend a running server that the test may kill."""
    server = EmbeddedPostgres(server_root, fsync=False)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def postgres() -> Iterator[EmbeddedPostgres]:
    """Lend the server that all workers share: the first to come starts it afresh, the last to go stops it."""
    _SHARED.mkdir(exist_ok=True)
    _SHARED.chmod(0o711)
    with (_SHARED / "turn").open("w") as turn, (_SHARED / "users").open("w") as users:
        server = EmbeddedPostgres(_SHARED / "pg", fsync=False, exclusive=False)
        with _locked(turn):
            if _alone(users):
                server.stop()  # one that a killed run left
                shutil.rmtree(server.data, ignore_errors=True)
                server.start()
            fcntl.flock(users, fcntl.LOCK_SH)
        yield server
        with _locked(turn):
            if _alone(users):
                server.stop()
                shutil.rmtree(server.home)


@contextlib.contextmanager
def _locked(file: object) -> Iterator[None]:
    fcntl.flock(file, fcntl.LOCK_EX)  # type: ignore[arg-type]
    yield
    fcntl.flock(file, fcntl.LOCK_UN)  # type: ignore[arg-type]


def _alone(file: object) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # type: ignore[arg-type]
    except BlockingIOError:
        return False
    return True


def _command(server: EmbeddedPostgres, command: LiteralString, *names: str) -> None:
    with psycopg.connect(server.dsn(), autocommit=True) as conn:
        conn.execute(sql.SQL(command).format(*map(sql.Identifier, names)))


@contextlib.contextmanager
def _clone(server: EmbeddedPostgres, name: str, template: str) -> Iterator[str]:
    _command(server, "CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy", name, template)
    yield server.dsn(name)
    _command(server, "DROP DATABASE {} WITH (FORCE)", name)


@pytest.fixture(scope="session")
def worker(postgres: EmbeddedPostgres) -> str:
    """Name this process, for its databases."""
    return f"t{os.getpid()}"


@pytest.fixture(scope="session")
def template(postgres: EmbeddedPostgres, worker: str) -> Iterator[str]:
    """Name this worker's database with the migrated schema; nobody may stay connected to it."""
    with _clone(postgres, f"{worker}_template", "template0") as dsn:
        migrate(dsn)
        yield f"{worker}_template"


_numbers = count(1)


@pytest.fixture
def database_url(postgres: EmbeddedPostgres, worker: str, template: str) -> Iterator[str]:
    """Lend the address of a fresh, migrated database."""
    with _clone(postgres, f"{worker}_{next(_numbers)}", template) as dsn:
        yield dsn


@pytest.fixture
def empty_database_url(postgres: EmbeddedPostgres, worker: str) -> Iterator[str]:
    """Lend the address of a fresh database without a schema."""
    with _clone(postgres, f"{worker}_{next(_numbers)}", "template0") as dsn:
        yield dsn


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """Lend a fresh, migrated database, open."""
    database = Database(database_url)
    await database.open()
    yield database
    await database.close()
