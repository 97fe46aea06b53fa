"""Key logging: who popped the keys of a run, after it has ended; `/logkeys`, and `/logkey` for keys outside of runs.

Invariants:
    * What is to be logged follows from the run: each kind of key that its dungeon takes, for each pop; once for a run
      without pops. A run that was cancelled has nothing to log.
    * A key of a run is logged once at a time: of two organizers at once one does it and the other is told. One that was
      taken back can be logged again.
    * Each is a row of the ledger, and taken back by a reversal there; nothing goes below zero.
    * There is no session: the panel is drawn from rows at each press, and its buttons say where it stands. Any
      organizer can go on with it for a week, after a restart too.

Tables: popped_key.
"""
