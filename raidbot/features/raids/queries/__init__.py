"""Statements of raids.

`runs` on a run, `shown` for its panels, `clicks` on raiders and keys, `attendance` on who is in, `pings` on its pings,
`requests` on what it calls for, `overview` on all runs.
"""
