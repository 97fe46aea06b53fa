-- Quotas: their calendar and periods, who holds their roles, who is excused, and where their panels stand.

ALTER TABLE quota_role
    ADD calendar text NOT NULL DEFAULT 'weekly'
        CONSTRAINT quota_role_calendar_known CHECK (calendar IN ('weekly', 'two-weekly', 'monthly')),
    -- when a period begins, by the guild's own clock; the others follow from it
    ADD anchor timestamp NOT NULL DEFAULT '2024-01-01 00:00',
    -- the interaction that posted the panel which stands
    ADD posting bigint;
CREATE UNIQUE INDEX quota_role_posting_key ON quota_role (posting) WHERE posting IS NOT NULL;

-- what counted in a period, which ends before `ends_at`
CREATE INDEX ledger_quota_idx ON ledger (guild_id, quota_role_id, at) WHERE quota_role_id IS NOT NULL;

-- the running period of a quota, and those that are over, also of a quota that is gone
CREATE TABLE quota_period (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT quota_period_pkey PRIMARY KEY,
    guild_id bigint NOT NULL,
    role_id bigint NOT NULL,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    required_points numeric(10, 2),
    closed_at timestamptz,
    message_id bigint,
    CONSTRAINT quota_period_span CHECK (starts_at < ends_at),
    CONSTRAINT quota_period_closed_whole CHECK ((closed_at IS NULL) = (required_points IS NULL)),
    CONSTRAINT quota_period_reported_closed CHECK (message_id IS NULL OR closed_at IS NOT NULL)
);
CREATE UNIQUE INDEX quota_period_running_key ON quota_period (guild_id, role_id) WHERE closed_at IS NULL;
CREATE INDEX quota_period_due_idx ON quota_period (ends_at) WHERE closed_at IS NULL;
CREATE INDEX quota_period_history_idx ON quota_period (guild_id, role_id, ends_at) WHERE closed_at IS NOT NULL;
-- how those who held the role stood when a period was over
CREATE TABLE quota_result (
    period_id bigint NOT NULL
        CONSTRAINT quota_result_period_fkey REFERENCES quota_period (id) ON DELETE CASCADE,
    user_id bigint NOT NULL,
    points numeric(14, 2) NOT NULL,
    runs bigint NOT NULL,
    excused boolean NOT NULL,
    CONSTRAINT quota_result_pkey PRIMARY KEY (period_id, user_id)
);

-- who has a quota's role, as Discord last told
CREATE TABLE quota_holder (
    guild_id bigint NOT NULL,
    role_id bigint NOT NULL,
    user_id bigint NOT NULL,
    since timestamptz NOT NULL,
    CONSTRAINT quota_holder_pkey PRIMARY KEY (guild_id, role_id, user_id),
    CONSTRAINT quota_holder_role_fkey FOREIGN KEY (guild_id, role_id) REFERENCES quota_role (guild_id, role_id) ON DELETE CASCADE
);
-- a guild all of whose members are to be looked at, because events may have been missed
CREATE TABLE quota_look (
    guild_id bigint NOT NULL CONSTRAINT quota_look_pkey PRIMARY KEY,
    due_at timestamptz NOT NULL
);
CREATE INDEX quota_look_due_idx ON quota_look (due_at);

-- who need not fill a quota in the periods that this time touches
CREATE TABLE quota_excuse (
    guild_id bigint NOT NULL,
    role_id bigint NOT NULL,
    user_id bigint NOT NULL,
    since timestamptz NOT NULL,
    until_at timestamptz NOT NULL,
    reason text CONSTRAINT quota_excuse_reason_length CHECK (length(reason) BETWEEN 1 AND 500),
    actor_id bigint NOT NULL,
    CONSTRAINT quota_excuse_pkey PRIMARY KEY (guild_id, role_id, user_id),
    CONSTRAINT quota_excuse_role_fkey FOREIGN KEY (guild_id, role_id) REFERENCES quota_role (guild_id, role_id) ON DELETE CASCADE
);
