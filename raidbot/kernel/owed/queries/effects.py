"""Statements on effects. `owed_effects` is a part for a feature's own statement."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from raidbot.kernel.database import Connection, Statement
from raidbot.kernel.owed.models import Effect
from raidbot.kernel.owed.tables import owed_effect

_p = sa.bindparam
_BIGINTS = pg.ARRAY(sa.BigInteger)
_NOW = _p("now", type_=sa.TIMESTAMP(timezone=True))


def owed_effects(effects: sa.Select[Any]) -> sa.CTE:
    """Build the part of a statement that owes effects without a payload.

    `effects` selects kind, guild_id, subject, and twice the time: owed since, due at.
    """
    write = pg.insert(owed_effect).from_select(["kind", "guild_id", "subject", "owed_at", "due_at"], effects)
    return (
        write.on_conflict_do_update(
            constraint="owed_effect_kind_subject_key",
            set_={"due_at": write.excluded.due_at, "attempts": 0, "blocked_reason": None},
        )
        .returning(owed_effect.c.id)
        .cte("owed_effects")
    )


_add = pg.insert(owed_effect).values(
    kind=_p("kind"),
    guild_id=_p("guild_id"),
    subject=_p("subject"),
    payload=_p("payload", type_=pg.JSONB),
    owed_at=_NOW,
    due_at=_p("due_at"),
)
_owe = Statement(
    "owed.owe",
    _add.on_conflict_do_update(
        constraint="owed_effect_kind_subject_key",
        set_={"due_at": _add.excluded.due_at, "payload": _add.excluded.payload, "attempts": 0, "blocked_reason": None},
    ).returning(owed_effect.c.id),
    int,
)
_due = Statement(
    "owed.effects_due",
    sa.select(*owed_effect.c)
    .where(owed_effect.c.due_at <= _NOW, owed_effect.c.id != sa.all_(_p("running", type_=_BIGINTS)))
    .order_by(owed_effect.c.due_at)
    .limit(20),
    Effect,
)
_next_due = Statement(
    "owed.next_effect_due",
    sa.select(owed_effect.c.due_at)
    .where(owed_effect.c.id != sa.all_(_p("running", type_=_BIGINTS)))
    .order_by(owed_effect.c.due_at)
    .limit(1),
    datetime,
)
_done = Statement(
    "owed.effect_done",
    sa.delete(owed_effect).where(owed_effect.c.id == _p("effect_id"), owed_effect.c.due_at == _p("due")),
    None,
)
_forgo = Statement(
    "owed.forgo",
    sa.delete(owed_effect).where(owed_effect.c.kind == _p("kind"), owed_effect.c.subject == _p("subject")),
    None,
)
_later = Statement(
    "owed.effect_later",
    sa.update(owed_effect)
    .where(owed_effect.c.id == _p("effect_id"), owed_effect.c.due_at == _p("due"))
    .values(
        due_at=_p("again_at", type_=sa.TIMESTAMP(timezone=True)),
        attempts=owed_effect.c.attempts + 1,
        blocked_reason=_p("reason", type_=sa.Text),
    ),
    None,
)
_blocked_effects = Statement(
    "owed.blocked_effects",
    sa.select(*owed_effect.c)
    .where(owed_effect.c.blocked_reason.isnot(None))
    .order_by(owed_effect.c.guild_id)
    .limit(50),
    Effect,
)

_about = Statement(
    "owed.effects_about",
    sa.select(*owed_effect.c).where(
        owed_effect.c.kind == _p("kind"), owed_effect.c.subject == sa.any_(_p("subjects", type_=pg.ARRAY(sa.Text)))
    ),
    Effect,
)


async def effects_about(conn: Connection, kind: str, subjects: Sequence[str]) -> list[Effect]:
    """List what is owed of a kind about these subjects. Index: kind and subject."""
    return await conn.all(_about, kind=kind, subjects=list(subjects))


async def owe(
    conn: Connection,
    *,
    kind: str,
    guild_id: int,
    subject: str,
    payload: Mapping[str, Any],
    now: datetime,
    due_at: datetime,
) -> int:
    """Owe an effect; one owed already for this subject gets the new payload and time. Index: kind and subject."""
    return await conn.one(
        _owe, kind=kind, guild_id=guild_id, subject=subject, payload=dict(payload), now=now, due_at=due_at
    )


async def effects_due(conn: Connection, now: datetime, running: Sequence[int]) -> list[Effect]:
    """List twenty due effects that are not under way, longest due first. Index: owed_effect_due_idx."""
    return await conn.all(_due, now=now, running=list(running))


async def next_effect_due(conn: Connection, running: Sequence[int]) -> datetime | None:
    """Tell when the next effect that is not under way is due. Index: owed_effect_due_idx."""
    return await conn.maybe(_next_due, running=list(running))


async def effect_done(conn: Connection, effect: Effect) -> None:
    """Strike an effect off, unless it was owed anew meanwhile. Index: the key."""
    await conn.execute(_done, effect_id=effect.id, due=effect.due_at)


async def forgo(conn: Connection, kind: str, subject: str) -> None:
    """Strike off the effect of a subject, if it is owed. Index: kind and subject."""
    await conn.execute(_forgo, kind=kind, subject=subject)


async def effect_later(conn: Connection, effect: Effect, again_at: datetime, reason: str | None) -> None:
    """Put an effect off, unless it was owed anew meanwhile. Index: the key.

    `reason` is what staff must mend, None when time alone helps.
    """
    await conn.execute(_later, effect_id=effect.id, due=effect.due_at, again_at=again_at, reason=reason)


async def blocked_effects(conn: Connection) -> list[Effect]:
    """List fifty effects that wait for staff, for the doctor. Index: owed_effect_blocked_idx."""
    return await conn.all(_blocked_effects)
