"""Writes down what panels show."""

import asyncio
from typing import Final

from loguru import logger

from raidbot.kernel.database import Database
from raidbot.kernel.errors import Unavailable
from raidbot.kernel.owed.queries import panels as queries

NOTE_EVERY_S: Final = 1.0
"""How often what panels show is written down; a kill costs one drawing more."""


class Notes:
    """The versions that panels show and no row says yet."""

    def __init__(self, database: Database) -> None:
        self.showed: dict[int, int] = {}
        """By panel."""
        self._database = database

    async def keep(self) -> None:
        """Write them down every second, for ever."""
        while True:
            await asyncio.sleep(NOTE_EVERY_S)
            await self.write()

    async def write(self) -> None:
        """Write them down now; what fails is written with the next."""
        if not self.showed:
            return
        showed, self.showed = self.showed, {}
        try:
            async with self._database.connection() as conn:
                await queries.panels_showed(conn, showed)
        except Exception as error:  # noqa: BLE001 - whatever a note ends in, it is written with the next
            if not isinstance(error, Unavailable):
                logger.exception("what panels show could not be noted")
            self.showed = {**showed, **self.showed}
