"""Statements of raids.

`runs` on a run, `clicks` on raiders and keys, `pings` on its pings, `requests` on what it calls for, `overview` on all
runs.
"""
