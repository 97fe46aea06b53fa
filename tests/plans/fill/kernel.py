"""Guilds and their mappings."""

from typing import Final, LiteralString

STEPS: Final[tuple[LiteralString, ...]] = (
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
)
