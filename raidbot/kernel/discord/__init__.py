"""The kit every feature speaks to Discord with.

The runner answers interactions in time; the router finds what a custom id means; the easel draws panels; the role
queue, the effect worker and the command log carry out what is owed. Nothing here holds a rule of a feature.

Tables: command_log (what is owed lives in kernel.owed).
"""
