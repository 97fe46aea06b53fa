"""Panels, roles and standing."""

from typing import Final, LiteralString

STEPS: Final[tuple[LiteralString, ...]] = (
    "INSERT INTO panel_topic (topic, version) SELECT 'run:' || id, 3 + id %% 60 FROM run",
    """
    INSERT INTO panel (kind, topic, guild_id, channel_id, message_id, shown, blocked_reason)
    SELECT 'raids.public', 'run:' || id, guild_id, channel_id, %(message)s::bigint + id,
           3 + id %% 60 - CASE WHEN status IN ('open', 'live') THEN 1 ELSE 0 END,
           CASE WHEN id %% 997 = 0 THEN 'missing permissions' END
    FROM run ORDER BY id
    """,
    """
    INSERT INTO panel (kind, topic, guild_id, channel_id, message_id, user_id, token, pressed_at, shown)
    SELECT 'raids.organizer', 'run:' || id, guild_id, channel_id, %(message)s::bigint + id * 1000 + 500000000 + n,
           organizer_id, 'token', %(now)s::timestamptz - n * interval '7 minutes', 3 + id %% 60
    FROM run, generate_series(1, 3) n WHERE status IN ('open', 'live')
    """,
    """
    INSERT INTO member_role (guild_id, user_id, role_id, wanted, given, due_at)
    SELECT %(guild)s::bigint, %(member)s::bigint + n, %(verified)s::bigint, true, n %% 900 > 0,
           %(now)s::timestamptz - (n %% 365) * interval '1 day'
    FROM generate_series(1, %(members)s::bigint) n
    UNION ALL
    SELECT guild_id, user_id, role_id, true, user_id %% 2 = 0, changed_at
    FROM run JOIN run_raider ON run_id = id AND joined WHERE status IN ('open', 'live') AND role_id IS NOT NULL
    """,
    """
    INSERT INTO member_standing (guild_id, user_id, suspended_until)
    SELECT %(guild)s::bigint, %(member)s::bigint + n,
           CASE WHEN n %% 24 = 0 THEN %(now)s::timestamptz + (pg_temp.chance(n, 8) - 0.8) * interval '60 days' END
    FROM generate_series(1, %(members)s::bigint) n
    """,
)
