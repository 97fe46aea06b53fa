-- Early location: who confirmed a key, who knows the place before the start, each place of a run, who was told which.

ALTER TABLE run_key
    ADD COLUMN confirmed_at timestamptz,
    ADD COLUMN backed_out_at timestamptz,
    ADD CONSTRAINT run_key_confirmed_is_offered CHECK (confirmed_at IS NULL OR offered),
    ADD CONSTRAINT run_key_backed_out_is_gone CHECK (backed_out_at IS NULL OR NOT offered);

-- sees_place: answers to this raider's presses tell party and location although the run is not live yet
ALTER TABLE run_raider ADD COLUMN sees_place boolean NOT NULL DEFAULT false;

-- channel_id: where the place is announced, if anywhere; message_id: the announcement, once it stands
CREATE TABLE early_place (
    run_id bigint NOT NULL CONSTRAINT early_place_run_fkey REFERENCES run (id) ON DELETE CASCADE,
    number smallint NOT NULL CONSTRAINT early_place_number_known CHECK (number > 0),
    party text NOT NULL,
    location text NOT NULL,
    set_at timestamptz NOT NULL,
    channel_id bigint,
    message_id bigint,
    CONSTRAINT early_place_pkey PRIMARY KEY (run_id, number)
);

CREATE TABLE early_told (
    run_id bigint NOT NULL,
    user_id bigint NOT NULL,
    number smallint NOT NULL,
    how text NOT NULL CONSTRAINT early_told_how_known CHECK (how IN ('dm', 'answer', 'closed')),
    told_at timestamptz NOT NULL,
    CONSTRAINT early_told_pkey PRIMARY KEY (run_id, user_id),
    CONSTRAINT early_told_place_fkey FOREIGN KEY (run_id, number) REFERENCES early_place (run_id, number) ON DELETE CASCADE
);

-- runs that are under way as this is migrated
INSERT INTO early_place (run_id, number, party, location, set_at)
    SELECT id, 1, party, location, coalesce(started_at, opened_at) FROM run
    WHERE status IN ('open', 'live') AND party IS NOT NULL AND location IS NOT NULL;
