-- The ledger: what was earned, one row a fact; totals are sums of it.

CREATE TABLE ledger (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT ledger_pkey PRIMARY KEY,
    guild_id bigint NOT NULL,
    user_id bigint NOT NULL,
    kind text NOT NULL CONSTRAINT ledger_kind_known CHECK (kind IN ('completion')),
    run_id bigint NOT NULL,
    pop smallint NOT NULL CONSTRAINT ledger_pop_known CHECK (pop >= 0),
    dungeon text NOT NULL,
    points numeric(10, 2) NOT NULL CONSTRAINT ledger_points_known CHECK (points >= 0),
    earned_at timestamptz NOT NULL
);
-- a raider completes a pop of a run once (pop 0: a run without pops)
CREATE UNIQUE INDEX ledger_completion_key ON ledger (run_id, pop, user_id) WHERE kind = 'completion';
CREATE INDEX ledger_member_idx ON ledger (guild_id, user_id, earned_at);
