"""The buttons, selects and forms of raids.

`raiders` on the public panel, `organizers` and `limits` on the organizer panel, `requests` on both sides of what a run
calls for.
"""
