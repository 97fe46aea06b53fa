"""The tables of scheduled runs; the schema itself stands in sql/."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from raidbot.kernel.database import metadata

_TIME = sa.TIMESTAMP(timezone=True)

planned_run = sa.Table(
    "planned_run",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), nullable=False),
    sa.Column("guild_id", sa.BigInteger, nullable=False),
    sa.Column("organizer_id", sa.BigInteger, nullable=False),
    sa.Column("interaction_id", sa.BigInteger, nullable=False),
    sa.Column("slot", sa.SmallInteger, nullable=False),
    sa.Column("dungeon", sa.Text, nullable=False),
    sa.Column("channel_id", sa.BigInteger, nullable=False),
    sa.Column("party", sa.Text),
    sa.Column("location", sa.Text),
    sa.Column("description", sa.Text),
    sa.Column("state", sa.Text, nullable=False, server_default="planned"),
    sa.Column("planned_at", _TIME, nullable=False),
    sa.Column("starts_at", _TIME, nullable=False),
    sa.Column("remind_at", _TIME),
    sa.Column("closed_at", _TIME),
    sa.Column("closed_by", sa.BigInteger),
    sa.Column("click_id", sa.BigInteger),
    sa.Column("run_id", sa.BigInteger),
    sa.PrimaryKeyConstraint("id", name="planned_run_pkey"),
    sa.UniqueConstraint("interaction_id", name="planned_run_interaction_key"),
    sa.CheckConstraint("slot BETWEEN 1 AND 5", name="planned_run_slot_range"),
    sa.CheckConstraint("length(dungeon) BETWEEN 1 AND 64", name="planned_run_dungeon_length"),
    sa.CheckConstraint("length(party) BETWEEN 1 AND 100", name="planned_run_party_length"),
    sa.CheckConstraint("length(location) BETWEEN 1 AND 100", name="planned_run_location_length"),
    sa.CheckConstraint("length(description) BETWEEN 1 AND 1000", name="planned_run_description_length"),
    sa.CheckConstraint("state IN ('planned', 'opened', 'cancelled', 'missed')", name="planned_run_state_known"),
    sa.CheckConstraint(
        "starts_at > planned_at AND starts_at <= planned_at + interval '30 days'", name="planned_run_ahead"
    ),
    sa.CheckConstraint("(state = 'planned') = (closed_at IS NULL)", name="planned_run_over_is_closed"),
    sa.CheckConstraint("(state = 'opened') = (run_id IS NOT NULL)", name="planned_run_opened_has_run"),
    sa.Index(
        "planned_run_slot_key",
        "guild_id",
        "organizer_id",
        "slot",
        unique=True,
        postgresql_where=sa.text("state = 'planned'"),
    ),
    sa.Index("planned_run_due_idx", "starts_at", postgresql_where=sa.text("state = 'planned'")),
    sa.Index(
        "planned_run_remind_idx",
        "remind_at",
        postgresql_where=sa.text("state = 'planned' AND remind_at IS NOT NULL"),
    ),
)

planned_run_interest = sa.Table(
    "planned_run_interest",
    metadata,
    sa.Column("plan_id", sa.BigInteger, nullable=False),
    sa.Column("user_id", sa.BigInteger, nullable=False),
    sa.Column("interested", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("changed_at", _TIME, nullable=False),
    sa.Column("click_id", sa.BigInteger, nullable=False),
    sa.PrimaryKeyConstraint("plan_id", "user_id", name="planned_run_interest_pkey"),
    sa.ForeignKeyConstraint(["plan_id"], ["planned_run.id"], name="planned_run_interest_plan_fkey", ondelete="CASCADE"),
)

planned_run_message = sa.Table(
    "planned_run_message",
    metadata,
    sa.Column("plan_id", sa.BigInteger, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("part", sa.SmallInteger, nullable=False),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("user_ids", pg.ARRAY(sa.BigInteger), nullable=False),
    sa.Column("written_at", _TIME, nullable=False),
    sa.Column("message_id", sa.BigInteger),
    sa.PrimaryKeyConstraint("plan_id", "kind", "part", name="planned_run_message_pkey"),
    sa.ForeignKeyConstraint(["plan_id"], ["planned_run.id"], name="planned_run_message_plan_fkey", ondelete="CASCADE"),
    sa.CheckConstraint("kind IN ('reminder', 'call')", name="planned_run_message_kind_known"),
)
