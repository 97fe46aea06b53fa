"""The tables of parties; the schema itself stands in sql/."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from raidbot.kernel.database import metadata

_TIME = sa.TIMESTAMP(timezone=True)

party = sa.Table(
    "party",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), nullable=False),
    sa.Column("guild_id", sa.BigInteger, nullable=False),
    sa.Column("owner_id", sa.BigInteger, nullable=False),
    sa.Column("owner_name", sa.Text, nullable=False),
    sa.Column("interaction_id", sa.BigInteger, nullable=False),
    sa.Column("channel_id", sa.BigInteger, nullable=False),
    sa.Column("dungeons", pg.ARRAY(sa.Text), nullable=False),
    sa.Column("name", sa.Text),
    sa.Column("location", sa.Text),
    sa.Column("description", sa.Text),
    sa.Column("size", sa.SmallInteger),
    sa.Column("thread_id", sa.BigInteger),
    sa.Column("opened_at", _TIME, nullable=False),
    sa.Column("expires_at", _TIME, nullable=False),
    sa.Column("warn_at", _TIME),
    sa.Column("closed_at", _TIME),
    sa.Column("closed_by", sa.BigInteger),
    sa.Column("close_reason", sa.Text),
    sa.PrimaryKeyConstraint("id", name="party_pkey"),
    sa.UniqueConstraint("interaction_id", name="party_interaction_key"),
    sa.CheckConstraint("cardinality(dungeons) BETWEEN 1 AND 5", name="party_dungeons_number"),
    sa.CheckConstraint("length(name) BETWEEN 1 AND 200", name="party_name_length"),
    sa.CheckConstraint("length(location) BETWEEN 1 AND 100", name="party_location_length"),
    sa.CheckConstraint("length(description) BETWEEN 1 AND 2000", name="party_description_length"),
    sa.CheckConstraint("size BETWEEN 2 AND 50", name="party_size_range"),
    sa.CheckConstraint("close_reason IN ('closed', 'expired', 'owner_gone')", name="party_close_reason_known"),
    sa.CheckConstraint("(closed_at IS NULL) = (close_reason IS NULL)", name="party_over_has_reason"),
    sa.CheckConstraint("expires_at <= opened_at + interval '6 hours'", name="party_six_hours_at_most"),
    sa.Index("party_open_key", "guild_id", "owner_id", unique=True, postgresql_where=sa.text("closed_at IS NULL")),
    sa.Index("party_due_idx", "expires_at", postgresql_where=sa.text("closed_at IS NULL")),
    sa.Index("party_warn_idx", "warn_at", postgresql_where=sa.text("closed_at IS NULL AND warn_at IS NOT NULL")),
    sa.Index("party_thread_key", "thread_id", unique=True, postgresql_where=sa.text("thread_id IS NOT NULL")),
    sa.Index("party_recent_idx", "guild_id", sa.text("opened_at DESC")),
)

party_member = sa.Table(
    "party_member",
    metadata,
    sa.Column("party_id", sa.BigInteger, nullable=False),
    sa.Column("user_id", sa.BigInteger, nullable=False),
    sa.Column("joined", sa.Boolean, nullable=False),
    sa.Column("changed_at", _TIME, nullable=False),
    sa.Column("click_id", sa.BigInteger, nullable=False),
    sa.PrimaryKeyConstraint("party_id", "user_id", name="party_member_pkey"),
    sa.ForeignKeyConstraint(["party_id"], ["party.id"], name="party_member_party_fkey", ondelete="CASCADE"),
)
