"""What members earn: the ledger, one row a fact; what it is worth; what staff write down; what members read; quotas.

There are two currencies: points for raiders, and quota points for staff, which are bound to a role that has a quota.

Invariants:
    * A raider completes a pop of a run once, and its organizer is awarded it once; pop 0 stands for a run without pops.
      What an organizer's award is worth follows from the organizer's own roles: the highest whose quota gives any.
    * What somebody does is one row, known by its source, also when it is done twice.
    * Rows are only ever added, which the database sees to. What was written down is taken back by a reversal, once.
    * Things are counted by kind and amount, never by the sign of points; a reversal counts as what it takes back.
    * Totals are the sums of the rows: the database keeps them with each row, and the doctor compares.
    * Nothing goes below zero: a raider's points, a member's quota points of a role, runs and keys of a dungeon. Who
      takes something away does it alone with the member's rows; what would go below is cut.
    * A history shows each run once, where the raider's last completion of it stands; it is read from a place in it
      onwards, so that what is completed meanwhile moves nothing.
    * A place on a leaderboard is one's own: of two who have as much, the older account stands first. A page begins at
      somebody's spot, so that it stays where it is while others pass. Months are those of UTC, days those of the guild.

    * A role with a quota has one running period, always: closing one writes down how everybody stood, owes its report
      and begins the next, in one transaction. That is half a minute after its end, when all is written that was done
      in it. Those that went by while the bot was away are left out.
    * Who holds a quota's role is kept from the gateway's events; where some may have been missed, all members are
      looked at. Only a look that came to its end takes somebody off.
    * Recalculating adds an adjustment a member, to what runs earned by themselves in the running period and to nothing
      else; twice changes nothing more.

Tables: ledger, ledger_total, ledger_dungeon_total, ledger_board, quota_role, quota_dungeon_points, raider_points,
key_pop_points, quota_period, quota_result, quota_holder, quota_look, quota_excuse.
"""
