"""Effects that are owed, the audit and the command log."""

from typing import Final, LiteralString

STEPS: Final[tuple[LiteralString, ...]] = (
    """
    INSERT INTO refused_form (interaction_id, user_id, form, refused_at)
    SELECT %(interaction)s::bigint + n, %(member)s::bigint + n, '{}', %(now)s::timestamptz - n * interval '1 minute'
    FROM generate_series(1, 2000) n
    """,
    """
    INSERT INTO owed_effect (kind, guild_id, subject, owed_at, due_at, blocked_reason)
    SELECT 'raids.delete_message', %(guild)s::bigint + n %% 3, n, %(now)s,
           %(now)s::timestamptz + (n - 20) * interval '1 minute', CASE WHEN n %% 100 = 0 THEN 'missing permissions' END
    FROM generate_series(1, %(effects)s::bigint) n
    """,
    """
    INSERT INTO audit (guild_id, actor_id, action, subject, detail, created_at)
    SELECT guild_id, organizer_id, action, 'run:' || id, '{"organizer": 500000000000000001}',
           opened_at + number * interval '5 minutes'
    FROM run, unnest(ARRAY['run.texts', 'run.start', 'run.lock', 'run.pop', 'run.end'])
        WITH ORDINALITY actions (action, number)
    WHERE id > %(runs)s - %(crowded)s
    ORDER BY id, number
    """,
    """
    INSERT INTO command_log (
        at, guild_id, channel_id, user_id, kind, name, outcome, error, correlation, acknowledged_ms, latency_ms
    )
    SELECT changed_at, guild_id, channel_id, user_id, 'component',
           CASE WHEN class IS NULL THEN 'raids.join' ELSE 'raids.class' END, outcome,
           CASE outcome WHEN 'failed' THEN 'RunOverError' END, to_hex(click_id),
           20 + click_id %% 50, 25 + click_id %% 90
    FROM (
        SELECT *, CASE WHEN click_id %% 97 = 0 THEN 'failed' WHEN click_id %% 17 = 0 THEN 'refused' ELSE 'ok' END
               AS outcome
        FROM run JOIN run_raider ON run_id = id
    ) clicked
    ORDER BY changed_at
    """,
)
