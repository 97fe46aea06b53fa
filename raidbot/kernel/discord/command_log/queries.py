"""The statement of the command log."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import sqlalchemy as sa

from raidbot.kernel.database import Connection, Statement, records
from raidbot.kernel.discord.command_log.tables import command_log

if TYPE_CHECKING:
    from raidbot.kernel.discord.command_log.writer import Entry

_COLUMNS = [column for column in command_log.c if column.name != "id"]
_rows = records("entries", [sa.column(column.name, column.type) for column in _COLUMNS], alias="entry")
_add = Statement(
    "command_log.add",
    sa.insert(command_log).from_select([column.name for column in _COLUMNS], sa.select(*_rows.c)),
    None,
)


async def add(conn: Connection, entries: Sequence["Entry"]) -> None:
    """Write entries in one statement."""
    await conn.execute(_add, entries=list(entries))
