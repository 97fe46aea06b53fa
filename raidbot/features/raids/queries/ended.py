"""Statements on runs that have ended, and on who offered keys for them."""

from datetime import datetime

import sqlalchemy as sa

from raidbot.features.raids.models import LONGEST, OPEN_FOR, EndedRun, KeyOffer
from raidbot.features.raids.tables import run, run_key
from raidbot.kernel.database import Connection, Statement

_p = sa.bindparam
_TIME = sa.TIMESTAMP(timezone=True)
_ENDED = [run.c[name] for name in EndedRun.__slots__]
_guild, _ended = run.c.guild_id == _p("guild"), run.c.status == sa.literal_column("'ended'")
_confirmed = run_key.c.confirmed_at.isnot(None)
_by_id = Statement("raids.ended_run", sa.select(*_ENDED).where(run.c.id == _p("run_id"), _guild, _ended), EndedRun)
_since = Statement(
    "raids.ended_runs",
    sa.select(*_ENDED)
    .where(_guild, _ended, run.c.ended_at > _p("since", type_=_TIME), run.c.opened_at > _p("opened_since", type_=_TIME))
    .order_by(run.c.ended_at.desc(), run.c.id.desc()),
    EndedRun,
)
_offers = Statement(
    "raids.key_offers",
    sa.select(run_key.c.key, run_key.c.user_id, _confirmed.label("confirmed"))
    .where(run_key.c.run_id == _p("run_id"), run_key.c.offered)
    .order_by(_confirmed.desc(), run_key.c.source == sa.literal_column("'headcount'"), run_key.c.changed_at),
    KeyOffer,
)


async def by_id(conn: Connection, guild_id: int, run_id: int) -> EndedRun | None:
    """Read a run that has ended; None for any other, a cancelled one too. Index: the key."""
    return await conn.maybe(_by_id, guild=guild_id, run_id=run_id)


async def since(conn: Connection, guild_id: int, moment: datetime) -> list[EndedRun]:
    """List a guild's runs that ended after a moment, the last to end first. Index: run_recent_idx."""
    return await conn.all(_since, guild=guild_id, since=moment, opened_since=moment - OPEN_FOR - LONGEST)


async def key_offers(conn: Connection, run_id: int) -> list[KeyOffer]:
    """List who offered which key: who confirmed it first, then in the run, then in its headcount. Index: the key."""
    return await conn.all(_offers, run_id=run_id)
