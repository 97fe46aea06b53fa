"""Keys of runs that were logged: as the ledger has them."""

from typing import Final, LiteralString

STEPS: Final[tuple[LiteralString, ...]] = (
    """
    INSERT INTO popped_key (entry_id, run_id, pop, key, user_id, points, actor_id, logged_at, undone_at)
    SELECT id, run_id, pop, key, user_id, points, actor_id, at, CASE WHEN run_id %% 50 = 0 THEN at END
    FROM ledger WHERE kind = 'key_pop' ORDER BY id
    """,
)
