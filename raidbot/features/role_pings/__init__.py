"""Pings that members choose: which Discord role is mentioned for which dungeon, and the panel where it is taken.

Who holds a dungeon's role is pinged when a run of it opens; Discord keeps who holds it, and staff may give it by hand.

Invariants:
    * A dungeon has one ping role at most; dungeons that share a role are one choice.
    * Only a role is given that the bot can give, that carries no moderation permission and stands for nothing in the
      bot's own configuration; a role that became unfit later is not given any more.
    * A press writes what the member wants, once however often it is done; the role queue carries it out. What was
      pressed goes before the roles that a press carries, until Discord has confirmed it.
    * Whatever changed outside the bot counts: a role that was given or taken by hand shows as it is.
    * A guild has one panel; a new one takes the place of the old, whose message goes.
    * A role that is deleted, also while the bot was away, takes its dungeons off the panel, and staff are told.

Tables: role_ping, role_ping_panel. What a member is owed stands in member_role of `kernel.owed`.
"""
