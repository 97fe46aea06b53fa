-- Indexes as the plans of the statements want them.

-- what waits for staff is a handful among all panels
CREATE INDEX panel_blocked_idx ON panel (id) WHERE blocked_reason IS NOT NULL;

-- nine of ten raiders are joined, so the primary key finds them as well, and it serves lists of members better
DROP INDEX run_raider_joined_idx;

-- nothing reads the log by these; they were two thirds of what writing it touched
DROP INDEX command_log_guild_at_idx;
DROP INDEX command_log_name_at_idx;
