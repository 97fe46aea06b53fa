"""Scheduled runs: announced for a time with `/schedule`, opened with one press when it comes.

Raiders press Remind me on the announcement and are mentioned a quarter of an hour before, and when the run opens.
A planned run is opened, cancelled, or missed when nobody opens it within half an hour of its time. `/planned` lists
what is planned; `/runs` stays what is open or live, which is all that raids know of.

Invariants:
    * A run is planned for a time ahead, thirty days at most; an organizer has five planned at a time: a unique key
      holds it.
    * Planned is left once. The run is opened in the transaction that notes it, so there is never the one without the
      other.
    * A reminder is due fifteen minutes before and given once; what is said in the channel is written down first. The
      reminder goes when the planned run is over, the call to an opened run after half an hour.

Tables: planned_run, planned_run_interest, planned_run_message.
"""
