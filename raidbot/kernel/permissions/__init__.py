"""The one permission rule: who may do what, and to whom.

Pure and quick: it works on what an interaction carries and on a guild's settings in memory. A feature declares a
`Capability` for each thing that a member can ask for; `authorize` decides.

Invariants:
    * The server's owner and Discord Administrators may do everything that any role may.
    * A key allows all that lower keys allow. A key that is not mapped is held by whoever holds a mapped higher key.
    * Nobody acts on somebody who ranks as high as they do, nor on an owner or Discord Administrator.
"""

from raidbot.kernel.permissions.models import ADMINISTRATOR, Actor, Capability, Denied, DiscordRight, Obstacle, Target
from raidbot.kernel.permissions.rules import authorize, has_at_least, has_exact, held, obstacle, outranks

__all__ = [
    "ADMINISTRATOR",
    "Actor",
    "Capability",
    "Denied",
    "DiscordRight",
    "Obstacle",
    "Target",
    "authorize",
    "has_at_least",
    "has_exact",
    "held",
    "obstacle",
    "outranks",
]
