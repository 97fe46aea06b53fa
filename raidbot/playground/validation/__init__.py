"""What Discord refuses in a request's body, with the path to each fault.

Each function takes decoded JSON and returns None when it is fine; else `Errors`, whose `body()` is the JSON that goes
with status 400. Paths, and the codes of common faults, are Discord's; it documents no list of codes, so those of rarer
ones are named in its manner and nobody should branch on them. That a message would be empty (50006), and whether ids
exist, is for whoever knows the world to say.
"""

from raidbot.playground.validation.commands import command, commands
from raidbot.playground.validation.errors import Errors
from raidbot.playground.validation.guilds import audit_reason, ban, channel, member_edit, role, thread
from raidbot.playground.validation.interactions import interaction_response
from raidbot.playground.validation.messages import message

__all__ = [
    "Errors",
    "audit_reason",
    "ban",
    "channel",
    "command",
    "commands",
    "interaction_response",
    "member_edit",
    "message",
    "role",
    "thread",
]
