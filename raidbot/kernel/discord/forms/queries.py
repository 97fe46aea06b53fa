"""Statements on refused forms."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from raidbot.kernel.database import Connection, Statement
from raidbot.kernel.discord.forms.tables import refused_form

_p = sa.bindparam

_keep = Statement(
    "forms.keep",
    pg.insert(refused_form)
    .values(
        interaction_id=_p("interaction_id"),
        user_id=_p("user_id"),
        form=_p("form", type_=pg.JSONB),
        refused_at=_p("now"),
    )
    .on_conflict_do_nothing(),
)
_kept = Statement(
    "forms.kept",
    sa.select(refused_form.c.form).where(
        refused_form.c.interaction_id == _p("interaction"), refused_form.c.user_id == _p("member")
    ),
    dict,
)
_old = Statement(
    "forms.old",
    sa.select(refused_form.c.interaction_id)
    .where(
        refused_form.c.refused_at < _p("before", type_=sa.TIMESTAMP(timezone=True)),
        refused_form.c.interaction_id != sa.all_(_p("skip", type_=pg.ARRAY(sa.BigInteger))),
    )
    .order_by(refused_form.c.refused_at)
    .limit(10),
    int,
)
_forget = Statement(
    "forms.forget", sa.delete(refused_form).where(refused_form.c.interaction_id == _p("interaction")), None
)


async def keep(conn: Connection, interaction_id: int, user_id: int, form: Mapping[str, Any], now: datetime) -> None:
    """Keep a form as it was typed; once."""
    await conn.execute(_keep, interaction_id=interaction_id, user_id=user_id, form=dict(form), now=now)


async def kept(conn: Connection, interaction_id: int, user_id: int) -> Mapping[str, Any] | None:
    """Read a form that a member typed; None when it was forgotten. Index: the key."""
    return await conn.maybe(_kept, interaction=interaction_id, member=user_id)


async def old(conn: Connection, before: datetime, skip: Sequence[int]) -> list[int]:
    """List ten forms that were refused before a moment. Index: refused_form_at_idx."""
    return await conn.all(_old, before=before, skip=list(skip))


async def forget(conn: Connection, interaction_id: int) -> None:
    """Forget a form. Index: the key."""
    await conn.execute(_forget, interaction=interaction_id)
