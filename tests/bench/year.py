"""A year in a guild's ledger, for those of its members who are there."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final, LiteralString

import psycopg

from raidbot.features.dungeons.api import catalogue

COMPLETIONS: Final = 500_000
"""Of 36,000 members; each fiftieth comes with an organised run, and with a popped key."""
_ENTRY: Final = (
    "INSERT INTO ledger (guild_id, user_id, kind, counts_as, amount, points, dungeon, run_id, pop, key, source, at,"
    " quota_points)"
)
# Members are drawn with the square of a chance: the first quarter of them is half of the crowd. The totals are made at
# the end, as the migrations make them.
_STEPS: Final[tuple[LiteralString, ...]] = (
    "ALTER TABLE ledger DISABLE TRIGGER ledger_count, DISABLE TRIGGER ledger_board_rank",
    f"""
    {_ENTRY}
    SELECT %(guild)s, (%(members)s::bigint[])[1 + floor(%(crowd)s * random() ^ 2)::int], 'completion',
           'completion', 1, 1, (%(dungeons)s::text[])[1 + floor(%(kinds)s * random() ^ 3)::int], n, 0, NULL,
           NULL, %(now)s::timestamptz - n * interval '1 year' / %(completions)s, 0
    FROM generate_series(1, %(completions)s) n
    """,
    f"""
    {_ENTRY}
    SELECT guild_id, user_id, 'organised', 'organised', 1, 0, dungeon, run_id, 0, NULL, NULL, at, 0
    FROM ledger WHERE run_id % 50 = 0
    """,
    f"""
    {_ENTRY}
    SELECT guild_id, user_id, 'key_pop', 'key_pop', 1, 5, dungeon, run_id, 0, 'KEY', 'key:' || run_id, at, 0
    FROM ledger WHERE run_id % 50 = 1
    """,
    "ALTER TABLE ledger ENABLE TRIGGER ledger_count, ENABLE TRIGGER ledger_board_rank",
    "INSERT INTO ledger_total SELECT * FROM ledger_sum",
    "INSERT INTO ledger_dungeon_total SELECT * FROM ledger_dungeon_sum",
    "INSERT INTO ledger_board SELECT * FROM ledger_board_sum",
    "VACUUM ANALYZE ledger, ledger_total, ledger_dungeon_total, ledger_board",
)


def fill(dsn: str, guild_id: int, members: Sequence[int], *, completions: int = COMPLETIONS) -> None:
    """Write a year of the guild into its empty ledger, then what the ledger adds up to."""
    dungeons = [dungeon.code for dungeon in catalogue().all]
    given = {
        "guild": guild_id,
        "members": list(members),
        "crowd": len(members),
        "dungeons": dungeons,
        "kinds": len(dungeons),
        "now": datetime.now(UTC),
        "completions": completions,
    }
    with psycopg.connect(dsn, autocommit=True) as conn, psycopg.ClientCursor(conn) as cursor:
        for step in _STEPS:
            cursor.execute(step, given if "%(" in step else None)
