"""Statements of headcounts: `headcounts` on a headcount, `clicks` on who is in with which keys, `drafts` on choices."""
