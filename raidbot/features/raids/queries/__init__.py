"""Statements of raids: `runs` on a run, `clicks` on raiders and keys, `pings` on its pings, `overview` on all runs."""
