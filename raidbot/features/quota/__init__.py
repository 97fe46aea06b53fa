"""What members earn: the ledger, one row a fact.

Invariants:
    * A raider completes a pop of a run once; pop 0 stands for a run without pops.
    * Rows are only ever added; totals are sums of rows, counted by kind.

Tables: ledger.
"""
