"""Every statement on what is owed: `panels`, `roles` and `effects`."""
