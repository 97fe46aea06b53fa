-- Members' standing, the one activity of an organizer, and raid runs.

CREATE TABLE member_standing (
    guild_id bigint NOT NULL,
    user_id bigint NOT NULL,
    suspended_until timestamptz,
    CONSTRAINT member_standing_pkey PRIMARY KEY (guild_id, user_id)
);

-- what other features may read of it in their own statements
CREATE VIEW member_suspension AS
    SELECT guild_id, user_id, suspended_until FROM member_standing WHERE suspended_until IS NOT NULL;

CREATE TABLE activity (
    guild_id bigint NOT NULL,
    organizer_id bigint NOT NULL,
    kind text NOT NULL CONSTRAINT activity_kind_known CHECK (kind IN ('run', 'headcount')),
    subject_id bigint NOT NULL,
    CONSTRAINT activity_pkey PRIMARY KEY (guild_id, organizer_id)
);
CREATE UNIQUE INDEX activity_subject_key ON activity (kind, subject_id);

CREATE TABLE run (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT run_pkey PRIMARY KEY,
    guild_id bigint NOT NULL,
    organizer_id bigint NOT NULL,
    organizer_name text NOT NULL,
    interaction_id bigint NOT NULL CONSTRAINT run_interaction_key UNIQUE,
    dungeon text NOT NULL CONSTRAINT run_dungeon_length CHECK (length(dungeon) BETWEEN 1 AND 64),
    status text NOT NULL DEFAULT 'open' CONSTRAINT run_status_known CHECK (status IN ('open', 'live', 'ended', 'cancelled')),
    channel_id bigint NOT NULL,
    party text CONSTRAINT run_party_length CHECK (length(party) BETWEEN 1 AND 100),
    location text CONSTRAINT run_location_length CHECK (length(location) BETWEEN 1 AND 100),
    description text CONSTRAINT run_description_length CHECK (length(description) BETWEEN 1 AND 1000),
    join_locked boolean NOT NULL DEFAULT false,
    chain_amount smallint CONSTRAINT run_chain_range CHECK (chain_amount BETWEEN 1 AND 99),
    pops smallint NOT NULL DEFAULT 0 CONSTRAINT run_pops_known CHECK (pops >= 0),
    key_window_ends_at timestamptz,
    role_wanted boolean NOT NULL,
    role_id bigint,
    role_created_at timestamptz,
    opened_at timestamptz NOT NULL,
    started_at timestamptz,
    ended_at timestamptz,
    ended_by bigint,
    end_reason text CONSTRAINT run_end_reason_known CHECK (end_reason IN ('ended', 'cancelled', 'expired', 'never_started')),
    expires_at timestamptz NOT NULL,
    warn_at timestamptz,
    CONSTRAINT run_live_was_started CHECK (status <> 'live' OR (started_at IS NOT NULL AND party IS NOT NULL AND location IS NOT NULL)),
    CONSTRAINT run_over_has_end CHECK ((status IN ('ended', 'cancelled')) = (ended_at IS NOT NULL AND end_reason IS NOT NULL)),
    CONSTRAINT run_ended_after_start CHECK (ended_at >= started_at),
    CONSTRAINT run_day_at_most CHECK (expires_at <= coalesce(started_at, opened_at) + interval '24 hours')
);
CREATE INDEX run_active_idx ON run (expires_at) WHERE status IN ('open', 'live');
CREATE INDEX run_warn_idx ON run (warn_at) WHERE status = 'live' AND warn_at IS NOT NULL;
CREATE INDEX run_role_created_idx ON run (guild_id, role_created_at) WHERE role_created_at IS NOT NULL;
CREATE INDEX run_role_idx ON run (role_id) WHERE role_id IS NOT NULL;
CREATE INDEX run_recent_idx ON run (guild_id, opened_at DESC);

-- ended and cancelled are final; open goes to live or an end; live goes to an end; nothing becomes open again
CREATE FUNCTION run_status_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.status, NEW.status) NOT IN (('open', 'live'), ('open', 'cancelled'), ('live', 'ended'), ('live', 'cancelled')) THEN
        RAISE EXCEPTION 'run % cannot go from % to %', OLD.id, OLD.status, NEW.status USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER run_status_moves BEFORE UPDATE OF status ON run FOR EACH ROW
    WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION run_status_moves();

-- click_id: the interaction that made the last change, by which a click that is done twice is one
CREATE TABLE run_raider (
    run_id bigint NOT NULL CONSTRAINT run_raider_run_fkey REFERENCES run (id) ON DELETE CASCADE,
    user_id bigint NOT NULL,
    joined boolean NOT NULL,
    class text CONSTRAINT run_raider_class_length CHECK (length(class) BETWEEN 1 AND 50),
    changed_at timestamptz NOT NULL,
    click_id bigint NOT NULL,
    CONSTRAINT run_raider_pkey PRIMARY KEY (run_id, user_id)
);
CREATE INDEX run_raider_joined_idx ON run_raider (run_id) WHERE joined;

CREATE TABLE run_key (
    run_id bigint NOT NULL CONSTRAINT run_key_run_fkey REFERENCES run (id) ON DELETE CASCADE,
    key text NOT NULL CONSTRAINT run_key_length CHECK (length(key) BETWEEN 1 AND 50),
    user_id bigint NOT NULL,
    source text NOT NULL DEFAULT 'run' CONSTRAINT run_key_source_known CHECK (source IN ('run', 'headcount')),
    offered boolean NOT NULL DEFAULT true,
    changed_at timestamptz NOT NULL,
    click_id bigint NOT NULL,
    CONSTRAINT run_key_pkey PRIMARY KEY (run_id, key, user_id, source)
);

CREATE TABLE pop_snapshot (
    run_id bigint NOT NULL CONSTRAINT pop_snapshot_run_fkey REFERENCES run (id) ON DELETE CASCADE,
    pop smallint NOT NULL CONSTRAINT pop_snapshot_pop_known CHECK (pop > 0),
    user_id bigint NOT NULL,
    class text,
    taken_at timestamptz NOT NULL,
    CONSTRAINT pop_snapshot_pkey PRIMARY KEY (run_id, pop, user_id)
);

CREATE TABLE run_ping (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT run_ping_pkey PRIMARY KEY,
    run_id bigint NOT NULL CONSTRAINT run_ping_run_fkey REFERENCES run (id) ON DELETE CASCADE,
    kind text NOT NULL CONSTRAINT run_ping_kind_known CHECK (kind IN ('starting', 'manual', 'key_popped', 'expiring')),
    asked_at timestamptz NOT NULL
);
CREATE INDEX run_ping_run_idx ON run_ping (run_id);

CREATE TABLE run_ping_message (
    ping_id bigint NOT NULL CONSTRAINT run_ping_message_ping_fkey REFERENCES run_ping (id) ON DELETE CASCADE,
    part smallint NOT NULL,
    content text NOT NULL,
    user_ids bigint[] NOT NULL,
    message_id bigint,
    CONSTRAINT run_ping_message_pkey PRIMARY KEY (ping_id, part)
);
