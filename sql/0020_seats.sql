-- Runs with limits: a cap, limits a class and a key, the reserve list, and the last call before joining is locked.

-- class_limits, key_limits: how many at most, by class and key; what is not named is not limited
ALTER TABLE run
    ADD COLUMN cap smallint CONSTRAINT run_cap_range CHECK (cap BETWEEN 1 AND 1000),
    ADD COLUMN class_limits jsonb NOT NULL DEFAULT '{}' CONSTRAINT run_class_limits_range CHECK (
        jsonb_typeof(class_limits) = 'object'
        AND NOT jsonb_path_exists(class_limits, '$.* ? (@.type() != "number" || @ < 1 || @ > 1000)')
    ),
    ADD COLUMN key_limits jsonb NOT NULL DEFAULT '{}' CONSTRAINT run_key_limits_range CHECK (
        jsonb_typeof(key_limits) = 'object'
        AND NOT jsonb_path_exists(key_limits, '$.* ? (@.type() != "number" || @ < 1 || @ > 1000)')
    ),
    ADD COLUMN last_call_ends_at timestamptz,
    ADD CONSTRAINT run_last_call_before_lock CHECK (
        last_call_ends_at IS NULL OR (status IN ('open', 'live') AND NOT join_locked)
    );

-- joined_at: null where nobody wrote it down yet
-- reserve: the number drawn on the reserve list of the run, where the lowest moves up first
ALTER TABLE run_raider
    ADD COLUMN joined_at timestamptz,
    ADD COLUMN reserve integer,
    ADD CONSTRAINT run_raider_in_or_reserve CHECK (reserve IS NULL OR NOT joined);
CREATE UNIQUE INDEX run_raider_reserve_key ON run_raider (run_id, reserve) WHERE reserve IS NOT NULL;

ALTER TABLE run_ping
    DROP CONSTRAINT run_ping_kind_known,
    ADD CONSTRAINT run_ping_kind_known CHECK (
        kind IN ('starting', 'manual', 'key_popped', 'expiring', 'realm_score', 'realm_closed', 'miniboss', 'third_room',
                 'transferred', 'request', 'last_call', 'moved_up')
    );
