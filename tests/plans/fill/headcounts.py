"""Headcounts."""

from typing import Final, LiteralString

STEPS: Final[tuple[LiteralString, ...]] = (
    """
    INSERT INTO headcount (
        guild_id, organizer_id, organizer_name, interaction_id, channel_id, dungeons, status, run_id, opened_at,
        touched_at, ended_at, ended_by, end_reason, end_click_id
    )
    SELECT %(guild)s::bigint + CASE WHEN n %% 20 = 5 THEN 2 WHEN n %% 20 = 6 THEN 1 ELSE 0 END,
           organizer_id, 'Organizer', %(interaction)s::bigint + n, %(channel)s::bigint,
           ARRAY['DUNGEON_' || n %% 60, 'DUNGEON_' || (n + 1) %% 60], status,
           CASE status WHEN 'converted' THEN n END, opened_at, opened_at + interval '20 minutes',
           CASE WHEN NOT open THEN opened_at + interval '30 minutes' END, CASE WHEN NOT open THEN organizer_id END,
           CASE WHEN NOT open THEN status END, CASE WHEN NOT open THEN %(interaction)s::bigint + n END
    FROM (
        SELECT n, open, %(organizer)s::bigint + 2000 + n %% 300 AS organizer_id,
               CASE WHEN open THEN 'open' WHEN n %% 3 = 0 THEN 'ended' ELSE 'converted' END AS status,
               %(now)s::timestamptz - (%(headcounts)s - n + 1) * interval '50 minutes' AS opened_at
        FROM (
            SELECT n, n > %(headcounts)s - 6 AS open FROM generate_series(1, %(headcounts)s::bigint) n
        ) numbered
    ) timed
    ORDER BY n
    """,
    """
    INSERT INTO headcount_member (headcount_id, user_id, joined, changed_at, click_id)
    SELECT id, %(member)s::bigint + 1 + (id * 7 + n) %% %(members)s, n %% 8 < 7, opened_at + n * interval '5 seconds',
           interaction_id + n
    FROM headcount, generate_series(0, CASE status WHEN 'open' THEN 31 ELSE 7 END) n
    """,
    """
    INSERT INTO headcount_key (headcount_id, dungeon, key, user_id, offered, changed_at, click_id)
    SELECT id, dungeons[1 + n %% 2], 'KEY_' || n %% 3, %(member)s::bigint + 1 + (id * 7 + n) %% %(members)s, n %% 6 < 5,
           opened_at + n * interval '9 seconds', interaction_id + n
    FROM headcount, generate_series(0, CASE status WHEN 'open' THEN 11 ELSE 3 END) n
    """,
    """
    INSERT INTO headcount_draft (interaction_id, guild_id, user_id, channel_id, dungeons, begun_at)
    SELECT %(interaction)s::bigint + n, %(guild)s::bigint, %(organizer)s::bigint + n, %(channel)s::bigint,
           ARRAY['DUNGEON_1', 'DUNGEON_2'], %(now)s::timestamptz - n * interval '1 minute'
    FROM generate_series(1, 2000) n
    """,
)
