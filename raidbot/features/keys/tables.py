"""The table of key logging; the schema itself stands in sql/."""

import sqlalchemy as sa

from raidbot.kernel.database import metadata

_TIME = sa.TIMESTAMP(timezone=True)

popped_key = sa.Table(
    "popped_key",
    metadata,
    sa.Column("entry_id", sa.BigInteger, nullable=False, autoincrement=False),
    sa.Column("run_id", sa.BigInteger, nullable=False),
    sa.Column("pop", sa.SmallInteger, nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("user_id", sa.BigInteger, nullable=False),
    sa.Column("points", sa.Numeric(10, 2), nullable=False),
    sa.Column("actor_id", sa.BigInteger, nullable=False),
    sa.Column("logged_at", _TIME, nullable=False),
    sa.Column("undone_at", _TIME),
    sa.PrimaryKeyConstraint("entry_id", name="popped_key_pkey"),
    sa.ForeignKeyConstraint(["entry_id"], ["ledger.id"], name="popped_key_entry_fkey"),
    sa.CheckConstraint("pop >= 0", name="popped_key_pop_known"),
    sa.CheckConstraint("length(key) BETWEEN 1 AND 50", name="popped_key_key_length"),
    sa.Index("popped_key_slot_key", "run_id", "pop", "key", unique=True, postgresql_where=sa.text("undone_at IS NULL")),
)
