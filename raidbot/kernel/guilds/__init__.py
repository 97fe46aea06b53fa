"""What each guild has configured: which Discord role and channel stands for which key, its modules and run options.

Invariants:
    * A key maps to at most one Discord role or channel of the guild; several keys may share one.
    * Every change is one transaction with its row in the audit, old and new value.
    * The whole configuration is in memory and equal to the rows, so that a click costs no statement for it.

Tables: guild, guild_module, guild_role, guild_channel.
"""

from raidbot.kernel.guilds.models import (
    GIVEN,
    HIERARCHY,
    LIVE_RUN_HOURS_MAX,
    LIVE_RUN_HOURS_MIN,
    OF_MODULE,
    ChannelKey,
    GuildSettings,
    Module,
    Option,
    RoleKey,
    RolesMapped,
    Venue,
    ZoneChanged,
)
from raidbot.kernel.guilds.store import GuildStore

__all__ = [
    "GIVEN",
    "HIERARCHY",
    "LIVE_RUN_HOURS_MAX",
    "LIVE_RUN_HOURS_MIN",
    "OF_MODULE",
    "ChannelKey",
    "GuildSettings",
    "GuildStore",
    "Module",
    "Option",
    "RoleKey",
    "RolesMapped",
    "Venue",
    "ZoneChanged",
]
