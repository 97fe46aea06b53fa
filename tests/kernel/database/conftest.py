"""A database with one table (`db`), and a connection to it (`conn`)."""

from collections.abc import AsyncIterator

import psycopg
import pytest

from raidbot.kernel.database import Connection, Database
from tests.kernel.database.things import SCHEMA


@pytest.fixture
async def db(empty_database_url: str) -> AsyncIterator[Database]:
    with psycopg.connect(empty_database_url) as conn:
        conn.execute(SCHEMA)
    database = Database(empty_database_url, pool_max=4)
    await database.open()
    yield database
    await database.close()


@pytest.fixture
async def conn(db: Database) -> AsyncIterator[Connection]:
    async with db.connection() as conn:
        yield conn
