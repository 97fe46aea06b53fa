"""The statement of the command log."""

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from raidbot.kernel.database import Connection, Statement
from raidbot.kernel.discord.command_log.tables import command_log

if TYPE_CHECKING:
    from raidbot.kernel.discord.command_log.writer import Entry

_COLUMNS = [column for column in command_log.c if column.name != "id"]
_rows = (
    sa.func.unnest(*(sa.bindparam(column.name, type_=pg.ARRAY(column.type)) for column in _COLUMNS))
    .table_valued(*(sa.column(column.name, column.type) for column in _COLUMNS))
    .render_derived("entry")
)
_add = Statement(
    "command_log.add",
    sa.insert(command_log).from_select([column.name for column in _COLUMNS], sa.select(*_rows.c)),
    None,
)


async def add(conn: Connection, entries: Sequence["Entry"]) -> None:
    """Write entries in one statement."""
    columns: dict[str, list[Any]] = {column.name: [] for column in _COLUMNS}
    for entry in entries:
        for field in dataclasses.fields(entry):
            columns[field.name].append(getattr(entry, field.name))
    await conn.execute(_add, **columns)
