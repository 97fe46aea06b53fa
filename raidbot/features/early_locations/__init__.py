"""Early location: who brings a key learns where the run is before it starts.

The first of each key to confirm get the place as soon as it is set, the others who confirmed at Start; a channel of the
server's choice is told too.

Invariants:
    * A raider is told one place of a run once, by the answer to a press or by a direct message.
    * Who was told hears of a change, as long as they have a confirmed key; nobody else does before Start.
    * A run that is over tells nobody any more; nobody suspended or unverified is told.
    * Whom to tell follows from rows, in the transaction of whatever changed them, and once more before each message.
    * A raider who takes no direct messages finds the place in the answer to their next press.

Tables: early_place, early_told.
"""
