"""The tables of headcounts; the schema itself stands in sql/."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from raidbot.kernel.database import metadata

_TIME = sa.TIMESTAMP(timezone=True)

headcount = sa.Table(
    "headcount",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), nullable=False),
    sa.Column("guild_id", sa.BigInteger, nullable=False),
    sa.Column("organizer_id", sa.BigInteger, nullable=False),
    sa.Column("organizer_name", sa.Text, nullable=False),
    sa.Column("interaction_id", sa.BigInteger, nullable=False),
    sa.Column("channel_id", sa.BigInteger, nullable=False),
    sa.Column("dungeons", pg.ARRAY(sa.Text), nullable=False),
    sa.Column("status", sa.Text, nullable=False, server_default="open"),
    sa.Column("run_id", sa.BigInteger),
    sa.Column("opened_at", _TIME, nullable=False),
    sa.Column("touched_at", _TIME, nullable=False),
    sa.Column("ended_at", _TIME),
    sa.Column("ended_by", sa.BigInteger),
    sa.Column("end_reason", sa.Text),
    sa.Column("end_click_id", sa.BigInteger),
    sa.PrimaryKeyConstraint("id", name="headcount_pkey"),
    sa.UniqueConstraint("interaction_id", name="headcount_interaction_key"),
    sa.CheckConstraint("cardinality(dungeons) BETWEEN 1 AND 5", name="headcount_dungeons_number"),
    sa.CheckConstraint("status IN ('open', 'ended', 'converted')", name="headcount_status_known"),
    sa.CheckConstraint("end_reason IN ('ended', 'converted', 'stale')", name="headcount_end_reason_known"),
    sa.CheckConstraint(
        "(status = 'open') = (ended_at IS NULL) AND (status = 'open') = (end_reason IS NULL)",
        name="headcount_over_has_end",
    ),
    sa.CheckConstraint("(status = 'converted') = (run_id IS NOT NULL)", name="headcount_converted_has_run"),
    sa.Index("headcount_open_idx", "touched_at", postgresql_where=sa.text("status = 'open'")),
)

headcount_member = sa.Table(
    "headcount_member",
    metadata,
    sa.Column("headcount_id", sa.BigInteger, nullable=False),
    sa.Column("user_id", sa.BigInteger, nullable=False),
    sa.Column("joined", sa.Boolean, nullable=False),
    sa.Column("changed_at", _TIME, nullable=False),
    sa.Column("click_id", sa.BigInteger, nullable=False),
    sa.PrimaryKeyConstraint("headcount_id", "user_id", name="headcount_member_pkey"),
    sa.ForeignKeyConstraint(
        ["headcount_id"], ["headcount.id"], name="headcount_member_headcount_fkey", ondelete="CASCADE"
    ),
)

headcount_key = sa.Table(
    "headcount_key",
    metadata,
    sa.Column("headcount_id", sa.BigInteger, nullable=False),
    sa.Column("dungeon", sa.Text, nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("user_id", sa.BigInteger, nullable=False),
    sa.Column("offered", sa.Boolean, nullable=False),
    sa.Column("changed_at", _TIME, nullable=False),
    sa.Column("click_id", sa.BigInteger, nullable=False),
    sa.PrimaryKeyConstraint("headcount_id", "dungeon", "key", "user_id", name="headcount_key_pkey"),
    sa.ForeignKeyConstraint(
        ["headcount_id"], ["headcount.id"], name="headcount_key_headcount_fkey", ondelete="CASCADE"
    ),
    sa.CheckConstraint("length(dungeon) BETWEEN 1 AND 64", name="headcount_key_dungeon_length"),
    sa.CheckConstraint("length(key) BETWEEN 1 AND 50", name="headcount_key_length"),
)

headcount_draft = sa.Table(
    "headcount_draft",
    metadata,
    sa.Column("interaction_id", sa.BigInteger, nullable=False),
    sa.Column("guild_id", sa.BigInteger, nullable=False),
    sa.Column("user_id", sa.BigInteger, nullable=False),
    sa.Column("channel_id", sa.BigInteger, nullable=False),
    sa.Column("dungeons", pg.ARRAY(sa.Text), nullable=False, server_default="{}"),
    sa.Column("begun_at", _TIME, nullable=False),
    sa.PrimaryKeyConstraint("interaction_id", name="headcount_draft_pkey"),
    sa.Index("headcount_draft_begun_idx", "begun_at"),
)
