"""Reads rows for tests, past the bot."""

import asyncio
from typing import Any

import sqlalchemy as sa

from raidbot.kernel.database import Database


async def rows(database: Database, query: str) -> list[tuple[Any, ...]]:
    """Run a query that a test wrote and return its rows."""
    async with database._pool.connection() as conn:
        cursor = await conn.execute(sa.text(query).text.encode())
        return list(await cursor.fetchall())


async def until(database: Database, query: str, value: object, within: float = 5) -> None:
    """Wait until a query gives one value."""
    async with asyncio.timeout(within):
        while await rows(database, query) != [(value,)]:  # noqa: ASYNC110 - nothing announces it
            await asyncio.sleep(0.03)
