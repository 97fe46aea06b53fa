"""The table of the audit; the schema itself stands in sql/."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from raidbot.kernel.audit.models import ACTION_MAX
from raidbot.kernel.database import metadata

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), nullable=False),
    sa.Column("guild_id", sa.BigInteger, nullable=False),
    sa.Column("actor_id", sa.BigInteger),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("detail", pg.JSONB, nullable=False, server_default="{}"),
    sa.Column("created_at", sa.TIMESTAMP(timezone=True), nullable=False),
    sa.Column("target_id", sa.BigInteger),
    sa.Column("told", sa.Boolean, nullable=False, server_default="true"),
    sa.PrimaryKeyConstraint("id", name="audit_pkey"),
    sa.CheckConstraint("guild_id > 0", name="audit_guild_id_positive"),
    sa.CheckConstraint("actor_id > 0", name="audit_actor_id_positive"),
    sa.CheckConstraint("target_id > 0", name="audit_target_id_positive"),
    sa.CheckConstraint(f"length(action) BETWEEN 1 AND {ACTION_MAX}", name="audit_action_length"),
    sa.CheckConstraint("length(subject) BETWEEN 1 AND 128", name="audit_subject_length"),
    sa.Index("audit_guild_created_idx", "guild_id", sa.text("created_at DESC")),
    sa.Index("audit_guild_actor_idx", "guild_id", "actor_id", sa.text("created_at DESC")),
    sa.Index("audit_guild_action_idx", "guild_id", "action", sa.text("created_at DESC")),
    sa.Index(
        "audit_guild_target_idx",
        "guild_id",
        "target_id",
        sa.text("created_at DESC"),
        postgresql_where=sa.text("target_id IS NOT NULL"),
    ),
    sa.Index("audit_untold_idx", "guild_id", "id", postgresql_where=sa.text("NOT told")),
)
