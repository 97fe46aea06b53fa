-- The raid log: a thread for each run, headcount and party, written page by page.

CREATE TABLE raid_log_thread (
    topic text NOT NULL CONSTRAINT raid_log_thread_pkey PRIMARY KEY,
    id bigint GENERATED ALWAYS AS IDENTITY,
    guild_id bigint NOT NULL,
    channel_id bigint NOT NULL,
    dungeons text[] NOT NULL,
    organizer_id bigint NOT NULL,
    organizer_name text NOT NULL,
    opened_at timestamptz NOT NULL,
    closed_at timestamptz,
    closed_as text,
    -- entries: how many there are, and how many of them stand on a page
    noted integer NOT NULL DEFAULT 1,
    told integer NOT NULL DEFAULT 0,
    -- the message that the thread hangs on
    starter_id bigint,
    posting_since timestamptz,
    posts smallint NOT NULL DEFAULT 0,
    thread_id bigint,
    -- the newest page; a line about clicks at its end may still grow
    page_number integer NOT NULL DEFAULT 0,
    page_head text NOT NULL DEFAULT '',
    page_line text NOT NULL DEFAULT '',
    page_since timestamptz,
    page_id bigint,
    page_shown boolean NOT NULL DEFAULT true,
    -- who was in as that line began, and who is in as it stands; null once the log is settled
    base jsonb DEFAULT '{}',
    seen jsonb DEFAULT '{}',
    seen_version integer NOT NULL DEFAULT 0,
    next_at timestamptz NOT NULL,
    attempts smallint NOT NULL DEFAULT 0,
    settled_at timestamptz,
    given_up boolean NOT NULL DEFAULT false,
    CONSTRAINT raid_log_thread_told_known CHECK (told BETWEEN 0 AND noted),
    CONSTRAINT raid_log_thread_over_as_something CHECK ((closed_at IS NULL) = (closed_as IS NULL)),
    CONSTRAINT raid_log_thread_crowds_together CHECK ((base IS NULL) = (seen IS NULL)),
    CONSTRAINT raid_log_thread_given_up_settled CHECK (NOT given_up OR settled_at IS NOT NULL)
);
CREATE INDEX raid_log_thread_waiting_idx ON raid_log_thread (next_at) WHERE settled_at IS NULL;

CREATE TABLE raid_log_entry (
    topic text NOT NULL CONSTRAINT raid_log_entry_topic_fkey REFERENCES raid_log_thread (topic) ON DELETE CASCADE,
    number integer NOT NULL,
    at timestamptz NOT NULL,
    action text NOT NULL,
    actor_id bigint,
    detail jsonb NOT NULL,
    message_id bigint,
    CONSTRAINT raid_log_entry_pkey PRIMARY KEY (topic, number)
);
