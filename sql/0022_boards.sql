-- What leaderboards rank: a row of a member for each dungeon, month and quota role, beside the ledger's totals. A rank
-- is found by an index only where all of what is ranked stands in one row.

-- Month 0001-01-01: all time; the others are months of UTC. Dungeon '': whichever, also none; a dungeon has a row of all
-- time only, its months are read from the ledger. Quota role 0: whichever, also none.
CREATE TABLE ledger_board (
    guild_id bigint NOT NULL,
    user_id bigint NOT NULL,
    month date NOT NULL,
    dungeon text NOT NULL,
    quota_role_id bigint NOT NULL,
    completions bigint NOT NULL,
    organised bigint NOT NULL,
    keys bigint NOT NULL,
    points numeric(14, 2) NOT NULL,
    quota_points numeric(14, 2) NOT NULL,
    CONSTRAINT ledger_board_pkey PRIMARY KEY (guild_id, user_id, month, dungeon, quota_role_id)
);

-- what the boards must be: for the doctor, and for the rows that were there before
CREATE VIEW ledger_board_sum AS
    SELECT guild_id, user_id, month, place.dungeon, role.quota_role_id,
           coalesce(sum(amount) FILTER (WHERE counts_as = 'completion'), 0) AS completions,
           coalesce(sum(amount) FILTER (WHERE counts_as = 'organised'), 0) AS organised,
           coalesce(sum(amount) FILTER (WHERE counts_as = 'key_pop'), 0) AS keys,
           sum(points) AS points, sum(quota_points) AS quota_points
    FROM ledger,
         LATERAL (VALUES
             (date '0001-01-01', ''), (date '0001-01-01', dungeon),
             (date_trunc('month', at AT TIME ZONE 'UTC')::date, '')
         ) AS place (month, dungeon),
         LATERAL (VALUES (0), (quota_role_id)) AS role (quota_role_id)
    WHERE place.dungeon IS NOT NULL AND role.quota_role_id IS NOT NULL
    GROUP BY 1, 2, 3, 4, 5;
INSERT INTO ledger_board SELECT * FROM ledger_board_sum;

CREATE INDEX ledger_board_completions_idx
    ON ledger_board (guild_id, month, quota_role_id, dungeon, completions DESC, user_id) WHERE completions > 0;
CREATE INDEX ledger_board_organised_idx
    ON ledger_board (guild_id, month, quota_role_id, dungeon, organised DESC, user_id) WHERE organised > 0;
CREATE INDEX ledger_board_keys_idx
    ON ledger_board (guild_id, month, quota_role_id, dungeon, keys DESC, user_id) WHERE keys > 0;
CREATE INDEX ledger_board_points_idx
    ON ledger_board (guild_id, month, quota_role_id, dungeon, points DESC, user_id) WHERE points > 0;
CREATE INDEX ledger_board_quota_points_idx
    ON ledger_board (guild_id, month, quota_role_id, dungeon, quota_points DESC, user_id) WHERE quota_points > 0;

-- As the ledger's own totals: in one order, so that two transactions wait for one another and never crosswise.
CREATE FUNCTION ledger_rank() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO ledger_board AS board
    SELECT guild_id, user_id, month, place.dungeon, role.quota_role_id,
           coalesce(sum(amount) FILTER (WHERE counts_as = 'completion'), 0),
           coalesce(sum(amount) FILTER (WHERE counts_as = 'organised'), 0),
           coalesce(sum(amount) FILTER (WHERE counts_as = 'key_pop'), 0),
           sum(points), sum(quota_points)
    FROM added,
         LATERAL (VALUES
             (date '0001-01-01', ''), (date '0001-01-01', dungeon),
             (date_trunc('month', at AT TIME ZONE 'UTC')::date, '')
         ) AS place (month, dungeon),
         LATERAL (VALUES (0), (quota_role_id)) AS role (quota_role_id)
    WHERE place.dungeon IS NOT NULL AND role.quota_role_id IS NOT NULL
    GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
    ON CONFLICT (guild_id, user_id, month, dungeon, quota_role_id) DO UPDATE SET
        completions = board.completions + excluded.completions,
        organised = board.organised + excluded.organised,
        keys = board.keys + excluded.keys,
        points = board.points + excluded.points,
        quota_points = board.quota_points + excluded.quota_points;
    RETURN NULL;
END $$;
-- By its name it comes before ledger_count: a member's row of all time is the first that any transaction takes, whatever
-- the kind, so that one that writes several kinds never stands crosswise to another.
CREATE TRIGGER ledger_board_rank AFTER INSERT ON ledger REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_rank();

-- what was earned in some days
CREATE INDEX ledger_kind_idx ON ledger (guild_id, counts_as, at);
