"""The table of the command log."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from raidbot.kernel.database import metadata

command_log = sa.Table(
    "command_log",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), nullable=False),
    sa.Column("at", sa.TIMESTAMP(timezone=True), nullable=False),
    sa.Column("guild_id", sa.BigInteger),
    sa.Column("channel_id", sa.BigInteger),
    sa.Column("user_id", sa.BigInteger, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("error", sa.Text),
    sa.Column("correlation", sa.Text, nullable=False),
    sa.Column("acknowledged_ms", sa.Integer),
    sa.Column("latency_ms", sa.Integer, nullable=False),
    sa.Column("options", pg.JSONB),
    sa.PrimaryKeyConstraint("id", name="command_log_pkey"),
    sa.CheckConstraint(
        "kind IN ('command', 'component', 'modal')",
        name="command_log_kind_known",
    ),
    sa.CheckConstraint(
        "outcome IN ('ok', 'refused', 'denied', 'limited', 'failed', 'late')",
        name="command_log_outcome_known",
    ),
    sa.CheckConstraint("latency_ms >= 0", name="command_log_latency_known"),
)
