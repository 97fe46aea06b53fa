"""Runs with what belongs to them."""

from typing import Final, LiteralString

# Members and organizers are drawn with the square of a chance: the first quarter of the people is half of the crowd.
STEPS: Final[tuple[LiteralString, ...]] = (
    """
    INSERT INTO run (
        guild_id, organizer_id, organizer_name, interaction_id, dungeon, status, channel_id, party, location,
        chain_amount, pops, role_wanted, role_id, role_created_at, opened_at, started_at, ended_at, ended_by,
        end_reason, expires_at, warn_at
    )
    SELECT guild_id, organizer_id, 'Organizer', %(interaction)s::bigint + n, dungeon, status, %(channel)s::bigint,
           '3', 'USW Left', 1 + n %% 5,
           CASE status WHEN 'live' THEN 2 WHEN 'ended' THEN n %% 4 ELSE 0 END,
           n %% 10 <> 3,
           CASE WHEN n %% 10 <> 3 THEN %(role)s::bigint + n END,
           CASE WHEN n %% 10 <> 3 THEN opened_at + interval '1 second' END,
           opened_at, started_at, ended_at,
           CASE WHEN ended_at IS NOT NULL THEN organizer_id END,
           CASE WHEN status = 'ended' THEN CASE WHEN n %% 4 = 0 THEN 'expired' ELSE 'ended' END
                WHEN status = 'cancelled' THEN CASE WHEN started_at IS NULL THEN 'never_started' ELSE 'cancelled' END
           END,
           expires_at,
           CASE status WHEN 'live' THEN expires_at - interval '10 minutes' END
    FROM (
        SELECT *,
               CASE WHEN started_at IS NULL THEN opened_at + interval '2 hours' ELSE started_at + interval '3 hours' END
                   AS expires_at,
               CASE WHEN status IN ('ended', 'cancelled') THEN opened_at + interval '100 minutes' END AS ended_at
        FROM (
            SELECT *, CASE WHEN status IN ('ended', 'live') OR n %% 12 = 0 THEN opened_at + interval '10 minutes' END
                   AS started_at
            FROM (
                SELECT n,
                       %(guild)s::bigint + CASE WHEN n %% 20 = 5 THEN 2 WHEN n %% 20 IN (6, 7, 17) THEN 1 ELSE 0 END
                           AS guild_id,
                       %(organizer)s::bigint + CASE
                           WHEN n > %(runs)s - 5 THEN 1000 + %(runs)s - n
                           ELSE 1 + floor(300 * pg_temp.chance(n, 1) ^ 2)
                       END::bigint AS organizer_id,
                       CASE WHEN n = %(runs)s - 3 THEN 'ORYX_3'
                            ELSE 'DUNGEON_' || floor(60 * pg_temp.chance(n, 2) ^ 3) END AS dungeon,
                       CASE WHEN n > %(runs)s - 3 THEN 'open' WHEN n > %(runs)s - 5 THEN 'live'
                            WHEN n %% 6 = 0 THEN 'cancelled' ELSE 'ended' END AS status,
                       %(now)s::timestamptz - (%(runs)s - n + 1) * interval '26 minutes' AS opened_at
                FROM generate_series(1, %(runs)s::bigint) n
            ) numbered
        ) opened
    ) timed
    ORDER BY n
    """,
    """
    INSERT INTO activity (guild_id, organizer_id, kind, subject_id)
    SELECT guild_id, organizer_id, 'run', id FROM run WHERE status IN ('open', 'live')
    """,
    """
    INSERT INTO run_raider (run_id, user_id, joined, class, changed_at, click_id, joined_at, reserve)
    SELECT id, %(member)s::bigint + 1 + floor(%(members)s * pg_temp.chance(id * 1000 + n, 3) ^ 2)::bigint,
           pg_temp.chance(id * 1000 + n, 4) < 0.93,
           CASE WHEN n %% 5 < 3 THEN 'CLASS_' || floor(18 * pg_temp.chance(id * 1000 + n, 5)) END,
           opened_at + n * interval '2 seconds', %(interaction)s::bigint + id * 1000 + n,
           CASE WHEN pg_temp.chance(id * 1000 + n, 4) < 0.93 THEN opened_at + n * interval '2 seconds' END,
           CASE WHEN pg_temp.chance(id * 1000 + n, 4) >= 0.93 AND n %% 2 = 0 THEN n END
    FROM run, generate_series(
        1, CASE WHEN status IN ('open', 'live') THEN 64 ELSE 8 + floor(80 * pg_temp.chance(id, 6) ^ 3)::int END
    ) n
    WHERE id > %(runs)s - %(crowded)s
    ORDER BY id, n
    ON CONFLICT DO NOTHING
    """,
    """
    INSERT INTO run_key (
        run_id, key, user_id, source, offered, changed_at, click_id, confirmed_at, backed_out_at
    )
    SELECT id, 'KEY_' || floor(3 * pg_temp.chance(id * 1000 + n, 7)),
           %(member)s::bigint + 1 + floor(%(members)s * pg_temp.chance(id * 1000 + n, 3) ^ 2)::bigint,
           CASE WHEN n %% 4 = 0 THEN 'headcount' ELSE 'run' END, n %% 7 > 0, opened_at + n * interval '3 seconds',
           %(interaction)s::bigint + id * 1000 + 500 + n,
           CASE WHEN n %% 4 > 0 AND n %% 7 > 0 AND n %% 2 = 0 THEN opened_at + n * interval '5 seconds' END,
           CASE WHEN n %% 7 = 0 THEN opened_at + n * interval '5 seconds' END
    FROM run, generate_series(1, CASE WHEN status IN ('open', 'live') THEN 12 ELSE id %% 6 END) n
    ORDER BY id, n
    ON CONFLICT DO NOTHING
    """,
    """
    INSERT INTO pop_snapshot (run_id, pop, user_id, class, taken_at)
    SELECT run_id, pop, user_id, class, opened_at + pop * interval '20 minutes'
    FROM run JOIN run_raider ON run_id = id AND joined, generate_series(1, pops) pop
    """,
    """
    INSERT INTO run_request (run_id, what, asked_at, closed_at, click_id)
    SELECT id, what, opened_at, ended_at, id
    FROM run JOIN unnest(ARRAY['TRICKSTER', 'KEY_1', 'mystic']) what
        ON status IN ('open', 'live') OR id %% 4 = 0 AND what = 'KEY_1' AND id <= %(runs)s - 5
    ORDER BY id
    """,
    """
    INSERT INTO run_request_answer (request_id, user_id, offered, changed_at, click_id)
    SELECT id, %(member)s::bigint + 1 + (id * 7 + n) %% %(members)s, n < 4, asked_at, n
    FROM run_request, generate_series(0, 4) n
    """,
    """
    INSERT INTO run_ping (run_id, kind, asked_at)
    SELECT id, 'starting', started_at FROM run WHERE status = 'live' ORDER BY id
    """,
    """
    INSERT INTO run_ping_message (ping_id, part, content, user_ids, message_id)
    SELECT id, part, 'Starting!', '{}', CASE part WHEN 0 THEN %(message)s::bigint + 400000000 + id END
    FROM run_ping, generate_series(0, 1) part
    """,
    """
    UPDATE run SET cap = 50, class_limits = '{"CLASS_1": 5}', key_limits = '{"KEY_1": 2}', last_call_ends_at = %(now)s
    WHERE id = %(runs)s - 1
    """,
)
