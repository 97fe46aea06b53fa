"""The raid log: a thread for each run, headcount and party, which tells staff what happened, in order.

Other features publish what is noted in their audit; in the same transaction it becomes an entry here, where the guild
has a raid log channel. A job writes entries into the thread, as many as there are in one message. What raiders click is
no entry: who joined, left or offered a key since the log last looked is read from their rows, and told in one line,
which is edited until something else is told.

Invariants:
    * The entries of a log are numbered without gaps, in the order of their commits; `told` is the last one that stands
      on a page. A page is a message of the thread.
    * What a page says is written down before it is sent (`page_shown` is false meanwhile), so a kill neither loses nor
      doubles an entry; what was sent without an answer is found by its nonce, or by its text.
    * At most one request a second goes into a thread.
    * A log that was deleted on Discord is begun anew once, then given up. One that is over says so and is settled; what
      is noted later is added all the same.

Tables: raid_log_thread, raid_log_entry.
"""
