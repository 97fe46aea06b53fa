"""Parties: small groups that raiders find for themselves with `/party`, each with a panel and a thread.

A party is open until its owner or a moderator closes it, its time is over, or its owner is gone; then its panel is
deleted and its thread archived. It lives two hours; its owner may extend it hour by hour, to six hours in all.

Invariants:
    * A member owns one open party a guild, and opens three in 30 minutes at most. Guilds know nothing of each other.
    * The owner is always in; nobody joins past the size. Every change of who is in happens under the party's row lock.
    * What stands on Discord is brought in line with the rows by effects that may be done twice: `parties.settle` makes
      the thread of an open party, and takes down what a closed one left; `parties.seat` puts a member into the thread
      or takes them out, as the rows say; `parties.warn` says once that the end is near.

Tables: party, party_member.
"""
