"""What members see of quota: `history` of a raider, `boards` and `stats`, `ledger` rows that staff write."""
