"""Reads rows for tests, past the bot."""

from typing import Any

import sqlalchemy as sa

from raidbot.kernel.database import Database


async def rows(database: Database, query: str) -> list[tuple[Any, ...]]:
    """Run a query that a test wrote and return its rows."""
    async with database._pool.connection() as conn:
        cursor = await conn.execute(sa.text(query).text.encode())
        return list(await cursor.fetchall())
