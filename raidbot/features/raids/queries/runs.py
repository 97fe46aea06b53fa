"""Statements on runs. Each change is guarded by the states it may start from."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from raidbot.features.dungeons.api import ORYX_3, Opening
from raidbot.features.raids.models import (
    RECENT_RUNS,
    WARN_BEFORE,
    EndReason,
    NewOrganizer,
    NewRun,
    Run,
    RunStatus,
)
from raidbot.features.raids.queries.clicks import ACTIVE
from raidbot.features.raids.tables import run
from raidbot.kernel.database import Connection, Statement, records

_p = sa.bindparam
_TIME = sa.TIMESTAMP(timezone=True)
_NOW = _p("now", type_=_TIME)
_HIDDEN = {"interaction_id", "role_created_at", "warn_at"}
COLUMNS = [column for column in run.c if column.name not in _HIDDEN]
"""What a `Run` is read from."""
_this = (run.c.id == _p("run_id")) & (run.c.guild_id == _p("guild"))
_OPEN, _LIVE = sa.text("run.status = 'open'"), sa.text("run.status = 'live'")

_open = Statement(
    "raids.open",
    pg.insert(run)
    .values(
        guild_id=_p("guild_id"),
        organizer_id=_p("organizer_id"),
        organizer_name=_p("organizer_name"),
        organizer_role_ids=_p("organizer_role_ids"),
        interaction_id=_p("interaction_id"),
        dungeon=_p("dungeon"),
        channel_id=_p("channel_id"),
        party=_p("party"),
        location=_p("location"),
        description=_p("description"),
        role_wanted=_p("role_wanted"),
        opened_at=_p("opened_at"),
        expires_at=_p("expires_at"),
    )
    .on_conflict_do_nothing(constraint="run_interaction_key")
    .returning(*COLUMNS),
    Run,
)
_of_interaction = Statement(
    "raids.of_interaction", sa.select(run.c.id).where(run.c.interaction_id == _p("interaction_id")), int
)
_by_id = Statement("raids.run", sa.select(*COLUMNS).where(run.c.id == _p("run_id")), Run)
_hold = Statement("raids.hold", sa.select(*COLUMNS).where(_this).with_for_update(key_share=True), Run)
_start = Statement(
    "raids.start",
    sa.update(run)
    .where(
        _this,
        _OPEN,
        run.c.party.isnot(None),
        run.c.location.isnot(None),
        (run.c.dungeon != ORYX_3) | run.c.screenshot_message_id.isnot(None),
    )
    .values(status="live", started_at=_NOW, expires_at=_p("until", type_=_TIME), warn_at=_p("warning", type_=_TIME))
    .returning(*COLUMNS),
    Run,
)


def _over(name: str, status: RunStatus, *allowed: sa.ColumnElement[bool] | sa.TextClause) -> Statement[Run]:
    return Statement(
        name,
        sa.update(run)
        .where(_this, *allowed)
        .values(
            status=status.value,
            ended_at=_NOW,
            ended_by=_p("by", type_=sa.BigInteger),
            end_reason=_p("reason"),
            key_window_ends_at=None,
            last_call_ends_at=None,
            warn_at=None,
        )
        .returning(*COLUMNS),
        Run,
    )


_end = _over("raids.end", RunStatus.ENDED, _LIVE)
_cancel = _over("raids.cancel", RunStatus.CANCELLED, ACTIVE)
_expire_live = _over("raids.expire_live", RunStatus.ENDED, _LIVE, run.c.expires_at <= _NOW)
_expire_open = _over("raids.expire_open", RunStatus.CANCELLED, _OPEN, run.c.expires_at <= _NOW)
_texts = Statement(
    "raids.set_texts",
    sa.update(run)
    .where(_this, ACTIVE)
    .values(party=_p("new_party", type_=sa.Text), location=_p("new_location", type_=sa.Text))
    .returning(*COLUMNS),
    Run,
)
_lock = Statement(
    "raids.set_lock",
    sa.update(run)
    .where(_this, ACTIVE, run.c.join_locked != _p("locked"))
    .values(join_locked=_p("locked"), last_call_ends_at=None)
    .returning(*COLUMNS),
    Run,
)
_chain = Statement(
    "raids.set_chain",
    sa.update(run).where(_this, ACTIVE).values(chain_amount=_p("amount", type_=sa.SmallInteger)).returning(*COLUMNS),
    Run,
)
_pop = Statement(
    "raids.pop",
    sa.update(run)
    .where(_this, _LIVE, run.c.pops == _p("seen"))
    .values(pops=run.c.pops + 1, key_window_ends_at=_p("window", type_=_TIME))
    .returning(*COLUMNS),
    Run,
)
_extend = Statement(
    "raids.extend",
    sa.update(run)
    .where(_this, _LIVE, run.c.expires_at == _p("seen", type_=_TIME), run.c.expires_at < _p("until", type_=_TIME))
    .values(expires_at=_p("until", type_=_TIME), warn_at=_p("warning", type_=_TIME))
    .returning(*COLUMNS),
    Run,
)
_transfer = Statement(
    "raids.transfer",
    sa.update(run)
    .where(_this, ACTIVE, run.c.organizer_id == _p("seen"))
    .values(
        organizer_id=_p("new_id", type_=sa.BigInteger),
        organizer_name=_p("new_name", type_=sa.Text),
        organizer_role_ids=_p("new_roles", type_=pg.ARRAY(sa.BigInteger)),
        warn_at=sa.case(
            (run.c.status == sa.literal_column("'live'"), run.c.expires_at - sa.cast(WARN_BEFORE, sa.Interval))
        ),
    )
    .returning(*COLUMNS),
    Run,
)
_roles_of = records(
    "roles", [sa.column("user_id", sa.BigInteger), sa.column("role_ids", pg.ARRAY(sa.BigInteger))], alias="told"
)
_organizers = Statement(
    "raids.active_organizers", sa.select(run.c.organizer_id).where(run.c.guild_id == _p("guild"), ACTIVE), int
)
_set_organizer_roles = Statement(
    "raids.set_organizer_roles",
    sa.update(run)
    .where(
        run.c.guild_id == _p("guild"),
        run.c.organizer_id == _roles_of.c.user_id,
        ACTIVE,
        run.c.organizer_role_ids != _roles_of.c.role_ids,
    )
    .values(organizer_role_ids=_roles_of.c.role_ids),
)
_due = Statement(
    "raids.due",
    sa.select(*COLUMNS)
    .where(ACTIVE, run.c.expires_at <= _NOW, run.c.id != sa.all_(_p("skip", type_=pg.ARRAY(sa.BigInteger))))
    .order_by(run.c.expires_at)
    .limit(10),
    Run,
)
_to_warn = Statement(
    "raids.to_warn",
    sa.select(*COLUMNS)
    .where(
        _LIVE,
        run.c.warn_at <= _NOW,
        run.c.expires_at > _NOW,
        run.c.id != sa.all_(_p("skip", type_=pg.ARRAY(sa.BigInteger))),
    )
    .order_by(run.c.warn_at)
    .limit(10),
    Run,
)
_warned = Statement(
    "raids.warned",
    sa.update(run).where(_this, _LIVE, run.c.warn_at <= _NOW).values(warn_at=None).returning(*COLUMNS),
    Run,
)
_roles_created = Statement(
    "raids.roles_created",
    sa.select(sa.func.count())
    .select_from(run)
    .where(run.c.guild_id == _p("guild"), run.c.role_created_at > _p("since", type_=_TIME)),
    int,
)
_set_role = Statement(
    "raids.set_role",
    sa.update(run)
    .where(run.c.id == _p("run_id"), run.c.role_id.is_(None))
    .values(role_id=_p("role", type_=sa.BigInteger), role_created_at=_NOW)
    .returning(*COLUMNS),
    Run,
)
_role_known = Statement("raids.role_known", sa.select(run.c.id).where(run.c.role_id == _p("role")).limit(1), int)
_guilds = (
    sa.func.unnest(_p("guilds", type_=pg.ARRAY(sa.BigInteger)))
    .table_valued(sa.column("guild_id", sa.BigInteger))
    .render_derived("guild")
)
_last = (
    sa.select(run.c.guild_id, pg.array([run.c.dungeon]).label("dungeons"), run.c.opened_at.label("at"))
    .where(run.c.guild_id == _guilds.c.guild_id)
    .order_by(run.c.opened_at.desc())
    .limit(RECENT_RUNS)
    .lateral("last")
)
_recent = Statement("raids.recent_dungeons", sa.select(*_last.c).select_from(_guilds.join(_last, sa.true())), Opening)


async def open_run(
    conn: Connection, new: NewRun, *, role_wanted: bool, now: datetime, expires_at: datetime
) -> Run | None:
    """Write a new run; None when this interaction opened one before. Index: run_interaction_key."""
    return await conn.maybe(
        _open,
        guild_id=new.guild_id,
        organizer_id=new.organizer_id,
        organizer_name=new.organizer_name,
        organizer_role_ids=sorted(new.organizer_role_ids),
        interaction_id=new.interaction_id,
        dungeon=new.dungeon,
        channel_id=new.channel_id,
        party=new.party,
        location=new.location,
        description=new.description,
        role_wanted=role_wanted,
        opened_at=now,
        expires_at=expires_at,
    )


async def of_interaction(conn: Connection, interaction_id: int) -> int | None:
    """Find the run that an interaction opened. Index: run_interaction_key."""
    return await conn.maybe(_of_interaction, interaction_id=interaction_id)


async def by_id(conn: Connection, run_id: int) -> Run | None:
    """Read a run. Index: the key."""
    return await conn.maybe(_by_id, run_id=run_id)


async def hold(conn: Connection, guild_id: int, run_id: int) -> Run | None:
    """Read a run and keep others from changing it, or confirming a key for it, until the transaction ends.

    Clicks wait meanwhile. Index: the key.
    """
    return await conn.maybe(_hold, guild=guild_id, run_id=run_id)


async def start(
    conn: Connection, guild_id: int, run_id: int, *, now: datetime, expires_at: datetime, warn_at: datetime
) -> Run | None:
    """Take an open run live that has what it needs: party, location, Oryx 3's screenshot. Index: the key.

    None when it is not one.
    """
    return await conn.maybe(_start, guild=guild_id, run_id=run_id, now=now, until=expires_at, warning=warn_at)


async def end(conn: Connection, guild_id: int, run_id: int, *, by: int, now: datetime) -> Run | None:
    """End a live run; None when it is not one. Index: the key."""
    return await conn.maybe(_end, guild=guild_id, run_id=run_id, by=by, reason=EndReason.ENDED.value, now=now)


async def cancel(conn: Connection, guild_id: int, run_id: int, *, by: int, now: datetime) -> Run | None:
    """Cancel an open or live run; None when it is not one. Index: the key."""
    return await conn.maybe(_cancel, guild=guild_id, run_id=run_id, by=by, reason=EndReason.CANCELLED.value, now=now)


async def expire(conn: Connection, guild_id: int, run_id: int, *, now: datetime) -> Run | None:
    """End a live run, or cancel one never started, whose time is over; None when it is not. Index: the key."""
    of_run = {"guild": guild_id, "run_id": run_id, "by": None, "now": now}
    ended: Run | None = await conn.maybe(_expire_live, reason=EndReason.EXPIRED.value, **of_run)
    if ended is None:
        ended = await conn.maybe(_expire_open, reason=EndReason.NEVER_STARTED.value, **of_run)
    return ended


async def set_texts(
    conn: Connection, guild_id: int, run_id: int, party: str | None, location: str | None
) -> Run | None:
    """Set party and location of an active run. Index: the key."""
    return await conn.maybe(_texts, guild=guild_id, run_id=run_id, new_party=party, new_location=location)


async def set_lock(conn: Connection, guild_id: int, run_id: int, *, locked: bool) -> Run | None:
    """Lock or unlock joining; None when it was so already or the run is over. Index: the key."""
    return await conn.maybe(_lock, guild=guild_id, run_id=run_id, locked=locked)


async def set_chain(conn: Connection, guild_id: int, run_id: int, amount: int | None) -> Run | None:
    """Set how many pops are planned. Index: the key."""
    return await conn.maybe(_chain, guild=guild_id, run_id=run_id, amount=amount)


async def pop(conn: Connection, guild_id: int, run_id: int, *, seen: int, window: datetime) -> Run | None:
    """Count a pop of a live run, if it has had `seen` so far. Index: the key."""
    return await conn.maybe(_pop, guild=guild_id, run_id=run_id, seen=seen, window=window)


async def extend(
    conn: Connection, guild_id: int, run_id: int, *, seen: datetime, until: datetime, warn_at: datetime
) -> Run | None:
    """Let a live run go on until `until`, if it was to end at `seen`. Index: the key."""
    return await conn.maybe(_extend, guild=guild_id, run_id=run_id, seen=seen, until=until, warning=warn_at)


async def transfer(conn: Connection, guild_id: int, run_id: int, *, seen: int, to: NewOrganizer) -> Run | None:
    """Give an active run of the organizer `seen` to another, who is warned of its end anew. Index: the key."""
    return await conn.maybe(
        _transfer,
        guild=guild_id,
        run_id=run_id,
        seen=seen,
        new_id=to.user_id,
        new_name=to.name,
        new_roles=sorted(to.role_ids),
    )


async def active_organizers(conn: Connection, guild_id: int) -> list[int]:
    """List who organises an open or live run of the guild. Index: run_active_idx."""
    return await conn.all(_organizers, guild=guild_id)


async def set_organizer_roles(conn: Connection, guild_id: int, roles: Mapping[int, Collection[int]]) -> None:
    """Note the roles of members on the active runs they organise, if any. Index: run_active_idx."""
    told = [{"user_id": user_id, "role_ids": sorted(role_ids)} for user_id, role_ids in roles.items()]
    await conn.execute(_set_organizer_roles, guild=guild_id, roles=told)


async def due(conn: Connection, now: datetime, skip: Sequence[int]) -> list[Run]:
    """List ten runs whose time is over. Index: run_active_idx."""
    return await conn.all(_due, now=now, skip=list(skip))


async def to_warn(conn: Connection, now: datetime, skip: Sequence[int]) -> list[Run]:
    """List ten live runs that end within ten minutes. Index: run_warn_idx."""
    return await conn.all(_to_warn, now=now, skip=list(skip))


async def warned(conn: Connection, guild_id: int, run_id: int, now: datetime) -> Run | None:
    """Take the warning of a run; None when somebody took it or the run went on. Index: the key."""
    return await conn.maybe(_warned, guild=guild_id, run_id=run_id, now=now)


async def roles_created(conn: Connection, guild_id: int, since: datetime) -> int:
    """Count the run roles that were created in a guild since then. Index: run_role_created_idx."""
    return await conn.one(_roles_created, guild=guild_id, since=since)


async def set_role(conn: Connection, run_id: int, role_id: int, now: datetime) -> Run | None:
    """Note the role of a run that has none; None when it has one. Index: the key."""
    return await conn.maybe(_set_role, run_id=run_id, role=role_id, now=now)


async def role_known(conn: Connection, role_id: int) -> bool:
    """Say whether a role is some run's. Index: run_role_idx."""
    return await conn.maybe(_role_known, role=role_id) is not None


async def recent_dungeons(conn: Connection, guild_ids: Sequence[int]) -> list[Opening]:
    """List the dungeons of the last runs of each of these guilds. Index: run_recent_idx."""
    return await conn.all(_recent, guilds=list(guild_ids))
