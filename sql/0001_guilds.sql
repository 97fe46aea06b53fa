-- What a guild has configured, and who changed what.

CREATE TABLE guild (
    guild_id bigint NOT NULL CONSTRAINT guild_id_positive CHECK (guild_id > 0),
    name text CONSTRAINT guild_name_length CHECK (length(name) BETWEEN 1 AND 100),
    run_roles boolean NOT NULL DEFAULT true,
    live_run_hours smallint NOT NULL DEFAULT 2 CONSTRAINT guild_live_run_hours_range CHECK (live_run_hours BETWEEN 1 AND 24),
    created_at timestamptz NOT NULL,
    CONSTRAINT guild_pkey PRIMARY KEY (guild_id)
);

-- no row: raids on, every other module off
CREATE TABLE guild_module (
    guild_id bigint NOT NULL CONSTRAINT guild_module_guild_fkey REFERENCES guild (guild_id) ON DELETE CASCADE,
    module text NOT NULL CONSTRAINT guild_module_known CHECK (
        module IN ('raids', 'verification', 'moderation', 'modmail', 'quota', 'crafting', 'matches')
    ),
    enabled boolean NOT NULL,
    CONSTRAINT guild_module_pkey PRIMARY KEY (guild_id, module)
);

-- one Discord role at most a key; several keys may share a role
CREATE TABLE guild_role (
    guild_id bigint NOT NULL CONSTRAINT guild_role_guild_fkey REFERENCES guild (guild_id) ON DELETE CASCADE,
    role_key text NOT NULL CONSTRAINT guild_role_key_known CHECK (
        role_key IN (
            'administrator', 'moderator', 'head_organizer', 'officer', 'security', 'organizer', 'verified_raider',
            'team', 'suspended', 'muted'
        )
    ),
    role_id bigint NOT NULL CONSTRAINT guild_role_id_positive CHECK (role_id > 0),
    updated_at timestamptz NOT NULL,
    updated_by bigint NOT NULL CONSTRAINT guild_role_updated_by_positive CHECK (updated_by > 0),
    CONSTRAINT guild_role_pkey PRIMARY KEY (guild_id, role_key)
);

CREATE TABLE guild_channel (
    guild_id bigint NOT NULL CONSTRAINT guild_channel_guild_fkey REFERENCES guild (guild_id) ON DELETE CASCADE,
    channel_key text NOT NULL CONSTRAINT guild_channel_key_known CHECK (
        channel_key IN (
            'raid', 'veri_log', 'manual_verification', 'getverified', 'punishment_log', 'raid_log', 'quota', 'bot_log',
            'staff_updates', 'modmail', 'role_ping', 'party_finder', 'early_loc'
        )
    ),
    channel_id bigint NOT NULL CONSTRAINT guild_channel_id_positive CHECK (channel_id > 0),
    updated_at timestamptz NOT NULL,
    updated_by bigint NOT NULL CONSTRAINT guild_channel_updated_by_positive CHECK (updated_by > 0),
    CONSTRAINT guild_channel_pkey PRIMARY KEY (guild_id, channel_key)
);

-- outlives what it tells of, so it references nothing; no actor: the bot itself
CREATE TABLE audit (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT audit_pkey PRIMARY KEY,
    guild_id bigint NOT NULL CONSTRAINT audit_guild_id_positive CHECK (guild_id > 0),
    actor_id bigint CONSTRAINT audit_actor_id_positive CHECK (actor_id > 0),
    action text NOT NULL CONSTRAINT audit_action_length CHECK (length(action) BETWEEN 1 AND 64),
    subject text NOT NULL CONSTRAINT audit_subject_length CHECK (length(subject) BETWEEN 1 AND 128),
    detail jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL
);
CREATE INDEX audit_guild_created_idx ON audit (guild_id, created_at DESC);
