-- Headcounts: an organizer asks who would raid, and which keys there are, before there is a run.

CREATE TABLE headcount (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT headcount_pkey PRIMARY KEY,
    guild_id bigint NOT NULL,
    organizer_id bigint NOT NULL,
    organizer_name text NOT NULL,
    interaction_id bigint NOT NULL CONSTRAINT headcount_interaction_key UNIQUE,
    channel_id bigint NOT NULL,
    dungeons text[] NOT NULL CONSTRAINT headcount_dungeons_number CHECK (cardinality(dungeons) BETWEEN 1 AND 5),
    status text NOT NULL DEFAULT 'open' CONSTRAINT headcount_status_known CHECK (status IN ('open', 'ended', 'converted')),
    run_id bigint,
    opened_at timestamptz NOT NULL,
    touched_at timestamptz NOT NULL,
    ended_at timestamptz,
    ended_by bigint,
    end_reason text CONSTRAINT headcount_end_reason_known CHECK (end_reason IN ('ended', 'converted', 'stale')),
    end_click_id bigint,
    CONSTRAINT headcount_over_has_end CHECK ((status = 'open') = (ended_at IS NULL) AND (status = 'open') = (end_reason IS NULL)),
    CONSTRAINT headcount_converted_has_run CHECK ((status = 'converted') = (run_id IS NOT NULL))
);
-- who was silent longest; also finds the open ones of a guild
CREATE INDEX headcount_open_idx ON headcount (touched_at) WHERE status = 'open';

-- click_id: the interaction that made the last change, by which a click that is done twice is one
CREATE TABLE headcount_member (
    headcount_id bigint NOT NULL CONSTRAINT headcount_member_headcount_fkey REFERENCES headcount (id) ON DELETE CASCADE,
    user_id bigint NOT NULL,
    joined boolean NOT NULL,
    changed_at timestamptz NOT NULL,
    click_id bigint NOT NULL,
    CONSTRAINT headcount_member_pkey PRIMARY KEY (headcount_id, user_id)
);

CREATE TABLE headcount_key (
    headcount_id bigint NOT NULL CONSTRAINT headcount_key_headcount_fkey REFERENCES headcount (id) ON DELETE CASCADE,
    dungeon text NOT NULL CONSTRAINT headcount_key_dungeon_length CHECK (length(dungeon) BETWEEN 1 AND 64),
    key text NOT NULL CONSTRAINT headcount_key_length CHECK (length(key) BETWEEN 1 AND 50),
    user_id bigint NOT NULL,
    offered boolean NOT NULL,
    changed_at timestamptz NOT NULL,
    click_id bigint NOT NULL,
    CONSTRAINT headcount_key_pkey PRIMARY KEY (headcount_id, dungeon, key, user_id)
);

-- what an organizer has chosen so far, by the interaction of /headcount; forgotten after an hour
CREATE TABLE headcount_draft (
    interaction_id bigint NOT NULL CONSTRAINT headcount_draft_pkey PRIMARY KEY,
    guild_id bigint NOT NULL,
    user_id bigint NOT NULL,
    channel_id bigint NOT NULL,
    dungeons text[] NOT NULL DEFAULT '{}',
    begun_at timestamptz NOT NULL
);
CREATE INDEX headcount_draft_begun_idx ON headcount_draft (begun_at);
