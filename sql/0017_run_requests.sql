-- An organizer calls for one more key, item or class during a run; raiders say that they have it.

ALTER TABLE run_ping DROP CONSTRAINT run_ping_kind_known,
    ADD CONSTRAINT run_ping_kind_known CHECK (
        kind IN ('starting', 'manual', 'key_popped', 'expiring', 'realm_score', 'realm_closed', 'miniboss', 'third_room', 'transferred',
                 'request')
    );

-- what: the code of a key, a call-out or a class; click_id: the interaction that asked last, by which a choice that is
-- done twice is one
CREATE TABLE run_request (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT run_request_pkey PRIMARY KEY,
    run_id bigint NOT NULL CONSTRAINT run_request_run_fkey REFERENCES run (id) ON DELETE CASCADE,
    what text NOT NULL CONSTRAINT run_request_what_length CHECK (length(what) BETWEEN 1 AND 50),
    wanted smallint NOT NULL DEFAULT 1 CONSTRAINT run_request_wanted_range CHECK (wanted BETWEEN 1 AND 20),
    asked_at timestamptz NOT NULL,
    closed_at timestamptz,
    click_id bigint NOT NULL
);
CREATE UNIQUE INDEX run_request_open_key ON run_request (run_id, what) WHERE closed_at IS NULL;

CREATE TABLE run_request_answer (
    request_id bigint NOT NULL CONSTRAINT run_request_answer_request_fkey REFERENCES run_request (id) ON DELETE CASCADE,
    user_id bigint NOT NULL,
    offered boolean NOT NULL DEFAULT true,
    changed_at timestamptz NOT NULL,
    click_id bigint NOT NULL,
    CONSTRAINT run_request_answer_pkey PRIMARY KEY (request_id, user_id)
);
