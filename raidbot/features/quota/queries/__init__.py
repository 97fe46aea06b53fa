"""Statements of quota: `ledger` rows, `rates` of what earns how much, `history`, `boards`, `stats`, `totals`."""
