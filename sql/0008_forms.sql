-- Forms whose input was refused, as they were typed, so that a button opens them again.

CREATE TABLE refused_form (
    interaction_id bigint NOT NULL CONSTRAINT refused_form_pkey PRIMARY KEY,
    user_id bigint NOT NULL,
    form jsonb NOT NULL,
    refused_at timestamptz NOT NULL
);
CREATE INDEX refused_form_at_idx ON refused_form (refused_at);
