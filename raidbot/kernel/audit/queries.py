"""The statement of the audit."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from raidbot.kernel.audit.tables import audit
from raidbot.kernel.database import Connection, Statement

_p = sa.bindparam

_write = Statement(
    "audit.write",
    sa.insert(audit).values(
        guild_id=_p("guild_id"),
        actor_id=_p("actor_id"),
        action=_p("action"),
        subject=_p("subject"),
        detail=_p("detail", type_=pg.JSONB),
        created_at=_p("now"),
    ),
)


async def write(
    conn: Connection,
    *,
    guild_id: int,
    actor_id: int | None,
    action: str,
    subject: str,
    detail: Mapping[str, Any],
    now: datetime,
) -> None:
    """Note a change in the caller's transaction; RuntimeError outside one. Index: none is read."""
    if not conn.in_transaction:
        raise RuntimeError(f"{action} audited outside the transaction of the change")
    await conn.execute(
        _write, guild_id=guild_id, actor_id=actor_id, action=action, subject=subject, detail=dict(detail), now=now
    )
