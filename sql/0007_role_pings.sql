-- Which role is pinged for which dungeon, and the panel where members choose their pings.

-- one role at most a dungeon; several dungeons may share a role
CREATE TABLE role_ping (
    guild_id bigint NOT NULL CONSTRAINT role_ping_guild_positive CHECK (guild_id > 0),
    dungeon text NOT NULL CONSTRAINT role_ping_dungeon_length CHECK (length(dungeon) BETWEEN 1 AND 64),
    role_id bigint NOT NULL CONSTRAINT role_ping_role_positive CHECK (role_id > 0),
    updated_at timestamptz NOT NULL,
    updated_by bigint NOT NULL CONSTRAINT role_ping_updated_by_positive CHECK (updated_by > 0),
    CONSTRAINT role_ping_no_everyone CHECK (role_id <> guild_id),
    CONSTRAINT role_ping_pkey PRIMARY KEY (guild_id, dungeon)
);

-- the panel of a guild that counts, by the command that posted it, and the one that it took the place of
CREATE TABLE role_ping_panel (
    guild_id bigint NOT NULL CONSTRAINT role_ping_panel_guild_positive CHECK (guild_id > 0),
    interaction_id bigint NOT NULL,
    replaces bigint CONSTRAINT role_ping_panel_replaces_older CHECK (replaces < interaction_id),
    CONSTRAINT role_ping_panel_pkey PRIMARY KEY (guild_id)
);
