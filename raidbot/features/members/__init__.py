"""What a member may do at the moment, and the one activity an organizer has.

Invariants:
    * An organizer has one activity (an open or live run, or a headcount) at a time in a guild: a unique key holds it.
    * A suspension ends by itself when its time is over; readers compare with the time, nobody clears it.

Tables: member_standing, activity.
"""
