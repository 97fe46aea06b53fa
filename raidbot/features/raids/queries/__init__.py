"""Statements of raids: `runs` on the run itself, `clicks` on raiders and keys, `pings` on its ping messages."""
