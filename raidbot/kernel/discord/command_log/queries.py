"""The statements of the command log."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from raidbot.kernel.database import Connection, Statement, records
from raidbot.kernel.discord.command_log.tables import command_log

if TYPE_CHECKING:
    from raidbot.kernel.discord.command_log.writer import Entry

DROPPED_TOGETHER: Final = 1000
"""Rows that one statement drops at most."""
_COLUMNS = [column for column in command_log.c if column.name != "id"]
_rows = records("entries", [sa.column(column.name, column.type) for column in _COLUMNS], alias="entry")
_add = Statement(
    "command_log.add",
    sa.insert(command_log).from_select([column.name for column in _COLUMNS], sa.select(*_rows.c)),
    None,
)
_p = sa.bindparam
_oldest = Statement("command_log.oldest", sa.select(command_log.c.at).order_by(command_log.c.id).limit(1), datetime)
_head = sa.select(command_log.c.id, command_log.c.at).order_by(command_log.c.id).limit(DROPPED_TOGETHER).subquery()
_outdated = sa.select(_head.c.id).where(_head.c.at < _p("moment", type_=sa.TIMESTAMP(timezone=True)))
_drop = Statement(
    "command_log.drop",
    sa.delete(command_log).where(command_log.c.id == sa.any_(sa.func.array(_outdated.scalar_subquery()))),
    None,
)


async def oldest(conn: Connection) -> datetime | None:
    """Tell when the first entry was written; None when there is none. Index: the key."""
    return await conn.maybe(_oldest)


async def drop(conn: Connection, moment: datetime) -> int:
    """Drop those of the thousand first entries that are older than this, and count them. Index: the key."""
    return await conn.execute(_drop, moment=moment)


async def add(conn: Connection, entries: Sequence["Entry"]) -> None:
    """Write entries in one statement."""
    await conn.execute(_add, entries=list(entries))
