"""Planned runs."""

from typing import Final, LiteralString

STEPS: Final[tuple[LiteralString, ...]] = (
    """
    INSERT INTO planned_run (
        guild_id, organizer_id, interaction_id, slot, dungeon, channel_id, state, planned_at, starts_at, remind_at,
        closed_at, closed_by, run_id
    )
    SELECT %(guild)s::bigint + CASE WHEN n %% 20 = 5 THEN 2 WHEN n %% 20 = 6 THEN 1 ELSE 0 END,
           %(organizer)s::bigint + n %% 300, %(interaction)s::bigint + n, 1 + n / 300 %% 5, 'DUNGEON_' || n %% 60,
           %(channel)s::bigint, state, starts_at - interval '1 day', starts_at,
           CASE WHEN state = 'planned' THEN starts_at - interval '15 minutes' END,
           CASE WHEN state <> 'planned' THEN starts_at END, CASE WHEN state = 'cancelled' THEN 1 END,
           CASE WHEN state = 'opened' THEN n END
    FROM (
        SELECT n, %(now)s::timestamptz - (%(plans)s - n - 8) * interval '100 minutes' AS starts_at,
               CASE WHEN n > %(plans)s - 8 THEN 'planned' WHEN n %% 9 = 0 THEN 'cancelled'
                    WHEN n %% 7 = 0 THEN 'missed' ELSE 'opened' END AS state
        FROM generate_series(1, %(plans)s::bigint) n
    ) numbered
    ORDER BY n
    """,
    """
    INSERT INTO planned_run_interest (plan_id, user_id, interested, changed_at, click_id)
    SELECT id, %(member)s::bigint + 1 + (id * 7 + n) %% %(members)s, n %% 5 > 0, planned_at + n * interval '1 minute',
           interaction_id + n
    FROM planned_run, generate_series(0, 10) n ON CONFLICT DO NOTHING
    """,
    """
    INSERT INTO planned_run_message (plan_id, kind, part, content, user_ids, written_at, message_id)
    SELECT id, kind, 0, 'It begins.', ARRAY[organizer_id], starts_at, %(message)s::bigint + id
    FROM planned_run, unnest(ARRAY['reminder', 'call']) kind WHERE state = 'opened' OR kind = 'reminder'
    """,
)
