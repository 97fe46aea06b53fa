"""The driver's side: one websocket, on which it asks (verb, arguments) and hears answers and changes in order.

The verbs are the public methods of `Control`, which has them from `process`, `guilds`, `members`, `messages` and
`interactions`; a method's keyword arguments are the verb's.
"""

from raidbot.playground.control.control import Control

__all__ = ["Control"]
