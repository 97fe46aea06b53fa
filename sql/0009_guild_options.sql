-- How a guild tells time, and the colour of what the bot says there.

ALTER TABLE guild
    ADD COLUMN time_zone text NOT NULL DEFAULT 'UTC'
        CONSTRAINT guild_time_zone_length CHECK (length(time_zone) BETWEEN 1 AND 64),
    ADD COLUMN accent_colour integer
        CONSTRAINT guild_accent_colour_range CHECK (accent_colour BETWEEN 0 AND 16777215);
