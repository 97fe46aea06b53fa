"""What was earned."""

from typing import Final, LiteralString

STEPS: Final[tuple[LiteralString, ...]] = (
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
)
