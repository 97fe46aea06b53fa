"""The staff: the role that marks everybody who holds a staff role, and promotions with `/addrole`.

The team role follows the staff roles (organizer and above) as the gateway tells of members; `/syncteam`, a new mapping
and the bot's own start have all members looked at.

Invariants:
    * Only what is known for sure moves a role: a member whose roles were just seen, a team role that stands for nothing
      else, at least one staff role. Where one of that is missing nobody gains or loses anything, and a mapping that is
      unset takes nothing away by itself.
    * Whoever is as they should be costs neither a statement nor a request; the others are wishes, which the role queue
      carries out.
    * A look at all members goes on from the last page it noted; begun anew meanwhile, the older one stops.
    * Nobody gives a role that stands as high as they do, nor to whom they do not outrank.
    * A promotion is one row, made once however often its command is done, and is announced once.

Tables: promotion, team_sync.
"""
