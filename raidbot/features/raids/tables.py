"""The tables of raids; the schema itself stands in sql/."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from raidbot.kernel.database import metadata

_TIME = sa.TIMESTAMP(timezone=True)


def _limits(name: str) -> sa.CheckConstraint:
    """Let a column hold an object of numbers from 1 to 1000."""
    outside = f"""jsonb_path_exists({name}, '$.* ? (@.type() != "number" || @ < 1 || @ > 1000)')"""
    return sa.CheckConstraint(f"jsonb_typeof({name}) = 'object' AND NOT {outside}", name=f"run_{name}_range")


run = sa.Table(
    "run",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), nullable=False),
    sa.Column("guild_id", sa.BigInteger, nullable=False),
    sa.Column("organizer_id", sa.BigInteger, nullable=False),
    sa.Column("organizer_name", sa.Text, nullable=False),
    sa.Column("organizer_role_ids", pg.ARRAY(sa.BigInteger), nullable=False, server_default="{}"),
    sa.Column("interaction_id", sa.BigInteger, nullable=False),
    sa.Column("dungeon", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False, server_default="open"),
    sa.Column("channel_id", sa.BigInteger, nullable=False),
    sa.Column("party", sa.Text),
    sa.Column("location", sa.Text),
    sa.Column("description", sa.Text),
    sa.Column("join_locked", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("chain_amount", sa.SmallInteger),
    sa.Column("pops", sa.SmallInteger, nullable=False, server_default="0"),
    sa.Column("key_window_ends_at", _TIME),
    sa.Column("role_wanted", sa.Boolean, nullable=False),
    sa.Column("role_id", sa.BigInteger),
    sa.Column("role_created_at", _TIME),
    sa.Column("opened_at", _TIME, nullable=False),
    sa.Column("started_at", _TIME),
    sa.Column("ended_at", _TIME),
    sa.Column("ended_by", sa.BigInteger),
    sa.Column("end_reason", sa.Text),
    sa.Column("expires_at", _TIME, nullable=False),
    sa.Column("warn_at", _TIME),
    sa.Column("screenshot_channel_id", sa.BigInteger),
    sa.Column("screenshot_message_id", sa.BigInteger),
    sa.Column("screenshot_by", sa.BigInteger),
    sa.Column("realm_score", sa.SmallInteger),
    sa.Column("stage", sa.Text),
    sa.Column("miniboss", sa.Text),
    sa.Column("oryx_click_id", sa.BigInteger),
    sa.Column("cap", sa.SmallInteger),
    sa.Column("class_limits", pg.JSONB, nullable=False, server_default="{}"),
    sa.Column("key_limits", pg.JSONB, nullable=False, server_default="{}"),
    sa.Column("last_call_ends_at", _TIME),
    sa.PrimaryKeyConstraint("id", name="run_pkey"),
    sa.UniqueConstraint("interaction_id", name="run_interaction_key"),
    sa.CheckConstraint("length(dungeon) BETWEEN 1 AND 64", name="run_dungeon_length"),
    sa.CheckConstraint("status IN ('open', 'live', 'ended', 'cancelled')", name="run_status_known"),
    sa.CheckConstraint("length(party) BETWEEN 1 AND 100", name="run_party_length"),
    sa.CheckConstraint("length(location) BETWEEN 1 AND 100", name="run_location_length"),
    sa.CheckConstraint("length(description) BETWEEN 1 AND 1000", name="run_description_length"),
    sa.CheckConstraint("chain_amount BETWEEN 1 AND 99", name="run_chain_range"),
    sa.CheckConstraint("pops >= 0", name="run_pops_known"),
    sa.CheckConstraint("end_reason IN ('ended', 'cancelled', 'expired', 'never_started')", name="run_end_reason_known"),
    sa.CheckConstraint(
        "status <> 'live' OR (started_at IS NOT NULL AND party IS NOT NULL AND location IS NOT NULL)",
        name="run_live_was_started",
    ),
    sa.CheckConstraint(
        "(status IN ('ended', 'cancelled')) = (ended_at IS NOT NULL AND end_reason IS NOT NULL)",
        name="run_over_has_end",
    ),
    sa.CheckConstraint("ended_at >= started_at", name="run_ended_after_start"),
    sa.CheckConstraint("cap BETWEEN 1 AND 1000", name="run_cap_range"),
    _limits("class_limits"),
    _limits("key_limits"),
    sa.CheckConstraint(
        "last_call_ends_at IS NULL OR (status IN ('open', 'live') AND NOT join_locked)",
        name="run_last_call_before_lock",
    ),
    sa.CheckConstraint("expires_at <= coalesce(started_at, opened_at) + interval '24 hours'", name="run_day_at_most"),
    sa.CheckConstraint(
        "num_nonnulls(screenshot_channel_id, screenshot_message_id, screenshot_by) IN (0, 3)",
        name="run_screenshot_whole",
    ),
    sa.CheckConstraint("realm_score BETWEEN 1 AND 99", name="run_realm_score_range"),
    sa.CheckConstraint("stage IN ('closed', 'miniboss', 'third_room')", name="run_stage_known"),
    sa.CheckConstraint("miniboss IN ('dammah', 'gemsbok', 'leucoryx', 'beisa')", name="run_miniboss_known"),
    sa.CheckConstraint(
        "(miniboss IS NOT NULL) = (stage IS NOT NULL AND stage IN ('miniboss', 'third_room'))",
        name="run_miniboss_from_its_stage_on",
    ),
    sa.CheckConstraint(
        "dungeon = 'ORYX_3' OR num_nonnulls(screenshot_message_id, realm_score, stage) = 0",
        name="run_oryx_3_alone_has_stages",
    ),
    sa.CheckConstraint("started_at IS NOT NULL OR num_nonnulls(realm_score, stage) = 0", name="run_stages_after_start"),
    sa.Index("run_active_idx", "expires_at", postgresql_where=sa.text("status IN ('open', 'live')")),
    sa.Index("run_warn_idx", "warn_at", postgresql_where=sa.text("status = 'live' AND warn_at IS NOT NULL")),
    sa.Index(
        "run_role_created_idx",
        "guild_id",
        "role_created_at",
        postgresql_where=sa.text("role_created_at IS NOT NULL"),
    ),
    sa.Index("run_role_idx", "role_id", postgresql_where=sa.text("role_id IS NOT NULL")),
    sa.Index("run_recent_idx", "guild_id", sa.text("opened_at DESC")),
)

run_raider = sa.Table(
    "run_raider",
    metadata,
    sa.Column("run_id", sa.BigInteger, nullable=False),
    sa.Column("user_id", sa.BigInteger, nullable=False),
    sa.Column("joined", sa.Boolean, nullable=False),
    sa.Column("class", sa.Text),
    sa.Column("changed_at", _TIME, nullable=False),
    sa.Column("click_id", sa.BigInteger, nullable=False),
    sa.Column("sees_place", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("joined_at", _TIME),
    sa.Column("reserve", sa.Integer),
    sa.PrimaryKeyConstraint("run_id", "user_id", name="run_raider_pkey"),
    sa.ForeignKeyConstraint(["run_id"], ["run.id"], name="run_raider_run_fkey", ondelete="CASCADE"),
    sa.CheckConstraint("length(class) BETWEEN 1 AND 50", name="run_raider_class_length"),
    sa.CheckConstraint("reserve IS NULL OR NOT joined", name="run_raider_in_or_reserve"),
    sa.Index(
        "run_raider_reserve_key", "run_id", "reserve", unique=True, postgresql_where=sa.text("reserve IS NOT NULL")
    ),
)

run_key = sa.Table(
    "run_key",
    metadata,
    sa.Column("run_id", sa.BigInteger, nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("user_id", sa.BigInteger, nullable=False),
    sa.Column("source", sa.Text, nullable=False, server_default="run"),
    sa.Column("offered", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("changed_at", _TIME, nullable=False),
    sa.Column("click_id", sa.BigInteger, nullable=False),
    sa.Column("confirmed_at", _TIME),
    sa.Column("backed_out_at", _TIME),
    sa.PrimaryKeyConstraint("run_id", "key", "user_id", "source", name="run_key_pkey"),
    sa.ForeignKeyConstraint(["run_id"], ["run.id"], name="run_key_run_fkey", ondelete="CASCADE"),
    sa.CheckConstraint("length(key) BETWEEN 1 AND 50", name="run_key_length"),
    sa.CheckConstraint("source IN ('run', 'headcount')", name="run_key_source_known"),
    sa.CheckConstraint("confirmed_at IS NULL OR offered", name="run_key_confirmed_is_offered"),
    sa.CheckConstraint("backed_out_at IS NULL OR NOT offered", name="run_key_backed_out_is_gone"),
)

pop_snapshot = sa.Table(
    "pop_snapshot",
    metadata,
    sa.Column("run_id", sa.BigInteger, nullable=False),
    sa.Column("pop", sa.SmallInteger, nullable=False),
    sa.Column("user_id", sa.BigInteger, nullable=False),
    sa.Column("class", sa.Text),
    sa.Column("taken_at", _TIME, nullable=False),
    sa.PrimaryKeyConstraint("run_id", "pop", "user_id", name="pop_snapshot_pkey"),
    sa.ForeignKeyConstraint(["run_id"], ["run.id"], name="pop_snapshot_run_fkey", ondelete="CASCADE"),
    sa.CheckConstraint("pop > 0", name="pop_snapshot_pop_known"),
)

run_request = sa.Table(
    "run_request",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), nullable=False),
    sa.Column("run_id", sa.BigInteger, nullable=False),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("wanted", sa.SmallInteger, nullable=False, server_default="1"),
    sa.Column("asked_at", _TIME, nullable=False),
    sa.Column("closed_at", _TIME),
    sa.Column("click_id", sa.BigInteger, nullable=False),
    sa.PrimaryKeyConstraint("id", name="run_request_pkey"),
    sa.ForeignKeyConstraint(["run_id"], ["run.id"], name="run_request_run_fkey", ondelete="CASCADE"),
    sa.CheckConstraint("length(what) BETWEEN 1 AND 50", name="run_request_what_length"),
    sa.CheckConstraint("wanted BETWEEN 1 AND 20", name="run_request_wanted_range"),
    sa.Index("run_request_open_key", "run_id", "what", unique=True, postgresql_where=sa.text("closed_at IS NULL")),
)

run_request_answer = sa.Table(
    "run_request_answer",
    metadata,
    sa.Column("request_id", sa.BigInteger, nullable=False),
    sa.Column("user_id", sa.BigInteger, nullable=False),
    sa.Column("offered", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("changed_at", _TIME, nullable=False),
    sa.Column("click_id", sa.BigInteger, nullable=False),
    sa.PrimaryKeyConstraint("request_id", "user_id", name="run_request_answer_pkey"),
    sa.ForeignKeyConstraint(
        ["request_id"], ["run_request.id"], name="run_request_answer_request_fkey", ondelete="CASCADE"
    ),
)

run_ping = sa.Table(
    "run_ping",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), nullable=False),
    sa.Column("run_id", sa.BigInteger, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("asked_at", _TIME, nullable=False),
    sa.PrimaryKeyConstraint("id", name="run_ping_pkey"),
    sa.ForeignKeyConstraint(["run_id"], ["run.id"], name="run_ping_run_fkey", ondelete="CASCADE"),
    sa.CheckConstraint(
        "kind IN ('starting', 'manual', 'key_popped', 'expiring',"
        " 'realm_score', 'realm_closed', 'miniboss', 'third_room', 'transferred', 'request', 'last_call', 'moved_up')",
        name="run_ping_kind_known",
    ),
    sa.Index("run_ping_run_idx", "run_id"),
)

run_ping_message = sa.Table(
    "run_ping_message",
    metadata,
    sa.Column("ping_id", sa.BigInteger, nullable=False),
    sa.Column("part", sa.SmallInteger, nullable=False),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("user_ids", pg.ARRAY(sa.BigInteger), nullable=False),
    sa.Column("message_id", sa.BigInteger),
    sa.PrimaryKeyConstraint("ping_id", "part", name="run_ping_message_pkey"),
    sa.ForeignKeyConstraint(["ping_id"], ["run_ping.id"], name="run_ping_message_ping_fkey", ondelete="CASCADE"),
)
