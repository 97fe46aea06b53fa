-- One ledger of all that is earned, corrected and taken back; its totals; what earns how much.

DROP INDEX ledger_member_idx;
ALTER TABLE ledger RENAME earned_at TO at;
ALTER TABLE ledger
    ALTER run_id DROP NOT NULL,
    ALTER pop DROP NOT NULL,
    ALTER dungeon DROP NOT NULL,
    ADD counts_as text NOT NULL DEFAULT 'completion',
    ADD amount integer NOT NULL DEFAULT 1,
    ADD quota_points numeric(10, 2) NOT NULL DEFAULT 0,
    ADD quota_role_id bigint,
    ADD key text CONSTRAINT ledger_key_length CHECK (length(key) BETWEEN 1 AND 50),
    ADD source text CONSTRAINT ledger_source_length CHECK (length(source) BETWEEN 1 AND 100),
    ADD actor_id bigint,
    ADD reason text CONSTRAINT ledger_reason_length CHECK (length(reason) BETWEEN 1 AND 500),
    ADD reverses bigint CONSTRAINT ledger_reverses_fkey REFERENCES ledger (id),
    DROP CONSTRAINT ledger_kind_known,
    DROP CONSTRAINT ledger_points_known;
ALTER TABLE ledger
    ALTER counts_as DROP DEFAULT,
    ALTER amount DROP DEFAULT,
    ALTER quota_points DROP DEFAULT,
    ADD CONSTRAINT ledger_kind_known CHECK (
        kind IN (
            'completion', 'organised', 'key_pop', 'verify', 'warn', 'suspend', 'modmail_reply', 'editname', 'addnote',
            'adjustment', 'reversal'
        )
    ),
    -- a reversal counts as what it takes back; what a run earned by itself stands
    ADD CONSTRAINT ledger_counts_as_known CHECK (
        CASE kind WHEN 'reversal' THEN counts_as NOT IN ('completion', 'reversal') ELSE counts_as = kind END
    ),
    ADD CONSTRAINT ledger_kind_fits CHECK (
        CASE kind
            WHEN 'completion' THEN
                run_id IS NOT NULL AND dungeon IS NOT NULL AND amount = 1 AND points >= 0 AND quota_role_id IS NULL
            WHEN 'organised' THEN
                dungeon IS NOT NULL AND points = 0 AND sign(quota_points) IN (0, sign(amount))
                AND (amount = 1 OR (amount <> 0 AND run_id IS NULL))
            WHEN 'key_pop' THEN
                dungeon IS NOT NULL AND key IS NOT NULL AND amount <> 0 AND sign(points) IN (0, sign(amount))
                AND quota_role_id IS NULL
            WHEN 'adjustment' THEN
                run_id IS NULL AND dungeon IS NULL AND amount = 0
                AND ((points <> 0 AND quota_role_id IS NULL) OR (points = 0 AND quota_points <> 0))
            WHEN 'reversal' THEN true
            ELSE run_id IS NULL AND dungeon IS NULL AND amount = 1 AND points = 0 AND quota_points >= 0
        END
    ),
    ADD CONSTRAINT ledger_pop_of_run CHECK ((run_id IS NULL) = (pop IS NULL)),
    ADD CONSTRAINT ledger_key_of_pop CHECK (key IS NULL OR counts_as = 'key_pop'),
    ADD CONSTRAINT ledger_quota_points_bound CHECK (quota_role_id IS NOT NULL OR quota_points = 0),
    ADD CONSTRAINT ledger_reversal_known CHECK ((kind = 'reversal') = (reverses IS NOT NULL)),
    -- what a run earned is known by the run, the pop and the member; what somebody did, by their click or deed
    ADD CONSTRAINT ledger_source_known CHECK (
        (source IS NULL) = (kind = 'completion' OR (kind = 'organised' AND run_id IS NOT NULL))
    );
-- one award for a pop of a run (pop 0: a run without pops), whoever organised it then
CREATE UNIQUE INDEX ledger_organised_key ON ledger (run_id, pop) WHERE kind = 'organised' AND run_id IS NOT NULL;
-- what is done twice, because the answer of the first time was lost, is there once
CREATE UNIQUE INDEX ledger_source_key ON ledger (guild_id, source) WHERE source IS NOT NULL;
-- nothing is taken back twice
CREATE UNIQUE INDEX ledger_reverses_key ON ledger (reverses) WHERE reverses IS NOT NULL;
CREATE INDEX ledger_member_idx ON ledger (guild_id, user_id, at);

CREATE FUNCTION ledger_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of the ledger stand; a reversal takes one back' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER ledger_stands BEFORE UPDATE OR DELETE ON ledger FOR EACH ROW EXECUTE FUNCTION ledger_stands();

-- What the rows of a member add up to in a month of UTC, and in all time, whose month is 0001-01-01; as what they
-- count. Kept by a trigger, so that nobody can forget it. Quota role 0: not bound to one; key '': no key.
CREATE TABLE ledger_total (
    guild_id bigint NOT NULL,
    user_id bigint NOT NULL,
    month date NOT NULL,
    kind text NOT NULL,
    quota_role_id bigint NOT NULL,
    amount bigint NOT NULL,
    points numeric(14, 2) NOT NULL,
    quota_points numeric(14, 2) NOT NULL,
    CONSTRAINT ledger_total_pkey PRIMARY KEY (guild_id, user_id, month, kind, quota_role_id)
);
-- the same of the rows that have a dungeon
CREATE TABLE ledger_dungeon_total (
    guild_id bigint NOT NULL,
    user_id bigint NOT NULL,
    month date NOT NULL,
    kind text NOT NULL,
    dungeon text NOT NULL,
    key text NOT NULL,
    amount bigint NOT NULL,
    points numeric(14, 2) NOT NULL,
    quota_points numeric(14, 2) NOT NULL,
    CONSTRAINT ledger_dungeon_total_pkey PRIMARY KEY (guild_id, user_id, month, kind, dungeon, key)
);

-- Each total takes part in all transactions that touch its member: they are taken in one order, so that two
-- transactions wait for one another and never crosswise.
CREATE FUNCTION ledger_count() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO ledger_total AS total
    SELECT guild_id, user_id, month, counts_as, coalesce(quota_role_id, 0), sum(amount), sum(points), sum(quota_points)
    FROM added, LATERAL (VALUES (date '0001-01-01'), (date_trunc('month', at AT TIME ZONE 'UTC')::date)) AS period (month)
    GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
    ON CONFLICT (guild_id, user_id, month, kind, quota_role_id) DO UPDATE SET
        amount = total.amount + excluded.amount,
        points = total.points + excluded.points,
        quota_points = total.quota_points + excluded.quota_points;
    INSERT INTO ledger_dungeon_total AS total
    SELECT guild_id, user_id, month, counts_as, dungeon, coalesce(key, ''), sum(amount), sum(points), sum(quota_points)
    FROM added, LATERAL (VALUES (date '0001-01-01'), (date_trunc('month', at AT TIME ZONE 'UTC')::date)) AS period (month)
    WHERE dungeon IS NOT NULL
    GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6
    ON CONFLICT (guild_id, user_id, month, kind, dungeon, key) DO UPDATE SET
        amount = total.amount + excluded.amount,
        points = total.points + excluded.points,
        quota_points = total.quota_points + excluded.quota_points;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_count AFTER INSERT ON ledger REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_count();

-- what the totals must be: for the doctor, and for the rows that were there before
CREATE VIEW ledger_sum AS
    SELECT guild_id, user_id, month, counts_as AS kind, coalesce(quota_role_id, 0) AS quota_role_id,
           sum(amount) AS amount, sum(points) AS points, sum(quota_points) AS quota_points
    FROM ledger, LATERAL (VALUES (date '0001-01-01'), (date_trunc('month', at AT TIME ZONE 'UTC')::date)) AS period (month)
    GROUP BY 1, 2, 3, 4, 5;
CREATE VIEW ledger_dungeon_sum AS
    SELECT guild_id, user_id, month, counts_as AS kind, dungeon, coalesce(key, '') AS key,
           sum(amount) AS amount, sum(points) AS points, sum(quota_points) AS quota_points
    FROM ledger, LATERAL (VALUES (date '0001-01-01'), (date_trunc('month', at AT TIME ZONE 'UTC')::date)) AS period (month)
    WHERE dungeon IS NOT NULL
    GROUP BY 1, 2, 3, 4, 5, 6;
INSERT INTO ledger_total SELECT * FROM ledger_sum;
INSERT INTO ledger_dungeon_total SELECT * FROM ledger_dungeon_sum;

-- a role whose holders have a quota to fill, and what fills it
CREATE TABLE quota_role (
    guild_id bigint NOT NULL,
    role_id bigint NOT NULL CONSTRAINT quota_role_id_positive CHECK (role_id > 0),
    required_points numeric(10, 2) NOT NULL DEFAULT 0 CONSTRAINT quota_role_required_range CHECK (required_points BETWEEN 0 AND 9999.99),
    base_exalt_points numeric(10, 2) NOT NULL DEFAULT 1 CONSTRAINT quota_role_exalt_range CHECK (base_exalt_points BETWEEN 0 AND 9999.99),
    base_non_exalt_points numeric(10, 2) NOT NULL DEFAULT 1 CONSTRAINT quota_role_non_exalt_range CHECK (base_non_exalt_points BETWEEN 0 AND 9999.99),
    verify_points numeric(10, 2) NOT NULL DEFAULT 0 CONSTRAINT quota_role_verify_range CHECK (verify_points BETWEEN 0 AND 9999.99),
    warn_points numeric(10, 2) NOT NULL DEFAULT 0 CONSTRAINT quota_role_warn_range CHECK (warn_points BETWEEN 0 AND 9999.99),
    suspend_points numeric(10, 2) NOT NULL DEFAULT 0 CONSTRAINT quota_role_suspend_range CHECK (suspend_points BETWEEN 0 AND 9999.99),
    modmail_reply_points numeric(10, 2) NOT NULL DEFAULT 0 CONSTRAINT quota_role_modmail_reply_range CHECK (modmail_reply_points BETWEEN 0 AND 9999.99),
    editname_points numeric(10, 2) NOT NULL DEFAULT 0 CONSTRAINT quota_role_editname_range CHECK (editname_points BETWEEN 0 AND 9999.99),
    addnote_points numeric(10, 2) NOT NULL DEFAULT 0 CONSTRAINT quota_role_addnote_range CHECK (addnote_points BETWEEN 0 AND 9999.99),
    created_at timestamptz NOT NULL,
    CONSTRAINT quota_role_pkey PRIMARY KEY (guild_id, role_id)
);
-- what a run of a dungeon brings a quota role's holder, where that is not its base
CREATE TABLE quota_dungeon_points (
    guild_id bigint NOT NULL,
    role_id bigint NOT NULL,
    dungeon text NOT NULL CONSTRAINT quota_dungeon_points_dungeon_length CHECK (length(dungeon) BETWEEN 1 AND 64),
    points numeric(10, 2) NOT NULL CONSTRAINT quota_dungeon_points_range CHECK (points BETWEEN 0 AND 9999.99),
    CONSTRAINT quota_dungeon_points_pkey PRIMARY KEY (guild_id, role_id, dungeon),
    CONSTRAINT quota_dungeon_points_role_fkey FOREIGN KEY (guild_id, role_id) REFERENCES quota_role (guild_id, role_id) ON DELETE CASCADE
);
-- what raiders get for a completion (no row: 1), and for a key they popped (no row: 5)
CREATE TABLE raider_points (
    guild_id bigint NOT NULL,
    dungeon text NOT NULL CONSTRAINT raider_points_dungeon_length CHECK (length(dungeon) BETWEEN 1 AND 64),
    points numeric(10, 2) NOT NULL CONSTRAINT raider_points_range CHECK (points BETWEEN 0 AND 9999.99),
    CONSTRAINT raider_points_pkey PRIMARY KEY (guild_id, dungeon)
);
CREATE TABLE key_pop_points (
    guild_id bigint NOT NULL,
    dungeon text NOT NULL CONSTRAINT key_pop_points_dungeon_length CHECK (length(dungeon) BETWEEN 1 AND 64),
    points numeric(10, 2) NOT NULL CONSTRAINT key_pop_points_range CHECK (points BETWEEN 0 AND 9999.99),
    CONSTRAINT key_pop_points_pkey PRIMARY KEY (guild_id, dungeon)
);

-- whose award depends on roles: the organizer's own, as Discord last told of them
ALTER TABLE run ADD organizer_role_ids bigint[] NOT NULL DEFAULT '{}';
