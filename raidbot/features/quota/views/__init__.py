"""What members see of quota: `history` of a raider, `ledger` rows that staff write."""
