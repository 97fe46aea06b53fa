"""The tables of the staff."""

import sqlalchemy as sa

from raidbot.kernel.database import metadata

promotion = sa.Table(
    "promotion",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), nullable=False),
    sa.Column("guild_id", sa.BigInteger, nullable=False),
    sa.Column("user_id", sa.BigInteger, nullable=False),
    sa.Column("role_key", sa.Text, nullable=False),
    sa.Column("role_id", sa.BigInteger, nullable=False),
    sa.Column("actor_id", sa.BigInteger, nullable=False),
    sa.Column("interaction_id", sa.BigInteger, nullable=False),
    sa.Column("made_at", sa.TIMESTAMP(timezone=True), nullable=False),
    sa.Column("channel_id", sa.BigInteger),
    sa.Column("message_id", sa.BigInteger),
    sa.PrimaryKeyConstraint("id", name="promotion_pkey"),
    sa.UniqueConstraint("interaction_id", name="promotion_interaction_key"),
    sa.CheckConstraint("message_id IS NULL OR channel_id IS NOT NULL", name="promotion_announced_somewhere"),
    sa.Index("promotion_member_idx", "guild_id", "user_id", "made_at"),
)

team_sync = sa.Table(
    "team_sync",
    metadata,
    sa.Column("guild_id", sa.BigInteger, nullable=False),
    sa.Column("asked_at", sa.TIMESTAMP(timezone=True), nullable=False),
    sa.Column("place", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("seen", sa.Integer, nullable=False, server_default="0"),
    sa.Column("given", sa.Integer, nullable=False, server_default="0"),
    sa.Column("taken", sa.Integer, nullable=False, server_default="0"),
    sa.Column("done_at", sa.TIMESTAMP(timezone=True)),
    sa.PrimaryKeyConstraint("guild_id", name="team_sync_pkey"),
)
