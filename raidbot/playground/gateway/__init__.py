"""Gateway v10 of the local Discord: one websocket a shard, sessions that outlive it.

`hub.Gateway` is the door: `handle` serves a websocket, `dispatch` hands an event to every session that may see it.
`session` numbers and remembers events for RESUME, `connection` writes frames and watches heartbeats, `intents` says who
sees what, `members` answers REQUEST_GUILD_MEMBERS, `protocol` holds the wire format, `source` what the world must tell.
"""

from raidbot.playground.gateway.hub import Gateway
from raidbot.playground.gateway.intents import Intent
from raidbot.playground.gateway.protocol import CloseCode
from raidbot.playground.gateway.source import GatewaySource

__all__ = ["CloseCode", "Gateway", "GatewaySource", "Intent"]
