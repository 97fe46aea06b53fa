-- The audit is read and told to staff; who was promoted; the team role brought in line.

-- whom something was done to, where that is a member; told: staff have heard of it in the bot log, or need not there
ALTER TABLE audit
    ADD COLUMN target_id bigint CONSTRAINT audit_target_id_positive CHECK (target_id > 0),
    ADD COLUMN told boolean NOT NULL DEFAULT true,
    DROP CONSTRAINT audit_action_length,
    ADD CONSTRAINT audit_action_length CHECK (length(action) BETWEEN 1 AND 40);
CREATE INDEX audit_guild_actor_idx ON audit (guild_id, actor_id, created_at DESC);
CREATE INDEX audit_guild_action_idx ON audit (guild_id, action, created_at DESC);
CREATE INDEX audit_guild_target_idx ON audit (guild_id, target_id, created_at DESC) WHERE target_id IS NOT NULL;
CREATE INDEX audit_untold_idx ON audit (guild_id, id) WHERE NOT told;

-- message_id: of the post that announces it; no channel: none was chosen, nothing is announced
CREATE TABLE promotion (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT promotion_pkey PRIMARY KEY,
    guild_id bigint NOT NULL,
    user_id bigint NOT NULL,
    role_key text NOT NULL,
    role_id bigint NOT NULL,
    actor_id bigint NOT NULL,
    interaction_id bigint NOT NULL CONSTRAINT promotion_interaction_key UNIQUE,
    made_at timestamptz NOT NULL,
    channel_id bigint,
    message_id bigint,
    CONSTRAINT promotion_announced_somewhere CHECK (message_id IS NULL OR channel_id IS NOT NULL)
);
CREATE INDEX promotion_member_idx ON promotion (guild_id, user_id, made_at);

-- the last look at all members of a guild; place: the last member looked at
CREATE TABLE team_sync (
    guild_id bigint NOT NULL CONSTRAINT team_sync_pkey PRIMARY KEY,
    asked_at timestamptz NOT NULL,
    place bigint NOT NULL DEFAULT 0,
    seen integer NOT NULL DEFAULT 0,
    given integer NOT NULL DEFAULT 0,
    taken integer NOT NULL DEFAULT 0,
    done_at timestamptz
);
