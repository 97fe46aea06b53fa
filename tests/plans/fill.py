"""Fills a database: 36,000 members of three guilds and a run every 26 minutes, 20,000 of them in a year.

Everything follows from the numbers of rows by arithmetic and hashes, so it is the same each time. What follows from the
raiders (clicks, snapshots, completions, logs) can be left out for the older runs; the rest is always there whole.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, LiteralString

import psycopg

A_YEAR: Final = 20_000
"""Runs."""
MEMBERS: Final = 36_000
NOW: Final = datetime(2026, 6, 1, 20, tzinfo=UTC)
GUILD: Final = 200_000_000_000_000_001
"""The largest of three: 16 of 20 runs; the others are the next two numbers."""
CHANNEL: Final = 300_000_000_000_000_000
MEMBER: Final = 400_000_000_000_000_000
ORGANIZER: Final = 500_000_000_000_000_000
"""Added: a number up to 300, the lower the busier; those of the five active runs are from 1,000 on."""
MESSAGE: Final = 600_000_000_000_000_000
"""Added: the run's id, of its public panel."""
ROLE: Final = 700_000_000_000_000_000
"""Added: the run's id."""
PING: Final = 750_000_000_000_000_000
"""Added: the number of the dungeon, of its ping role in the largest guild."""
PINGS: Final = 20
"""Dungeons with a ping role, each chosen by 2,000 members."""
VERIFIED: Final = 800_000_000_000_000_001
INTERACTION: Final = 900_000_000_000_000_000
"""Added: the run's id."""
EFFECTS: Final = 3_000
PARTIES: Final = 10_000
"""The last eight are open. Their owners are members, their threads messages, both added: the party's id."""


@dataclass(frozen=True, slots=True)
class Town:
    """A filled database. Its runs are numbered from 1 by age; the last five are active."""

    raiders: tuple[int, ...] = ()
    """Who is joined to the open run, about sixty."""

    @property
    def open_run(self) -> int:
        return A_YEAR

    @property
    def live_run(self) -> int:
        """A run with two pops and a ping that was half sent."""
        return A_YEAR - 4

    @property
    def ended_run(self) -> int:
        """A run with one pop."""
        return A_YEAR - 999


_CHANCE: Final = (
    "CREATE FUNCTION pg_temp.chance(what bigint, salt bigint) RETURNS float8 LANGUAGE sql IMMUTABLE"
    " AS 'SELECT (hashint8extended(what, salt) & 2147483647) / 2147483648.0::float8'"
)
# Members and organizers are drawn with the square of a chance: the first quarter of the people is half of the crowd.
_STEPS: Final[tuple[LiteralString, ...]] = (
    """
    INSERT INTO guild (guild_id, name, created_at)
    SELECT %(guild)s::bigint + n, 'Guild ' || n, %(now)s FROM generate_series(0, 2) n
    """,
    """
    INSERT INTO guild_role (guild_id, role_key, role_id, updated_at, updated_by)
    SELECT guild_id, unnest(ARRAY['organizer', 'officer', 'verified_raider', 'suspended']), %(verified)s::bigint,
           %(now)s, %(member)s::bigint
    FROM guild
    """,
    """
    INSERT INTO guild_channel (guild_id, channel_key, channel_id, updated_at, updated_by)
    SELECT guild_id, unnest(ARRAY['raid', 'bot_log', 'quota']), %(channel)s::bigint, %(now)s, %(member)s::bigint
    FROM guild
    """,
    "INSERT INTO guild_module (guild_id, module, enabled) SELECT guild_id, 'quota', true FROM guild",
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
                       'DUNGEON_' || floor(60 * pg_temp.chance(n, 2) ^ 3) AS dungeon,
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
    INSERT INTO run_raider (run_id, user_id, joined, class, changed_at, click_id)
    SELECT id, %(member)s::bigint + 1 + floor(%(members)s * pg_temp.chance(id * 1000 + n, 3) ^ 2)::bigint,
           pg_temp.chance(id * 1000 + n, 4) < 0.93,
           CASE WHEN n %% 5 < 3 THEN 'CLASS_' || floor(18 * pg_temp.chance(id * 1000 + n, 5)) END,
           opened_at + n * interval '2 seconds', %(interaction)s::bigint + id * 1000 + n
    FROM run, generate_series(
        1, CASE WHEN status IN ('open', 'live') THEN 64 ELSE 8 + floor(80 * pg_temp.chance(id, 6) ^ 3)::int END
    ) n
    WHERE id > %(runs)s - %(crowded)s
    ON CONFLICT DO NOTHING
    """,
    """
    INSERT INTO run_key (run_id, key, user_id, source, offered, changed_at, click_id)
    SELECT id, 'KEY_' || floor(3 * pg_temp.chance(id * 1000 + n, 7)),
           %(member)s::bigint + 1 + floor(%(members)s * pg_temp.chance(id * 1000 + n, 3) ^ 2)::bigint,
           CASE WHEN n %% 4 = 0 THEN 'headcount' ELSE 'run' END, n %% 7 > 0, opened_at + n * interval '3 seconds',
           %(interaction)s::bigint + id * 1000 + 500 + n
    FROM run, generate_series(1, CASE WHEN status IN ('open', 'live') THEN 12 ELSE id %% 6 END) n
    ON CONFLICT DO NOTHING
    """,
    """
    INSERT INTO pop_snapshot (run_id, pop, user_id, class, taken_at)
    SELECT run_id, pop, user_id, class, opened_at + pop * interval '20 minutes'
    FROM run JOIN run_raider ON run_id = id AND joined, generate_series(1, pops) pop
    """,
    """
    INSERT INTO ledger (guild_id, user_id, kind, run_id, pop, dungeon, points, earned_at)
    SELECT guild_id, user_id, 'completion', run_id, pop, dungeon, 1, ended_at
    FROM (
        SELECT run_id, pop, user_id FROM pop_snapshot
        UNION ALL
        SELECT run_id, 0, user_id FROM run_raider JOIN run ON id = run_id AND pops = 0 WHERE joined
    ) completed JOIN run ON id = run_id
    WHERE status = 'ended'
    ORDER BY run_id, pop
    """,
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
    INSERT INTO role_ping (guild_id, dungeon, role_id, updated_at, updated_by)
    SELECT %(guild)s::bigint + of_guild, 'DUNGEON_' || n, %(ping)s::bigint + 1000 * of_guild + n, %(now)s,
           %(member)s::bigint
    FROM generate_series(0, 2) of_guild, generate_series(1, %(pings)s::bigint) n
    """,
    """
    INSERT INTO member_role (guild_id, user_id, role_id, wanted, given, due_at)
    SELECT guild_id, %(member)s::bigint + n, role_id, n %% 5 > 0, n %% 5 > 0,
           %(now)s::timestamptz - n * interval '1 hour'
    FROM role_ping, generate_series(1, 2000) n WHERE guild_id = %(guild)s::bigint
    """,
    "INSERT INTO role_ping_panel (guild_id, interaction_id) SELECT guild_id, %(interaction)s::bigint FROM guild",
    """
    INSERT INTO owed_effect (kind, guild_id, subject, owed_at, due_at, blocked_reason)
    SELECT 'raids.delete_message', %(guild)s::bigint + n %% 3, n, %(now)s,
           %(now)s::timestamptz + (n - 20) * interval '1 minute', CASE WHEN n %% 100 = 0 THEN 'missing permissions' END
    FROM generate_series(1, %(effects)s::bigint) n
    """,
    """
    INSERT INTO member_standing (guild_id, user_id, suspended_until)
    SELECT %(guild)s::bigint, %(member)s::bigint + n,
           CASE WHEN n %% 24 = 0 THEN %(now)s::timestamptz + (pg_temp.chance(n, 8) - 0.8) * interval '60 days' END
    FROM generate_series(1, %(members)s::bigint) n
    """,
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


def fill(conn: psycopg.Connection[Any], *, crowded: int = A_YEAR) -> Town:
    """Fill an empty, migrated database through a connection in autocommit.

    `crowded` runs, the newest (1,000 at least), have raiders, with all that follows from those; the others have none,
    which saves most of the time.
    """
    numbers = {
        "runs": A_YEAR,
        "crowded": crowded,
        "members": MEMBERS,
        "now": NOW,
        "guild": GUILD,
        "channel": CHANNEL,
        "member": MEMBER,
        "organizer": ORGANIZER,
        "message": MESSAGE,
        "role": ROLE,
        "ping": PING,
        "pings": PINGS,
        "verified": VERIFIED,
        "interaction": INTERACTION,
        "effects": EFFECTS,
        "parties": PARTIES,
    }
    conn.execute(_CHANCE)
    with psycopg.ClientCursor(conn) as cursor:
        for step in _STEPS:
            cursor.execute(step, numbers)
    conn.execute("VACUUM ANALYZE")  # as autovacuum does in life; index-only scans need it
    rows = conn.execute("SELECT user_id FROM run_raider WHERE run_id = %s AND joined ORDER BY user_id", [A_YEAR])
    return Town(tuple(row[0] for row in rows))
