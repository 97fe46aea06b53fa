"""Clicks by which members turn something of theirs on and off, many of them in one statement."""

from collections.abc import Callable, Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from raidbot.kernel.database.records import records

OVER, SUSPENDED, UNVERIFIED = "over", "suspended", "unverified"
"""Why a click is refused: its target is not there, or its member's standing forbids it."""
_NOW: Final = sa.bindparam("now", type_=sa.TIMESTAMP(timezone=True))


class Toggle:
    """The parts of a statement that turns the flag of each click's row, one that is new being on.

    The row is found by the table's key, whose first column names the click's target. A click that is done twice is one,
    by its interaction's id. The statement takes `now`, and `clicks` as `records` writes them.
    """

    def __init__(
        self,
        table: sa.Table,
        flag: str,
        *,
        target: Callable[[sa.CTE], sa.Select[Any]],
        suspension: sa.TableClause,
    ) -> None:
        """`target` selects, and locks, the targets of clicks: their id and guild_id, and what else answers tell.

        `suspension` tells until when a member is suspended: guild_id, user_id, suspended_until.
        """
        self._table, self._flag = table, flag
        self._key = [str(column.name) for column in table.primary_key.columns]  # SQLAlchemy's is no key for JSON
        clicks = _clicks(table)
        self.target = target(clicks).cte("target")
        self.verdict = _verdict(clicks, self.target, clicks.c[self._key[0]], suspension)
        """Each click with what its target tells, and its `refusal`, if there is one."""
        self.turned = self._turn()
        """The key and the flag of each row that changed."""
        turned, row = self._of_click(self.turned), self._of_click(table)
        self.found = self.verdict.outerjoin(self.turned, turned).outerjoin(table, row)
        """Each verdict with its row, to select from."""

    def outcome(self, *, on: str, off: str) -> sa.Label[str]:
        """Build the column that tells what became of a click: how its flag is now, or the refusal."""
        is_on = sa.func.coalesce(self.turned.c[self._flag], self._table.c[self._flag])
        refusal = self.verdict.c.refusal
        return sa.case((refusal.isnot(None), refusal), (is_on, on), else_=off).label("outcome")

    def records(self, clicks: Sequence[Any]) -> list[dict[str, Any]]:
        """Write clicks as the statement takes them; each has an id, a guild, a standing and what the key needs."""
        names = ("guild_id", "standing", *self._key)
        return [
            {"ord": number, "click_id": click.id} | {name: getattr(click, name) for name in names}
            for number, click in enumerate(clicks)
        ]

    def _turn(self) -> sa.CTE:
        table, flag, key, verdict = self._table, self._flag, self._key, self.verdict
        # Of a bare IS NULL the planner believes that it lets one row in 200 through, and joins the clicks pair by pair.
        accepted = sa.func.coalesce(verdict.c.refusal.is_(None), sa.false())
        new = pg.insert(table).from_select(
            [*key, flag, "changed_at", "click_id"],
            sa.select(*(verdict.c[name] for name in key), sa.true(), _NOW, verdict.c.click_id).where(accepted),
        )
        turned = new.on_conflict_do_update(
            index_elements=key,
            set_={flag: ~table.c[flag], "changed_at": new.excluded.changed_at, "click_id": new.excluded.click_id},
            where=table.c.click_id != new.excluded.click_id,
        )
        return turned.returning(*(table.c[name] for name in key), table.c[flag]).cte("turned")

    def _of_click(self, rows: sa.FromClause) -> sa.ColumnElement[bool]:
        return sa.and_(*(rows.c[name] == self.verdict.c[name] for name in self._key))


def _clicks(table: sa.Table) -> sa.CTE:
    columns: list[sa.ColumnClause[Any]] = [
        sa.column("ord", sa.Integer),
        sa.column("click_id", sa.BigInteger),
        sa.column("guild_id", sa.BigInteger),
        sa.column("standing", sa.Text),
        *(sa.column(column.name, column.type) for column in table.primary_key.columns),
    ]
    return sa.select(records("clicks", columns, alias="u")).cte("click")


def _verdict(clicks: sa.CTE, targets: sa.CTE, target_id: sa.ColumnElement[int], suspension: sa.TableClause) -> sa.CTE:
    # One look by the key for each click: an EXISTS may be planned as a hash of all suspended members.
    until = (
        sa.select(suspension.c.suspended_until)
        .where(suspension.c.guild_id == clicks.c.guild_id, suspension.c.user_id == clicks.c.user_id)
        .scalar_subquery()
    )
    suspended = (clicks.c.standing == SUSPENDED) | sa.func.coalesce(until > _NOW, sa.false())
    return (
        sa.select(
            *clicks.c,
            *(column for column in targets.c if column.name not in {"id", "guild_id"}),
            sa.case(
                (targets.c.id.is_(None), OVER),
                (suspended, SUSPENDED),
                (clicks.c.standing == UNVERIFIED, UNVERIFIED),
            ).label("refusal"),
        )
        .select_from(clicks)
        .outerjoin(targets, (targets.c.id == target_id) & (targets.c.guild_id == clicks.c.guild_id))
        .cte("verdict")
    )
