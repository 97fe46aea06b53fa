"""What the audit says, told to staff: in the bot log channel as it happens, and by `/audit` looking back.

Each feature says how its own actions are told. What runs, headcounts, parties and plans do is left to the raid log and
the panels.

Invariants:
    * An entry is told once, in the order in which entries became known; what is sent is noted before it is sent.
    * One message of a guild is under way at a time, with ten entries at most. One that Discord refuses goes to the
      channel that is chosen next.
    * A guild without a bot log channel is told nothing, and nothing waits for it.
    * `/audit` reads from a place in the audit onwards, so that what happens meanwhile moves nothing.

No tables of its own: the audit belongs to `kernel.audit`.
"""
