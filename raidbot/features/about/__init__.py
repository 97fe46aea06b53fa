"""What the bot says of itself: `/help`, made from the commands as they are declared, `/ping` and `/about`.

Invariants:
    * Help knows the commands that the server has: a module that is off has none there.
    * Nothing about a command is written twice; what help says is what Discord and the permission rule were told.
"""
