"""The ledger, its totals, and what earns how much."""

import sqlalchemy as sa

from raidbot.features.quota.models import ACTS, POINTS_MAX, Category
from raidbot.kernel.database import metadata

POINTS = sa.Numeric(10, 2)
SUM = sa.Numeric(14, 2)

ledger = sa.Table(
    "ledger",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), nullable=False),
    sa.Column("guild_id", sa.BigInteger, nullable=False),
    sa.Column("user_id", sa.BigInteger, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("counts_as", sa.Text, nullable=False),
    sa.Column("amount", sa.Integer, nullable=False),
    sa.Column("points", POINTS, nullable=False),
    sa.Column("quota_points", POINTS, nullable=False),
    sa.Column("quota_role_id", sa.BigInteger),
    sa.Column("dungeon", sa.Text),
    sa.Column("run_id", sa.BigInteger),
    sa.Column("pop", sa.SmallInteger),
    sa.Column("key", sa.Text),
    sa.Column("source", sa.Text),
    sa.Column("actor_id", sa.BigInteger),
    sa.Column("reason", sa.Text),
    sa.Column("reverses", sa.BigInteger),
    sa.Column("at", sa.TIMESTAMP(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint("id", name="ledger_pkey"),
    sa.ForeignKeyConstraint(["reverses"], ["ledger.id"], name="ledger_reverses_fkey"),
    sa.CheckConstraint(
        "kind IN ('completion', 'organised', 'key_pop', 'verify', 'warn', 'suspend', 'modmail_reply', 'editname',"
        " 'addnote', 'adjustment', 'reversal')",
        name="ledger_kind_known",
    ),
    sa.CheckConstraint(
        "CASE kind WHEN 'reversal' THEN counts_as NOT IN ('completion', 'reversal') ELSE counts_as = kind END",
        name="ledger_counts_as_known",
    ),
    sa.CheckConstraint(
        "CASE kind"
        " WHEN 'completion' THEN"
        " run_id IS NOT NULL AND dungeon IS NOT NULL AND amount = 1 AND points >= 0 AND quota_role_id IS NULL"
        " WHEN 'organised' THEN"
        " dungeon IS NOT NULL AND points = 0 AND sign(quota_points) IN (0, sign(amount))"
        " AND (amount = 1 OR (amount <> 0 AND run_id IS NULL))"
        " WHEN 'key_pop' THEN"
        " dungeon IS NOT NULL AND key IS NOT NULL AND amount <> 0 AND sign(points) IN (0, sign(amount))"
        " AND quota_role_id IS NULL"
        " WHEN 'adjustment' THEN"
        " run_id IS NULL AND dungeon IS NULL AND amount = 0"
        " AND ((points <> 0 AND quota_role_id IS NULL) OR (points = 0 AND quota_points <> 0))"
        " WHEN 'reversal' THEN true"
        " ELSE run_id IS NULL AND dungeon IS NULL AND amount = 1 AND points = 0 AND quota_points >= 0"
        " END",
        name="ledger_kind_fits",
    ),
    sa.CheckConstraint("pop >= 0", name="ledger_pop_known"),
    sa.CheckConstraint("(run_id IS NULL) = (pop IS NULL)", name="ledger_pop_of_run"),
    sa.CheckConstraint("length(key) BETWEEN 1 AND 50", name="ledger_key_length"),
    sa.CheckConstraint("key IS NULL OR counts_as = 'key_pop'", name="ledger_key_of_pop"),
    sa.CheckConstraint("quota_role_id IS NOT NULL OR quota_points = 0", name="ledger_quota_points_bound"),
    sa.CheckConstraint("length(reason) BETWEEN 1 AND 500", name="ledger_reason_length"),
    sa.CheckConstraint("(kind = 'reversal') = (reverses IS NOT NULL)", name="ledger_reversal_known"),
    sa.CheckConstraint("length(source) BETWEEN 1 AND 100", name="ledger_source_length"),
    sa.CheckConstraint(
        "(source IS NULL) = (kind = 'completion' OR (kind = 'organised' AND run_id IS NOT NULL))",
        name="ledger_source_known",
    ),
    sa.Index(
        "ledger_completion_key",
        "run_id",
        "pop",
        "user_id",
        unique=True,
        postgresql_where=sa.text("kind = 'completion'"),
    ),
    sa.Index(
        "ledger_organised_key",
        "run_id",
        "pop",
        unique=True,
        postgresql_where=sa.text("kind = 'organised' AND run_id IS NOT NULL"),
    ),
    sa.Index("ledger_source_key", "guild_id", "source", unique=True, postgresql_where=sa.text("source IS NOT NULL")),
    sa.Index("ledger_reverses_key", "reverses", unique=True, postgresql_where=sa.text("reverses IS NOT NULL")),
    sa.Index("ledger_member_idx", "guild_id", "user_id", "at"),
    sa.Index(
        "ledger_quota_idx",
        "guild_id",
        "quota_role_id",
        "at",
        postgresql_where=sa.text("quota_role_id IS NOT NULL"),
    ),
    sa.Index("ledger_kind_idx", "guild_id", "counts_as", "at"),
)

ledger_total = sa.Table(
    "ledger_total",
    metadata,
    sa.Column("guild_id", sa.BigInteger, nullable=False),
    sa.Column("user_id", sa.BigInteger, nullable=False),
    sa.Column("month", sa.Date, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("quota_role_id", sa.BigInteger, nullable=False),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Column("points", SUM, nullable=False),
    sa.Column("quota_points", SUM, nullable=False),
    sa.PrimaryKeyConstraint("guild_id", "user_id", "month", "kind", "quota_role_id", name="ledger_total_pkey"),
)

ledger_dungeon_total = sa.Table(
    "ledger_dungeon_total",
    metadata,
    sa.Column("guild_id", sa.BigInteger, nullable=False),
    sa.Column("user_id", sa.BigInteger, nullable=False),
    sa.Column("month", sa.Date, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("dungeon", sa.Text, nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Column("points", SUM, nullable=False),
    sa.Column("quota_points", SUM, nullable=False),
    sa.PrimaryKeyConstraint("guild_id", "user_id", "month", "kind", "dungeon", "key", name="ledger_dungeon_total_pkey"),
)


def _ranked(column: str) -> sa.Index:
    return sa.Index(
        f"ledger_board_{column}_idx",
        *("guild_id", "month", "quota_role_id", "dungeon"),
        sa.desc(column),
        "user_id",
        postgresql_where=sa.text(f"{column} > 0"),
    )


ledger_board = sa.Table(
    "ledger_board",
    metadata,
    sa.Column("guild_id", sa.BigInteger, nullable=False),
    sa.Column("user_id", sa.BigInteger, nullable=False),
    sa.Column("month", sa.Date, nullable=False),
    sa.Column("dungeon", sa.Text, nullable=False),
    sa.Column("quota_role_id", sa.BigInteger, nullable=False),
    sa.Column("completions", sa.BigInteger, nullable=False),
    sa.Column("organised", sa.BigInteger, nullable=False),
    sa.Column("keys", sa.BigInteger, nullable=False),
    sa.Column("points", SUM, nullable=False),
    sa.Column("quota_points", SUM, nullable=False),
    sa.PrimaryKeyConstraint("guild_id", "user_id", "month", "dungeon", "quota_role_id", name="ledger_board_pkey"),
    *map(_ranked, Category),
)


def _in_range(column: str, name: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(f"{column} BETWEEN 0 AND {POINTS_MAX}", name=name)


quota_role = sa.Table(
    "quota_role",
    metadata,
    sa.Column("guild_id", sa.BigInteger, nullable=False),
    sa.Column("role_id", sa.BigInteger, nullable=False),
    sa.Column("required_points", POINTS, nullable=False, server_default=sa.text("0")),
    sa.Column("base_exalt_points", POINTS, nullable=False, server_default=sa.text("1")),
    sa.Column("base_non_exalt_points", POINTS, nullable=False, server_default=sa.text("1")),
    *(sa.Column(f"{act}_points", POINTS, nullable=False, server_default=sa.text("0")) for act in ACTS),
    sa.Column("created_at", sa.TIMESTAMP(timezone=True), nullable=False),
    sa.Column("calendar", sa.Text, nullable=False, server_default="weekly"),
    sa.Column("anchor", sa.TIMESTAMP, nullable=False, server_default="2024-01-01 00:00:00"),
    sa.Column("posting", sa.BigInteger),
    sa.PrimaryKeyConstraint("guild_id", "role_id", name="quota_role_pkey"),
    sa.CheckConstraint("calendar IN ('weekly', 'two-weekly', 'monthly')", name="quota_role_calendar_known"),
    sa.Index("quota_role_posting_key", "posting", unique=True, postgresql_where=sa.text("posting IS NOT NULL")),
    sa.CheckConstraint("role_id > 0", name="quota_role_id_positive"),
    _in_range("required_points", "quota_role_required_range"),
    _in_range("base_exalt_points", "quota_role_exalt_range"),
    _in_range("base_non_exalt_points", "quota_role_non_exalt_range"),
    *(_in_range(f"{act}_points", f"quota_role_{act}_range") for act in ACTS),
)


def _of_quota_role(name: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["guild_id", "role_id"], ["quota_role.guild_id", "quota_role.role_id"], name=name, ondelete="CASCADE"
    )


quota_dungeon_points = sa.Table(
    "quota_dungeon_points",
    metadata,
    sa.Column("guild_id", sa.BigInteger, nullable=False),
    sa.Column("role_id", sa.BigInteger, nullable=False),
    sa.Column("dungeon", sa.Text, nullable=False),
    sa.Column("points", POINTS, nullable=False),
    sa.PrimaryKeyConstraint("guild_id", "role_id", "dungeon", name="quota_dungeon_points_pkey"),
    _of_quota_role("quota_dungeon_points_role_fkey"),
    sa.CheckConstraint("length(dungeon) BETWEEN 1 AND 64", name="quota_dungeon_points_dungeon_length"),
    _in_range("points", "quota_dungeon_points_range"),
)


def _points_by_dungeon(name: str) -> sa.Table:
    return sa.Table(
        name,
        metadata,
        sa.Column("guild_id", sa.BigInteger, nullable=False),
        sa.Column("dungeon", sa.Text, nullable=False),
        sa.Column("points", POINTS, nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "dungeon", name=f"{name}_pkey"),
        sa.CheckConstraint("length(dungeon) BETWEEN 1 AND 64", name=f"{name}_dungeon_length"),
        _in_range("points", f"{name}_range"),
    )


raider_points, key_pop_points = _points_by_dungeon("raider_points"), _points_by_dungeon("key_pop_points")

_TIME = sa.TIMESTAMP(timezone=True)

quota_period = sa.Table(
    "quota_period",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), nullable=False),
    sa.Column("guild_id", sa.BigInteger, nullable=False),
    sa.Column("role_id", sa.BigInteger, nullable=False),
    sa.Column("starts_at", _TIME, nullable=False),
    sa.Column("ends_at", _TIME, nullable=False),
    sa.Column("required_points", POINTS),
    sa.Column("closed_at", _TIME),
    sa.Column("message_id", sa.BigInteger),
    sa.PrimaryKeyConstraint("id", name="quota_period_pkey"),
    sa.CheckConstraint("starts_at < ends_at", name="quota_period_span"),
    sa.CheckConstraint("(closed_at IS NULL) = (required_points IS NULL)", name="quota_period_closed_whole"),
    sa.CheckConstraint("message_id IS NULL OR closed_at IS NOT NULL", name="quota_period_reported_closed"),
    sa.Index(
        "quota_period_running_key", "guild_id", "role_id", unique=True, postgresql_where=sa.text("closed_at IS NULL")
    ),
    sa.Index("quota_period_due_idx", "ends_at", postgresql_where=sa.text("closed_at IS NULL")),
    sa.Index(
        "quota_period_history_idx",
        "guild_id",
        "role_id",
        "ends_at",
        postgresql_where=sa.text("closed_at IS NOT NULL"),
    ),
)

quota_result = sa.Table(
    "quota_result",
    metadata,
    sa.Column("period_id", sa.BigInteger, nullable=False),
    sa.Column("user_id", sa.BigInteger, nullable=False),
    sa.Column("points", SUM, nullable=False),
    sa.Column("runs", sa.BigInteger, nullable=False),
    sa.Column("excused", sa.Boolean, nullable=False),
    sa.PrimaryKeyConstraint("period_id", "user_id", name="quota_result_pkey"),
    sa.ForeignKeyConstraint(["period_id"], ["quota_period.id"], name="quota_result_period_fkey", ondelete="CASCADE"),
)

quota_holder = sa.Table(
    "quota_holder",
    metadata,
    sa.Column("guild_id", sa.BigInteger, nullable=False),
    sa.Column("role_id", sa.BigInteger, nullable=False),
    sa.Column("user_id", sa.BigInteger, nullable=False),
    sa.Column("since", _TIME, nullable=False),
    sa.PrimaryKeyConstraint("guild_id", "role_id", "user_id", name="quota_holder_pkey"),
    _of_quota_role("quota_holder_role_fkey"),
)

quota_look = sa.Table(
    "quota_look",
    metadata,
    sa.Column("guild_id", sa.BigInteger, nullable=False, autoincrement=False),
    sa.Column("due_at", _TIME, nullable=False),
    sa.PrimaryKeyConstraint("guild_id", name="quota_look_pkey"),
    sa.Index("quota_look_due_idx", "due_at"),
)

quota_excuse = sa.Table(
    "quota_excuse",
    metadata,
    sa.Column("guild_id", sa.BigInteger, nullable=False),
    sa.Column("role_id", sa.BigInteger, nullable=False),
    sa.Column("user_id", sa.BigInteger, nullable=False),
    sa.Column("since", _TIME, nullable=False),
    sa.Column("until_at", _TIME, nullable=False),
    sa.Column("reason", sa.Text),
    sa.Column("actor_id", sa.BigInteger, nullable=False),
    sa.PrimaryKeyConstraint("guild_id", "role_id", "user_id", name="quota_excuse_pkey"),
    sa.CheckConstraint("length(reason) BETWEEN 1 AND 500", name="quota_excuse_reason_length"),
    _of_quota_role("quota_excuse_role_fkey"),
)
