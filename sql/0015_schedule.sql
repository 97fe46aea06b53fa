-- Runs planned for a time: announced, reminded of, then opened, cancelled or missed.

-- slot: which of the organizer's five places it takes; click_id: the interaction that opened or cancelled it, by which a
-- press that is done twice is one
CREATE TABLE planned_run (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT planned_run_pkey PRIMARY KEY,
    guild_id bigint NOT NULL,
    organizer_id bigint NOT NULL,
    interaction_id bigint NOT NULL CONSTRAINT planned_run_interaction_key UNIQUE,
    slot smallint NOT NULL CONSTRAINT planned_run_slot_range CHECK (slot BETWEEN 1 AND 5),
    dungeon text NOT NULL CONSTRAINT planned_run_dungeon_length CHECK (length(dungeon) BETWEEN 1 AND 64),
    channel_id bigint NOT NULL,
    party text CONSTRAINT planned_run_party_length CHECK (length(party) BETWEEN 1 AND 100),
    location text CONSTRAINT planned_run_location_length CHECK (length(location) BETWEEN 1 AND 100),
    description text CONSTRAINT planned_run_description_length CHECK (length(description) BETWEEN 1 AND 1000),
    state text NOT NULL DEFAULT 'planned' CONSTRAINT planned_run_state_known CHECK (state IN ('planned', 'opened', 'cancelled', 'missed')),
    planned_at timestamptz NOT NULL,
    starts_at timestamptz NOT NULL,
    remind_at timestamptz,
    closed_at timestamptz,
    closed_by bigint,
    click_id bigint,
    run_id bigint,
    CONSTRAINT planned_run_ahead CHECK (starts_at > planned_at AND starts_at <= planned_at + interval '30 days'),
    CONSTRAINT planned_run_over_is_closed CHECK ((state = 'planned') = (closed_at IS NULL)),
    CONSTRAINT planned_run_opened_has_run CHECK ((state = 'opened') = (run_id IS NOT NULL))
);
-- five planned runs an organizer and guild; also finds the planned ones of a guild
CREATE UNIQUE INDEX planned_run_slot_key ON planned_run (guild_id, organizer_id, slot) WHERE state = 'planned';
CREATE INDEX planned_run_due_idx ON planned_run (starts_at) WHERE state = 'planned';
CREATE INDEX planned_run_remind_idx ON planned_run (remind_at) WHERE state = 'planned' AND remind_at IS NOT NULL;

-- planned is left once, for one of the others
CREATE FUNCTION planned_run_state_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'planned run % cannot go from % to %', OLD.id, OLD.state, NEW.state USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER planned_run_state_moves BEFORE UPDATE OF state ON planned_run FOR EACH ROW
    WHEN (OLD.state <> 'planned' AND OLD.state <> NEW.state) EXECUTE FUNCTION planned_run_state_moves();

-- click_id: the interaction that made the last change
CREATE TABLE planned_run_interest (
    plan_id bigint NOT NULL CONSTRAINT planned_run_interest_plan_fkey REFERENCES planned_run (id) ON DELETE CASCADE,
    user_id bigint NOT NULL,
    interested boolean NOT NULL DEFAULT true,
    changed_at timestamptz NOT NULL,
    click_id bigint NOT NULL,
    CONSTRAINT planned_run_interest_pkey PRIMARY KEY (plan_id, user_id)
);

-- what is said of a planned run in its channel, written down before it is sent
CREATE TABLE planned_run_message (
    plan_id bigint NOT NULL CONSTRAINT planned_run_message_plan_fkey REFERENCES planned_run (id) ON DELETE CASCADE,
    kind text NOT NULL CONSTRAINT planned_run_message_kind_known CHECK (kind IN ('reminder', 'call')),
    part smallint NOT NULL,
    content text NOT NULL,
    user_ids bigint[] NOT NULL,
    written_at timestamptz NOT NULL,
    message_id bigint,
    CONSTRAINT planned_run_message_pkey PRIMARY KEY (plan_id, kind, part)
);
