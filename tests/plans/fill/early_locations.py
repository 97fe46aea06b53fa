"""Places of runs and who was told them early."""

from typing import Final, LiteralString

STEPS: Final[tuple[LiteralString, ...]] = (
    """
    INSERT INTO run_key (run_id, key, user_id, offered, changed_at, click_id, confirmed_at, backed_out_at)
    SELECT %(runs)s, 'KEY_1', %(holder)s::bigint + n, n < 2, %(now)s::timestamptz, n,
           CASE n WHEN 0 THEN %(now)s::timestamptz END, CASE n WHEN 2 THEN %(now)s::timestamptz END
    FROM generate_series(0, 2) n
    """,
    """
    INSERT INTO run_raider (run_id, user_id, joined, changed_at, click_id, sees_place)
    SELECT %(runs)s, %(holder)s::bigint + n, false, %(now)s::timestamptz, 0, true FROM generate_series(0, 2, 2) n
    """,
    """
    INSERT INTO early_place (run_id, number, party, location, set_at, channel_id, message_id)
    SELECT id, number, '3', 'USW Left ' || number, opened_at + number * interval '1 minute', %(channel)s::bigint,
           %(message)s::bigint + 500000000 + id * 10 + number
    FROM run, generate_series(1, 1 + id %% 2) number
    """,
    """
    INSERT INTO early_told (run_id, user_id, number, how, told_at)
    SELECT DISTINCT run_id, user_id, 1, 'dm', opened_at + interval '2 minutes'
    FROM run_key JOIN run ON id = run_id WHERE confirmed_at IS NOT NULL
    """,
)
