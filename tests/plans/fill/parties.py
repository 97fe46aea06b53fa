"""Parties."""

from typing import Final, LiteralString

STEPS: Final[tuple[LiteralString, ...]] = (
    """
    INSERT INTO party (
        guild_id, owner_id, owner_name, interaction_id, channel_id, dungeons, size, thread_id, opened_at, expires_at,
        warn_at, closed_at, closed_by, close_reason
    )
    SELECT %(guild)s::bigint + CASE WHEN n %% 20 = 5 THEN 2 WHEN n %% 20 = 6 THEN 1 ELSE 0 END,
           %(member)s::bigint + n, 'Owner', %(interaction)s::bigint + n, %(channel)s::bigint,
           ARRAY['DUNGEON_' || n %% 60], CASE WHEN n %% 3 > 0 THEN 4 + n %% 7 END,
           CASE WHEN n %% 10 > 0 THEN %(message)s::bigint + n END, opened_at,
           opened_at + CASE WHEN open THEN interval '6 hours' ELSE interval '2 hours' END,
           CASE WHEN open THEN opened_at + interval '350 minutes' END,
           CASE WHEN NOT open THEN opened_at + interval '90 minutes' END, NULL, CASE WHEN NOT open THEN 'expired' END
    FROM (
        SELECT n, %(now)s::timestamptz - (%(parties)s - n + 1) * interval '40 minutes' AS opened_at,
               n > %(parties)s - 8 AS open
        FROM generate_series(1, %(parties)s::bigint) n
    ) numbered
    ORDER BY n
    """,
    """
    INSERT INTO party_member (party_id, user_id, joined, changed_at, click_id)
    SELECT id, CASE n WHEN 0 THEN owner_id ELSE %(member)s::bigint + 1 + (id * 7 + n) %% %(members)s END, n < 4,
           opened_at + n * interval '1 minute', interaction_id + n
    FROM party, generate_series(0, 4) n ON CONFLICT DO NOTHING
    """,
)
