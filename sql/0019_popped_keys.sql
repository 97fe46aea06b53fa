-- Which keys of a run were logged, and to whom they went: each once at a time.

CREATE TABLE popped_key (
    entry_id bigint NOT NULL,
    run_id bigint NOT NULL,
    pop smallint NOT NULL CONSTRAINT popped_key_pop_known CHECK (pop >= 0),
    key text NOT NULL CONSTRAINT popped_key_key_length CHECK (length(key) BETWEEN 1 AND 50),
    user_id bigint NOT NULL,
    points numeric(10, 2) NOT NULL,
    actor_id bigint NOT NULL,
    logged_at timestamptz NOT NULL,
    undone_at timestamptz,
    CONSTRAINT popped_key_pkey PRIMARY KEY (entry_id),
    CONSTRAINT popped_key_entry_fkey FOREIGN KEY (entry_id) REFERENCES ledger (id)
);
-- what was taken back is open again
CREATE UNIQUE INDEX popped_key_slot_key ON popped_key (run_id, pop, key) WHERE undone_at IS NULL;
