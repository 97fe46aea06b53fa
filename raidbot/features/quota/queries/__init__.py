"""Statements of quota: `ledger` rows, `rates` of what earns how much, `history` of a raider, `totals`."""
