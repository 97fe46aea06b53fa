"""What a raider sees of all runs at once."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from raidbot.features.raids.models import ActiveRun
from raidbot.features.raids.queries.clicks import ACTIVE, topic
from raidbot.features.raids.tables import run, run_key, run_raider
from raidbot.kernel.database import Connection, Statement
from raidbot.kernel.owed.tables import panel

_p = sa.bindparam
_live = run.c.status == sa.literal_column("'live'")
_raiders = sa.select(sa.func.count()).where(run_raider.c.run_id == run.c.id, run_raider.c.joined).scalar_subquery()
_offers = (
    sa.select(run_key.c.key, sa.func.count().label("n"))
    .where(run_key.c.run_id == run.c.id, run_key.c.source == sa.literal_column("'run'"), run_key.c.offered)
    .group_by(run_key.c.key)
    .correlate(run)
    .lateral("offers")
)
_keys = sa.select(
    sa.func.coalesce(sa.func.jsonb_object_agg(_offers.c.key, _offers.c.n), sa.cast(sa.literal_column("'{}'"), pg.JSONB))
).scalar_subquery()
_message = (
    sa.select(panel.c.message_id)
    .where(panel.c.topic == topic(run.c.id), panel.c.kind == _p("panel_kind"), panel.c.token.is_(None))
    .scalar_subquery()
)
_active = Statement(
    "raids.active",
    sa.select(
        run.c.id,
        run.c.dungeon,
        run.c.status,
        run.c.organizer_id,
        run.c.channel_id,
        _message.label("message_id"),
        sa.case((_live, run.c.party)).label("party"),
        sa.case((_live, run.c.location)).label("location"),
        run.c.join_locked,
        sa.func.coalesce(run.c.started_at, run.c.opened_at).label("since"),
        _raiders.label("raiders"),
        run.c.cap,
        _keys.label("keys"),
        run.c.realm_score,
        run.c.stage,
        run.c.miniboss,
    )
    .where(run.c.guild_id == _p("guild"), ACTIVE)
    .order_by(run.c.opened_at.desc(), run.c.id.desc()),
    ActiveRun,
)


async def active(conn: Connection, guild_id: int, panel_kind: str) -> list[ActiveRun]:
    """List a guild's open and live runs, the newest first; `panel_kind` is their public panel's.

    Party and location are left out of what is not live yet. Indexes: run_active_idx, panel_topic_idx, the keys.
    """
    return await conn.all(_active, guild=guild_id, panel_kind=panel_kind)
