"""The tables of a guild's configuration; the schema itself stands in sql/."""

from enum import Enum

import sqlalchemy as sa

from raidbot.kernel.database import metadata
from raidbot.kernel.guilds.models import LIVE_RUN_HOURS_MAX, LIVE_RUN_HOURS_MIN, ChannelKey, Module, RoleKey


def _known(column: str, keys: type[Enum], name: str) -> sa.CheckConstraint:
    values = ", ".join(f"'{key.value}'" for key in keys)
    return sa.CheckConstraint(f"{column} IN ({values})", name=name)


def _of_guild(name: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["guild_id"], ["guild.guild_id"], name=name, ondelete="CASCADE")


guild = sa.Table(
    "guild",
    metadata,
    sa.Column("guild_id", sa.BigInteger, nullable=False, autoincrement=False),
    sa.Column("name", sa.Text),
    sa.Column("run_roles", sa.Boolean, nullable=False, server_default="true"),
    sa.Column("live_run_hours", sa.SmallInteger, nullable=False, server_default=sa.text("2")),
    sa.Column("created_at", sa.TIMESTAMP(timezone=True), nullable=False),
    sa.Column("time_zone", sa.Text, nullable=False, server_default="UTC"),
    sa.Column("accent_colour", sa.Integer),
    sa.PrimaryKeyConstraint("guild_id", name="guild_pkey"),
    sa.CheckConstraint("length(time_zone) BETWEEN 1 AND 64", name="guild_time_zone_length"),
    sa.CheckConstraint("accent_colour BETWEEN 0 AND 16777215", name="guild_accent_colour_range"),
    sa.CheckConstraint("guild_id > 0", name="guild_id_positive"),
    sa.CheckConstraint("length(name) BETWEEN 1 AND 100", name="guild_name_length"),
    sa.CheckConstraint(
        f"live_run_hours BETWEEN {LIVE_RUN_HOURS_MIN} AND {LIVE_RUN_HOURS_MAX}", name="guild_live_run_hours_range"
    ),
)

guild_module = sa.Table(
    "guild_module",
    metadata,
    sa.Column("guild_id", sa.BigInteger, nullable=False),
    sa.Column("module", sa.Text, nullable=False),
    sa.Column("enabled", sa.Boolean, nullable=False),
    sa.PrimaryKeyConstraint("guild_id", "module", name="guild_module_pkey"),
    _of_guild("guild_module_guild_fkey"),
    _known("module", Module, "guild_module_known"),
)

guild_role = sa.Table(
    "guild_role",
    metadata,
    sa.Column("guild_id", sa.BigInteger, nullable=False),
    sa.Column("role_key", sa.Text, nullable=False),
    sa.Column("role_id", sa.BigInteger, nullable=False),
    sa.Column("updated_at", sa.TIMESTAMP(timezone=True), nullable=False),
    sa.Column("updated_by", sa.BigInteger, nullable=False),
    sa.PrimaryKeyConstraint("guild_id", "role_key", name="guild_role_pkey"),
    _of_guild("guild_role_guild_fkey"),
    _known("role_key", RoleKey, "guild_role_key_known"),
    sa.CheckConstraint("role_id > 0", name="guild_role_id_positive"),
    sa.CheckConstraint("updated_by > 0", name="guild_role_updated_by_positive"),
)

guild_channel = sa.Table(
    "guild_channel",
    metadata,
    sa.Column("guild_id", sa.BigInteger, nullable=False),
    sa.Column("channel_key", sa.Text, nullable=False),
    sa.Column("channel_id", sa.BigInteger, nullable=False),
    sa.Column("updated_at", sa.TIMESTAMP(timezone=True), nullable=False),
    sa.Column("updated_by", sa.BigInteger, nullable=False),
    sa.PrimaryKeyConstraint("guild_id", "channel_key", name="guild_channel_pkey"),
    _of_guild("guild_channel_guild_fkey"),
    _known("channel_key", ChannelKey, "guild_channel_key_known"),
    sa.CheckConstraint("channel_id > 0", name="guild_channel_id_positive"),
    sa.CheckConstraint("updated_by > 0", name="guild_channel_updated_by_positive"),
)
