"""The tables of role pings; the schema itself stands in sql/."""

import sqlalchemy as sa

from raidbot.kernel.database import metadata

role_ping = sa.Table(
    "role_ping",
    metadata,
    sa.Column("guild_id", sa.BigInteger, nullable=False),
    sa.Column("dungeon", sa.Text, nullable=False),
    sa.Column("role_id", sa.BigInteger, nullable=False),
    sa.Column("updated_at", sa.TIMESTAMP(timezone=True), nullable=False),
    sa.Column("updated_by", sa.BigInteger, nullable=False),
    sa.PrimaryKeyConstraint("guild_id", "dungeon", name="role_ping_pkey"),
    sa.CheckConstraint("guild_id > 0", name="role_ping_guild_positive"),
    sa.CheckConstraint("length(dungeon) BETWEEN 1 AND 64", name="role_ping_dungeon_length"),
    sa.CheckConstraint("role_id > 0", name="role_ping_role_positive"),
    sa.CheckConstraint("updated_by > 0", name="role_ping_updated_by_positive"),
    sa.CheckConstraint("role_id <> guild_id", name="role_ping_no_everyone"),
)

role_ping_panel = sa.Table(
    "role_ping_panel",
    metadata,
    sa.Column("guild_id", sa.BigInteger, nullable=False),
    sa.Column("interaction_id", sa.BigInteger, nullable=False),
    sa.Column("replaces", sa.BigInteger),
    sa.PrimaryKeyConstraint("guild_id", name="role_ping_panel_pkey"),
    sa.CheckConstraint("guild_id > 0", name="role_ping_panel_guild_positive"),
    sa.CheckConstraint("replaces < interaction_id", name="role_ping_panel_replaces_older"),
)
