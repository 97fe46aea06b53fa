"""How a guild's administrators tell the bot which role and channel stands for what: /setroles, /setchannels, /unset.

Invariants:
    * Only Discord Administrators and the owner configure; no mapped role is enough, so that a new guild can begin.
    * @everyone and roles that only Discord gives (of bots, boosters) stand for nothing. A role or channel that the bot
      cannot use yet is taken all the same, with a warning: staff may mend that afterwards.
    * A role or channel that Discord no longer has clears its mapping, also when it went while the bot was away, and
      staff are told once.

No tables of its own: the mappings belong to `kernel.guilds`.
"""
