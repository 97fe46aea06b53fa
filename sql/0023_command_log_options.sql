-- What was typed with a command, by option; null: nothing.
ALTER TABLE command_log ADD options jsonb;
