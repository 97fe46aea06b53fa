"""What the demo reads from the bot's database, to compare it with what Discord shows."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from raidbot.features.members.tables import activity
from raidbot.features.quota.tables import ledger
from raidbot.features.raids.tables import run, run_raider
from raidbot.kernel.database import Connection, Statement
from raidbot.kernel.owed.tables import member_role, owed_effect, panel, panel_topic


@dataclass(frozen=True, slots=True)
class RunRow:
    id: int
    status: str
    pops: int


@dataclass(frozen=True, slots=True)
class Completion:
    run_id: int
    pop: int
    user_id: int


_runs = Statement("demo.runs", sa.select(run.c.id, run.c.status, run.c.pops).order_by(run.c.id), RunRow)
_joined = Statement(
    "demo.joined",
    sa.select(run_raider.c.user_id).where(run_raider.c.run_id == sa.bindparam("run_id"), run_raider.c.joined),
    int,
)
_completions = Statement(
    "demo.completions",
    sa.select(ledger.c.run_id, ledger.c.pop, ledger.c.user_id).where(
        ledger.c.kind == sa.literal_column("'completion'")
    ),
    Completion,
)


def _number_of(what: sa.FromClause, *conditions: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    return sa.select(sa.func.count()).select_from(what).where(*conditions).scalar_subquery()


_owed = Statement(
    "demo.owed",
    sa.select(
        (
            _number_of(owed_effect, owed_effect.c.due_at <= sa.bindparam("now", type_=sa.TIMESTAMP(timezone=True)))
            + _number_of(member_role, member_role.c.wanted.is_distinct_from(member_role.c.given))
            + _number_of(panel.join(panel_topic), panel.c.shown < panel_topic.c.version)
            + _number_of(activity)
        ).label("owed")
    ),
    int,
)


async def runs(conn: Connection) -> list[RunRow]:
    """List all runs, oldest first."""
    return await conn.all(_runs)


async def joined(conn: Connection, run_id: int) -> frozenset[int]:
    """List who is joined in a run, or was when it ended."""
    return frozenset(await conn.all(_joined, run_id=run_id))


async def completions(conn: Connection) -> list[Completion]:
    """List what raiders completed."""
    return await conn.all(_completions)


async def owed(conn: Connection, now: datetime) -> int:
    """Count what is not settled: effects due, roles to give or take, panels behind their rows, busy organizers."""
    return await conn.one(_owed, now=now)
