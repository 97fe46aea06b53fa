"""The ledger."""

import sqlalchemy as sa

from raidbot.kernel.database import metadata

ledger = sa.Table(
    "ledger",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), nullable=False),
    sa.Column("guild_id", sa.BigInteger, nullable=False),
    sa.Column("user_id", sa.BigInteger, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("run_id", sa.BigInteger, nullable=False),
    sa.Column("pop", sa.SmallInteger, nullable=False),
    sa.Column("dungeon", sa.Text, nullable=False),
    sa.Column("points", sa.Numeric(10, 2), nullable=False),
    sa.Column("earned_at", sa.TIMESTAMP(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint("id", name="ledger_pkey"),
    sa.CheckConstraint("kind IN ('completion')", name="ledger_kind_known"),
    sa.CheckConstraint("pop >= 0", name="ledger_pop_known"),
    sa.CheckConstraint("points >= 0", name="ledger_points_known"),
    sa.Index(
        "ledger_completion_key",
        "run_id",
        "pop",
        "user_id",
        unique=True,
        postgresql_where=sa.text("kind = 'completion'"),
    ),
    sa.Index("ledger_member_idx", "guild_id", "user_id", "earned_at"),
)
