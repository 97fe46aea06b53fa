-- What the bot owes to Discord: panels to draw, roles to give and take, effects to carry out; and the log of what members asked for.

-- what panels show; a change of the shown rows raises the version in the same transaction
CREATE TABLE panel_topic (
    topic text NOT NULL CONSTRAINT panel_topic_pkey PRIMARY KEY,
    version integer NOT NULL DEFAULT 1
);

CREATE TABLE panel (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT panel_pkey PRIMARY KEY,
    kind text NOT NULL,
    topic text NOT NULL CONSTRAINT panel_topic_fkey REFERENCES panel_topic (topic) ON DELETE CASCADE,
    guild_id bigint NOT NULL,
    channel_id bigint NOT NULL,
    message_id bigint,
    user_id bigint,
    token text,
    pressed_at timestamptz,
    note text,
    shown integer NOT NULL DEFAULT 0,
    posting_since timestamptz,
    posts smallint NOT NULL DEFAULT 0,
    blocked_reason text,
    CONSTRAINT panel_token_whole CHECK ((token IS NULL) = (pressed_at IS NULL) AND (token IS NULL) = (user_id IS NULL)),
    CONSTRAINT panel_ephemeral_has_message CHECK (token IS NULL OR message_id IS NOT NULL)
);
-- one public panel a kind and topic; any number of ephemeral copies, one row a message
CREATE UNIQUE INDEX panel_public_key ON panel (kind, topic) WHERE token IS NULL;
CREATE UNIQUE INDEX panel_message_key ON panel (message_id) WHERE message_id IS NOT NULL;
CREATE INDEX panel_topic_idx ON panel (topic);
CREATE INDEX panel_pressed_idx ON panel (pressed_at) WHERE token IS NOT NULL;

CREATE TABLE member_role (
    guild_id bigint NOT NULL,
    user_id bigint NOT NULL,
    role_id bigint NOT NULL,
    wanted boolean NOT NULL,
    given boolean,
    due_at timestamptz NOT NULL,
    attempts smallint NOT NULL DEFAULT 0,
    CONSTRAINT member_role_pkey PRIMARY KEY (role_id, user_id)
);
-- given: true and false are what Discord confirmed; null is "a request was under way"
CREATE INDEX member_role_owed_idx ON member_role (guild_id, due_at) WHERE wanted IS DISTINCT FROM given;

CREATE TABLE owed_effect (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT owed_effect_pkey PRIMARY KEY,
    kind text NOT NULL,
    guild_id bigint NOT NULL,
    subject text NOT NULL,
    payload jsonb NOT NULL DEFAULT '{}',
    owed_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    attempts smallint NOT NULL DEFAULT 0,
    blocked_reason text,
    CONSTRAINT owed_effect_kind_subject_key UNIQUE (kind, subject)
);
CREATE INDEX owed_effect_due_idx ON owed_effect (due_at);
CREATE INDEX owed_effect_blocked_idx ON owed_effect (guild_id) WHERE blocked_reason IS NOT NULL;

CREATE TABLE command_log (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT command_log_pkey PRIMARY KEY,
    at timestamptz NOT NULL,
    guild_id bigint,
    channel_id bigint,
    user_id bigint NOT NULL,
    kind text NOT NULL CONSTRAINT command_log_kind_known CHECK (kind IN ('command', 'component', 'modal')),
    name text NOT NULL,
    outcome text NOT NULL CONSTRAINT command_log_outcome_known CHECK (outcome IN ('ok', 'refused', 'denied', 'limited', 'failed', 'late')),
    error text,
    correlation text NOT NULL,
    acknowledged_ms integer,
    latency_ms integer NOT NULL CONSTRAINT command_log_latency_known CHECK (latency_ms >= 0)
);
CREATE INDEX command_log_guild_at_idx ON command_log (guild_id, at DESC);
CREATE INDEX command_log_name_at_idx ON command_log (name, at DESC);
