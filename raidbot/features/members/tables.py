"""The tables of members."""

import sqlalchemy as sa

from raidbot.kernel.database import metadata

member_standing = sa.Table(
    "member_standing",
    metadata,
    sa.Column("guild_id", sa.BigInteger, nullable=False),
    sa.Column("user_id", sa.BigInteger, nullable=False),
    sa.Column("suspended_until", sa.TIMESTAMP(timezone=True)),
    sa.PrimaryKeyConstraint("guild_id", "user_id", name="member_standing_pkey"),
)

activity = sa.Table(
    "activity",
    metadata,
    sa.Column("guild_id", sa.BigInteger, nullable=False),
    sa.Column("organizer_id", sa.BigInteger, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("subject_id", sa.BigInteger, nullable=False),
    sa.PrimaryKeyConstraint("guild_id", "organizer_id", name="activity_pkey"),
    sa.CheckConstraint("kind IN ('run', 'headcount')", name="activity_kind_known"),
    sa.Index("activity_subject_key", "kind", "subject_id", unique=True),
)
