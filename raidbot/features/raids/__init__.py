"""Raid runs: from `/run` over Join, keys and pops to the end, with living panels.

A run is open, then live, then ended; or cancelled. A raid channel shows one public panel a run; its organizers have
ephemeral copies of the organizer panel.

Invariants:
    * Ended and cancelled are final. Each change is one guarded statement; of two presses at once one wins.
    * A raider completes a pop once: at the next pop or the end, whoever was joined when the pop happened. A run without
      pops counts once, for whoever is joined at its end. Cancelled and never started runs count nothing.
    * The run role is created with the run and deleted with it; only role ids noted in `run.role_id` are deleted.
    * Oryx 3 has stages instead of pops: closed, miniboss, third room, in this order. It starts only with a screenshot,
      kept as a message of the bot's own in the raid log; `run` notes the newest.
    * Before the start only organizers read party and location, and raiders whose `run_raider.sees_place` says so.
    * A run has one organizer at a time, who has no other activity; a transfer moves both in one transaction.
    * A run calls for five things at a time, each in a message of its own that goes when that is closed, at the end too.
    * In a run with limits seats change only while its row is held: no limit is passed by a click, nobody waits on the
      reserve list beside a place free for them, and whoever comes overtakes nobody. A lower limit puts nobody out.
    * A last call locks joining when its time is over, unless it was taken back; a lock or an end ends it.
    * Joining never waits for the role; who does not have it yet is mentioned directly.

Tables: run, run_raider, run_key, pop_snapshot, run_ping, run_ping_message, run_request,
run_request_answer.
"""
