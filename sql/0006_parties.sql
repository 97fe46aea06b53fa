-- Parties: small groups that raiders find for themselves, each with a panel and a thread.

CREATE TABLE party (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT party_pkey PRIMARY KEY,
    guild_id bigint NOT NULL,
    owner_id bigint NOT NULL,
    owner_name text NOT NULL,
    interaction_id bigint NOT NULL CONSTRAINT party_interaction_key UNIQUE,
    channel_id bigint NOT NULL,
    dungeons text[] NOT NULL CONSTRAINT party_dungeons_number CHECK (cardinality(dungeons) BETWEEN 1 AND 5),
    name text CONSTRAINT party_name_length CHECK (length(name) BETWEEN 1 AND 200),
    location text CONSTRAINT party_location_length CHECK (length(location) BETWEEN 1 AND 100),
    description text CONSTRAINT party_description_length CHECK (length(description) BETWEEN 1 AND 2000),
    size smallint CONSTRAINT party_size_range CHECK (size BETWEEN 2 AND 50),
    thread_id bigint,
    opened_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    warn_at timestamptz,
    closed_at timestamptz,
    closed_by bigint,
    close_reason text CONSTRAINT party_close_reason_known CHECK (close_reason IN ('closed', 'expired', 'owner_gone')),
    CONSTRAINT party_over_has_reason CHECK ((closed_at IS NULL) = (close_reason IS NULL)),
    CONSTRAINT party_six_hours_at_most CHECK (expires_at <= opened_at + interval '6 hours')
);
-- one open party an owner and guild; also finds the open ones of a guild
CREATE UNIQUE INDEX party_open_key ON party (guild_id, owner_id) WHERE closed_at IS NULL;
CREATE INDEX party_due_idx ON party (expires_at) WHERE closed_at IS NULL;
CREATE INDEX party_warn_idx ON party (warn_at) WHERE closed_at IS NULL AND warn_at IS NOT NULL;
CREATE UNIQUE INDEX party_thread_key ON party (thread_id) WHERE thread_id IS NOT NULL;
CREATE INDEX party_recent_idx ON party (guild_id, opened_at DESC);

-- click_id: the interaction that made the last change, by which a click that is done twice is one
CREATE TABLE party_member (
    party_id bigint NOT NULL CONSTRAINT party_member_party_fkey REFERENCES party (id) ON DELETE CASCADE,
    user_id bigint NOT NULL,
    joined boolean NOT NULL,
    changed_at timestamptz NOT NULL,
    click_id bigint NOT NULL,
    CONSTRAINT party_member_pkey PRIMARY KEY (party_id, user_id)
);
