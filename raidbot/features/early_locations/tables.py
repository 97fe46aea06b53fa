"""The tables of early locations; the schema itself stands in sql/."""

import sqlalchemy as sa

from raidbot.kernel.database import metadata

_TIME = sa.TIMESTAMP(timezone=True)

early_place = sa.Table(
    "early_place",
    metadata,
    sa.Column("run_id", sa.BigInteger, nullable=False),
    sa.Column("number", sa.SmallInteger, nullable=False),
    sa.Column("party", sa.Text, nullable=False),
    sa.Column("location", sa.Text, nullable=False),
    sa.Column("set_at", _TIME, nullable=False),
    sa.Column("channel_id", sa.BigInteger),
    sa.Column("message_id", sa.BigInteger),
    sa.PrimaryKeyConstraint("run_id", "number", name="early_place_pkey"),
    sa.ForeignKeyConstraint(["run_id"], ["run.id"], name="early_place_run_fkey", ondelete="CASCADE"),
    sa.CheckConstraint("number > 0", name="early_place_number_known"),
)

early_told = sa.Table(
    "early_told",
    metadata,
    sa.Column("run_id", sa.BigInteger, nullable=False),
    sa.Column("user_id", sa.BigInteger, nullable=False),
    sa.Column("number", sa.SmallInteger, nullable=False),
    sa.Column("how", sa.Text, nullable=False),
    sa.Column("told_at", _TIME, nullable=False),
    sa.PrimaryKeyConstraint("run_id", "user_id", name="early_told_pkey"),
    sa.ForeignKeyConstraint(
        ["run_id", "number"],
        ["early_place.run_id", "early_place.number"],
        name="early_told_place_fkey",
        ondelete="CASCADE",
    ),
    sa.CheckConstraint("how IN ('dm', 'answer', 'closed')", name="early_told_how_known"),
)
