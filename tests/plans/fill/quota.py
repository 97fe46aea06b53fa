"""What was earned: with every run crowded two million rows, of which the runs above are a third."""

from typing import Final, LiteralString

_ENTRY: Final = (
    "INSERT INTO ledger (guild_id, user_id, kind, counts_as, amount, points, quota_points, quota_role_id, dungeon,"
    " run_id, pop, key, source, actor_id, at)"
)

# The totals are made at the end, as the migration makes them: row by row they would take minutes.
STEPS: Final[tuple[LiteralString, ...]] = (
    """
    INSERT INTO quota_role (guild_id, role_id, verify_points, created_at)
    SELECT %(guild)s::bigint + n / 8, %(quota_role)s::bigint + 1 + n %% 8, 0.25, %(now)s::timestamptz
    FROM generate_series(0, 23) n
    """,
    """
    INSERT INTO quota_dungeon_points (guild_id, role_id, dungeon, points)
    SELECT guild_id, role_id, 'DUNGEON_' || n, 0.5 + n FROM quota_role, generate_series(0, 50, 5) n
    """,
    "INSERT INTO raider_points SELECT %(guild)s::bigint + n %% 3, 'DUNGEON_' || n, 2 FROM generate_series(0, 59) n",
    "INSERT INTO key_pop_points SELECT %(guild)s::bigint + n %% 3, 'DUNGEON_' || n, 7.5 FROM generate_series(0, 59) n",
    "ALTER TABLE ledger DISABLE TRIGGER ledger_count, DISABLE TRIGGER ledger_board_rank",
    f"""
    {_ENTRY}
    SELECT guild_id, user_id, 'completion', 'completion', 1, 1, 0, NULL, dungeon, run_id, pop, NULL, NULL, NULL,
           ended_at
    FROM (
        SELECT run_id, pop, user_id FROM pop_snapshot
        UNION ALL
        SELECT run_id, 0, user_id FROM run_raider JOIN run ON id = run_id AND pops = 0 WHERE joined
    ) completed JOIN run ON id = run_id
    WHERE status = 'ended'
    ORDER BY run_id, pop
    """,
    # runs of before, whose own rows are gone
    f"""
    {_ENTRY}
    SELECT %(guild)s::bigint + CASE WHEN run_id %% 20 = 5 THEN 2 WHEN run_id %% 20 IN (6, 7, 17) THEN 1 ELSE 0 END,
           %(member)s::bigint + 1 + floor(%(members)s * pg_temp.chance(n, 8) ^ 2)::bigint,
           'completion', 'completion', 1, 1, 0, NULL, 'DUNGEON_' || floor(60 * pg_temp.chance(run_id, 2) ^ 3),
           run_id, 0, NULL, NULL, NULL, %(now)s::timestamptz - interval '1 year' + n * interval '1 second'
    FROM (SELECT n, 1000000 + n / 60 AS run_id FROM generate_series(1, 60 * %(crowded)s::bigint) n) before
    ON CONFLICT DO NOTHING
    """,
    f"""
    {_ENTRY}
    SELECT guild_id, organizer_id, 'organised', 'organised', 1, 0, 1, %(quota_role)s::bigint + 1 + organizer_id %% 8,
           dungeon, id, pop, NULL, NULL, NULL, started_at + pop * interval '20 minutes'
    FROM run, generate_series(least(pops, 1), pops) pop
    WHERE id > %(runs)s - %(crowded)s AND (status = 'ended' OR (status = 'live' AND pop > 0))
    ORDER BY id
    """,
    f"""
    {_ENTRY}
    SELECT guild_id, %(member)s::bigint + 1 + floor(%(members)s * pg_temp.chance(id, 9) ^ 2)::bigint,
           'key_pop', 'key_pop', 1, 5, 0, NULL, dungeon, id, pop, 'KEY_' || id %% 3, 'key:' || id || ':' || pop,
           organizer_id, started_at + pop * interval '20 minutes'
    FROM run, generate_series(1, pops) pop
    WHERE id > %(runs)s - %(crowded)s AND status = 'ended'
    ORDER BY id
    """,
    # staff's acts, then points that officers gave, of which each tenth was taken back
    f"""
    {_ENTRY}
    SELECT %(guild)s::bigint, %(organizer)s::bigint + 1 + n %% 300, kind, kind, 1, 0, 0.25,
           %(quota_role)s::bigint + 1 + (1 + n) %% 8, NULL, NULL, NULL, NULL, kind || ':' || n,
           %(organizer)s::bigint + 1 + n %% 300, %(now)s::timestamptz - n * interval '13 minutes'
    FROM generate_series(1, 2 * %(crowded)s::bigint) n,
         LATERAL (SELECT CASE WHEN n %% 3 = 0 THEN 'warn' ELSE 'verify' END AS kind) act
    """,
    f"""
    {_ENTRY}
    SELECT %(guild)s::bigint, %(member)s::bigint + n, 'adjustment', 'adjustment', 0, 2.5, 0, NULL, NULL, NULL, NULL,
           NULL, 'addpoints:' || n, %(organizer)s::bigint + 1, %(now)s::timestamptz - n * interval '1 hour'
    FROM generate_series(1, %(crowded)s::bigint / 4) n
    """,
    """
    INSERT INTO ledger (
        guild_id, user_id, kind, counts_as, amount, points, quota_points, source, actor_id, reverses, at
    )
    SELECT guild_id, user_id, 'reversal', kind, 0, -points, 0, 'undo:' || id, actor_id, id, at + interval '1 minute'
    FROM ledger WHERE kind = 'adjustment' AND user_id %% 10 = 0
    """,
    "ALTER TABLE ledger ENABLE TRIGGER ledger_count, ENABLE TRIGGER ledger_board_rank",
    "INSERT INTO ledger_total SELECT * FROM ledger_sum",
    "INSERT INTO ledger_dungeon_total SELECT * FROM ledger_dungeon_sum",
    # quotas: their panels, periods of a year, who holds their roles
    "UPDATE quota_role SET posting = role_id - %(quota_role)s::bigint + 10 * (guild_id - %(guild)s::bigint)",
    "INSERT INTO panel_topic (topic) SELECT 'quota.' || posting FROM quota_role",
    """
    INSERT INTO quota_period (guild_id, role_id, starts_at, ends_at)
    SELECT guild_id, role_id, %(now)s::timestamptz - interval '3 days', %(now)s::timestamptz + interval '4 days'
    FROM quota_role ORDER BY guild_id, role_id
    """,
    """
    INSERT INTO quota_period (guild_id, role_id, starts_at, ends_at, required_points, closed_at)
    SELECT guild_id, role_id, starts_at - week * interval '7 days', ends_at - week * interval '7 days', 5,
           ends_at - week * interval '7 days'
    FROM quota_period, generate_series(1, 52) week ORDER BY week, id
    """,
    """
    INSERT INTO quota_holder
    SELECT %(guild)s::bigint + guild, %(quota_role)s::bigint + 1 + n %% 8, %(organizer)s::bigint + n,
           %(now)s::timestamptz - interval '1 year'
    FROM generate_series(0, 2) guild, generate_series(1, 600) n
    """,
    """
    INSERT INTO quota_result
    SELECT period.id, holder.user_id, holder.user_id %% 9, holder.user_id %% 9, holder.user_id %% 7 = 0
    FROM quota_period period JOIN quota_holder holder USING (guild_id, role_id) WHERE closed_at IS NOT NULL
    """,
    """
    INSERT INTO quota_excuse
    SELECT guild_id, role_id, user_id, %(now)s::timestamptz - interval '9 days',
           %(now)s::timestamptz + (user_id %% 20 - 9) * interval '1 day', 'exams', %(organizer)s::bigint + 1
    FROM quota_holder WHERE user_id %% 6 = 0
    """,
    """
    INSERT INTO quota_look
    SELECT %(guild)s::bigint + n, %(now)s::timestamptz - interval '1 minute' FROM generate_series(0, 2) n
    """,
    "INSERT INTO ledger_board SELECT * FROM ledger_board_sum",
)
