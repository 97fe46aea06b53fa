"""Statements of the schedule: `plans` on planned runs, `interest` on who is reminded, `messages` on what is said."""
