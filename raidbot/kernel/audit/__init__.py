"""Who changed what: one row a change, written in the transaction of the change, so that neither is there alone.

An action is named `<area>.<thing>.<verb>`, such as `guild.roles.set`; no actor means the bot itself.

Tables: audit.
"""

from raidbot.kernel.audit.queries import write

__all__ = ["write"]
