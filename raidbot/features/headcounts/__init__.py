"""Headcounts: before there is a run, an organizer asks who would come, for up to five dungeons, and with which keys.

A headcount is open until it is ended, becomes a run, or nobody touched it for a day; all three are final.

Invariants:
    * A headcount is its organizer's one activity. Somebody else who takes it over must have none.
    * The choice of dungeons stands in a row from the first select on, and is forgotten after an hour.
    * Becoming a run is one transaction: the headcount is over, its organizer's activity is the run, who was interested
      is joined, and the keys offered for its dungeon are noted there.
    * The message of a headcount that became a run goes only after the run's panel stands: `headcounts.retire` waits.

Tables: headcount, headcount_member, headcount_key, headcount_draft.
"""
