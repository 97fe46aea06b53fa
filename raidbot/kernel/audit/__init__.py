"""Who changed what: one row a change, written in the transaction of the change, so that neither is there alone.

An action is named `<area>.<thing>.<verb>`, such as `guild.roles.set`; no actor means the bot itself. What staff are to
hear of is untold until the bot log has taken it: each row knows for itself, as rows may be committed in another order
than they are numbered.

Tables: audit.
"""

from raidbot.kernel.audit.models import ACTION_MAX, PAGE, Entry, Filters
from raidbot.kernel.audit.queries import actions, entries, newer, older, take_untold, untold_guilds, write

__all__ = [
    "ACTION_MAX",
    "PAGE",
    "Entry",
    "Filters",
    "actions",
    "entries",
    "newer",
    "older",
    "take_untold",
    "untold_guilds",
    "write",
]
