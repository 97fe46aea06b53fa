"""The tables of the raid log; the schema itself stands in sql/."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from raidbot.kernel.database import metadata

_TIME = sa.TIMESTAMP(timezone=True)

thread = sa.Table(
    "raid_log_thread",
    metadata,
    sa.Column("topic", sa.Text, nullable=False),
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), nullable=False),
    sa.Column("guild_id", sa.BigInteger, nullable=False),
    sa.Column("channel_id", sa.BigInteger, nullable=False),
    sa.Column("dungeons", pg.ARRAY(sa.Text), nullable=False),
    sa.Column("organizer_id", sa.BigInteger, nullable=False),
    sa.Column("organizer_name", sa.Text, nullable=False),
    sa.Column("opened_at", _TIME, nullable=False),
    sa.Column("closed_at", _TIME),
    sa.Column("closed_as", sa.Text),
    sa.Column("noted", sa.Integer, nullable=False, server_default="1"),
    sa.Column("told", sa.Integer, nullable=False, server_default="0"),
    sa.Column("starter_id", sa.BigInteger),
    sa.Column("posting_since", _TIME),
    sa.Column("posts", sa.SmallInteger, nullable=False, server_default="0"),
    sa.Column("thread_id", sa.BigInteger),
    sa.Column("page_number", sa.Integer, nullable=False, server_default="0"),
    sa.Column("page_head", sa.Text, nullable=False, server_default=""),
    sa.Column("page_line", sa.Text, nullable=False, server_default=""),
    sa.Column("page_since", _TIME),
    sa.Column("page_id", sa.BigInteger),
    sa.Column("page_shown", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("base", pg.JSONB, server_default="{}"),
    sa.Column("seen", pg.JSONB, server_default="{}"),
    sa.Column("seen_version", sa.Integer, nullable=False, server_default="0"),
    sa.Column("next_at", _TIME, nullable=False),
    sa.Column("attempts", sa.SmallInteger, nullable=False, server_default="0"),
    sa.Column("settled_at", _TIME),
    sa.Column("given_up", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.PrimaryKeyConstraint("topic", name="raid_log_thread_pkey"),
    sa.CheckConstraint("told BETWEEN 0 AND noted", name="raid_log_thread_told_known"),
    sa.CheckConstraint("(closed_at IS NULL) = (closed_as IS NULL)", name="raid_log_thread_over_as_something"),
    sa.CheckConstraint("(base IS NULL) = (seen IS NULL)", name="raid_log_thread_crowds_together"),
    sa.CheckConstraint("NOT given_up OR settled_at IS NOT NULL", name="raid_log_thread_given_up_settled"),
    sa.Index("raid_log_thread_waiting_idx", "next_at", postgresql_where=sa.text("settled_at IS NULL")),
)

entry = sa.Table(
    "raid_log_entry",
    metadata,
    sa.Column("topic", sa.Text, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("at", _TIME, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("actor_id", sa.BigInteger),
    sa.Column("detail", pg.JSONB, nullable=False),
    sa.Column("message_id", sa.BigInteger),
    sa.PrimaryKeyConstraint("topic", "number", name="raid_log_entry_pkey"),
    sa.ForeignKeyConstraint(["topic"], ["raid_log_thread.topic"], name="raid_log_entry_topic_fkey", ondelete="CASCADE"),
)
