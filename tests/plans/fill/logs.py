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
    INSERT INTO audit (guild_id, actor_id, action, subject, detail, created_at, target_id, told)
    SELECT %(guild)s::bigint + n %% 3, CASE WHEN n %% 9 > 0 THEN %(member)s::bigint + 1 + n %% 40 END,
           (ARRAY['guild.roles.set', 'guild.channels.set', 'member.promoted', 'team.sync', 'guild.modules.set'])
               [1 + n / 6 %% 5], n, '{}',
           %(now)s::timestamptz - (%(staff)s - n) * interval '2 hours',
           CASE WHEN n %% 2 = 0 THEN %(member)s::bigint + 1 + (n * 7) %% 3000 END, n <= %(staff)s - 40
    FROM generate_series(1, %(staff)s) n
    """,
    """
    INSERT INTO promotion (guild_id, user_id, role_key, role_id, actor_id, interaction_id, made_at, channel_id)
    SELECT %(guild)s::bigint, %(member)s::bigint + n %% 1500, 'organizer', %(verified)s::bigint, %(member)s::bigint,
           %(interaction)s::bigint + n, %(now)s::timestamptz - n * interval '3 hours', %(channel)s::bigint
    FROM generate_series(1, 3000) n
    """,
    """
    INSERT INTO team_sync (guild_id, asked_at, place, seen)
    SELECT guild_id, %(now)s, %(member)s::bigint, 1000 FROM guild
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
