"""The raid log: a thread for each run with raiders, and for each party; those of what is open are not settled."""

from typing import Final, LiteralString

STEPS: Final[tuple[LiteralString, ...]] = (
    """
    INSERT INTO raid_log_thread (
        topic, guild_id, channel_id, dungeons, organizer_id, organizer_name, opened_at, closed_at, closed_as, noted,
        told, starter_id, posts, thread_id, page_number, page_head, page_id, base, seen, seen_version, next_at,
        settled_at
    )
    SELECT topic, guild_id, %(channel)s::bigint, dungeons, organizer_id, organizer_name, opened_at, over_at, action, 6,
           CASE WHEN over_at IS NULL THEN 4 ELSE 6 END, message, 1, message, 3, 'told', message + 1,
           CASE WHEN over_at IS NULL THEN '{}'::jsonb END, CASE WHEN over_at IS NULL THEN '{}'::jsonb END, 3, opened_at,
           over_at
    FROM (
        SELECT 'run:' || id AS topic, guild_id, ARRAY[dungeon] AS dungeons, organizer_id, organizer_name, opened_at,
               ended_at AS over_at, CASE WHEN ended_at IS NOT NULL THEN 'run.end' END AS action,
               %(message)s::bigint + 900000000 + 2 * id AS message
        FROM run WHERE id > %(runs)s - %(crowded)s
        UNION ALL
        SELECT 'party:' || id, guild_id, dungeons, owner_id, owner_name, opened_at, closed_at,
               CASE WHEN closed_at IS NOT NULL THEN 'party.close' END, %(message)s::bigint + 950000000 + 2 * id
        FROM party
    ) subject
    ORDER BY opened_at
    """,
    """
    INSERT INTO raid_log_entry (topic, number, at, action, actor_id, detail, message_id)
    SELECT topic, number, opened_at + number * interval '5 minutes', 'run.texts', organizer_id, '{"party": "3"}',
           CASE WHEN number <= told THEN page_id END
    FROM raid_log_thread, generate_series(1, noted) number
    ORDER BY opened_at, number
    """,
)
