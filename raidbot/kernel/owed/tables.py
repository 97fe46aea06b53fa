"""The tables of what is owed; the schema itself stands in sql/."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from raidbot.kernel.database import metadata

panel_topic = sa.Table(
    "panel_topic",
    metadata,
    sa.Column("topic", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
    sa.PrimaryKeyConstraint("topic", name="panel_topic_pkey"),
)

panel = sa.Table(
    "panel",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("topic", sa.Text, nullable=False),
    sa.Column("guild_id", sa.BigInteger, nullable=False),
    sa.Column("channel_id", sa.BigInteger, nullable=False),
    sa.Column("message_id", sa.BigInteger),
    sa.Column("user_id", sa.BigInteger),
    sa.Column("token", sa.Text),
    sa.Column("pressed_at", sa.TIMESTAMP(timezone=True)),
    sa.Column("note", sa.Text),
    sa.Column("shown", sa.Integer, nullable=False, server_default="0"),
    sa.Column("posting_since", sa.TIMESTAMP(timezone=True)),
    sa.Column("posts", sa.SmallInteger, nullable=False, server_default="0"),
    sa.Column("blocked_reason", sa.Text),
    sa.PrimaryKeyConstraint("id", name="panel_pkey"),
    sa.ForeignKeyConstraint(["topic"], ["panel_topic.topic"], name="panel_topic_fkey", ondelete="CASCADE"),
    sa.CheckConstraint(
        "(token IS NULL) = (pressed_at IS NULL) AND (token IS NULL) = (user_id IS NULL)", name="panel_token_whole"
    ),
    sa.CheckConstraint("token IS NULL OR message_id IS NOT NULL", name="panel_ephemeral_has_message"),
    sa.Index("panel_public_key", "kind", "topic", unique=True, postgresql_where=sa.text("token IS NULL")),
    sa.Index("panel_message_key", "message_id", unique=True, postgresql_where=sa.text("message_id IS NOT NULL")),
    sa.Index("panel_topic_idx", "topic"),
    sa.Index("panel_pressed_idx", "pressed_at", postgresql_where=sa.text("token IS NOT NULL")),
    sa.Index("panel_blocked_idx", "id", postgresql_where=sa.text("blocked_reason IS NOT NULL")),
)

member_role = sa.Table(
    "member_role",
    metadata,
    sa.Column("guild_id", sa.BigInteger, nullable=False),
    sa.Column("user_id", sa.BigInteger, nullable=False),
    sa.Column("role_id", sa.BigInteger, nullable=False),
    sa.Column("wanted", sa.Boolean, nullable=False),
    sa.Column("given", sa.Boolean),
    sa.Column("due_at", sa.TIMESTAMP(timezone=True), nullable=False),
    sa.Column("attempts", sa.SmallInteger, nullable=False, server_default="0"),
    sa.PrimaryKeyConstraint("role_id", "user_id", name="member_role_pkey"),
    sa.Index("member_role_owed_idx", "guild_id", "due_at", postgresql_where=sa.text("wanted IS DISTINCT FROM given")),
)

owed_effect = sa.Table(
    "owed_effect",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("guild_id", sa.BigInteger, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("payload", pg.JSONB, nullable=False, server_default="{}"),
    sa.Column("owed_at", sa.TIMESTAMP(timezone=True), nullable=False),
    sa.Column("due_at", sa.TIMESTAMP(timezone=True), nullable=False),
    sa.Column("attempts", sa.SmallInteger, nullable=False, server_default="0"),
    sa.Column("blocked_reason", sa.Text),
    sa.PrimaryKeyConstraint("id", name="owed_effect_pkey"),
    sa.UniqueConstraint("kind", "subject", name="owed_effect_kind_subject_key"),
    sa.Index("owed_effect_due_idx", "due_at"),
    sa.Index("owed_effect_blocked_idx", "guild_id", postgresql_where=sa.text("blocked_reason IS NOT NULL")),
)
