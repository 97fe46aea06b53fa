"""What members earn: the ledger, one row a fact, and `/myruns`, where raiders read their own.

Invariants:
    * A raider completes a pop of a run once; pop 0 stands for a run without pops.
    * Rows are only ever added; totals are sums of rows, counted by kind.
    * A history shows each run once, where the raider's last completion of it stands; it is read from a place in it
      onwards, so that what is completed meanwhile moves nothing.

Tables: ledger.
"""
