"""Ping roles and who chose them."""

from typing import Final, LiteralString

STEPS: Final[tuple[LiteralString, ...]] = (
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
)
