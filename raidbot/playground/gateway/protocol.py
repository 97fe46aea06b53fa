"""The wire: opcodes, close codes, frames and transport compression."""

import sys
import zlib
from collections.abc import Callable
from enum import IntEnum
from typing import Any

import orjson

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

MAX_CLIENT_PAYLOAD_BYTES = 4096


class Opcode(IntEnum):
    """Gateway opcodes."""

    DISPATCH = 0
    HEARTBEAT = 1
    IDENTIFY = 2
    PRESENCE_UPDATE = 3
    VOICE_STATE_UPDATE = 4
    RESUME = 6
    RECONNECT = 7
    REQUEST_GUILD_MEMBERS = 8
    INVALID_SESSION = 9
    HELLO = 10
    HEARTBEAT_ACK = 11


class CloseCode(IntEnum):
    """Close codes of Discord's gateway, and the websocket ones that matter to it."""

    NORMAL = 1000
    GOING_AWAY = 1001
    ABNORMAL = 1006
    UNKNOWN_ERROR = 4000
    UNKNOWN_OPCODE = 4001
    DECODE_ERROR = 4002
    NOT_AUTHENTICATED = 4003
    AUTHENTICATION_FAILED = 4004
    ALREADY_AUTHENTICATED = 4005
    INVALID_SEQ = 4007
    RATE_LIMITED = 4008
    SESSION_TIMED_OUT = 4009
    INVALID_SHARD = 4010
    INVALID_VERSION = 4012
    INVALID_INTENTS = 4013
    DISALLOWED_INTENTS = 4014


# A session does not survive these: closed by the client on purpose, or refused by the server for good.
ENDS_SESSION = frozenset(CloseCode) - {
    CloseCode.ABNORMAL,
    CloseCode.UNKNOWN_ERROR,
    CloseCode.UNKNOWN_OPCODE,
    CloseCode.DECODE_ERROR,
    CloseCode.ALREADY_AUTHENTICATED,
    CloseCode.RATE_LIMITED,
}


class Refusal(Exception):  # noqa: N818 - it is an answer of the protocol, not an error of the program
    """A client's payload is answered by closing its connection."""

    def __init__(self, code: CloseCode, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


def dispatch_frame(event: str, seq: int, data: bytes) -> bytes:
    """Wrap encoded event data; the data is encoded once however many sessions get it."""
    return b'{"op":0,"t":"%b","s":%d,"d":%b}' % (event.encode(), seq, data)


def control_frame(opcode: Opcode, data: Any = None) -> bytes:
    """Encode a payload that is not an event."""
    return orjson.dumps({"op": int(opcode), "d": data, "s": None, "t": None})


def decode(data: str | bytes) -> tuple[int, Any]:
    """Return opcode and data of a client's payload.

    Raises:
        Refusal: The payload is too long, no JSON or no gateway payload (4002).
    """
    raw = data.encode() if isinstance(data, str) else data
    if len(raw) > MAX_CLIENT_PAYLOAD_BYTES:
        raise Refusal(CloseCode.DECODE_ERROR, "Payload too large.")
    try:
        payload = orjson.loads(raw)
        return int(payload["op"]), payload.get("d")
    except (ValueError, KeyError, TypeError) as error:
        raise Refusal(CloseCode.DECODE_ERROR, "Error while decoding payload.") from error


def _zlib_stream() -> Callable[[bytes], bytes]:
    # Level 1: the two cores of a storm are worth more than loopback bytes.
    stream = zlib.compressobj(1)
    return lambda frame: stream.compress(frame) + stream.flush(zlib.Z_SYNC_FLUSH)


def _zstd_stream() -> Callable[[bytes], bytes]:
    stream = zstd.ZstdCompressor(1)
    return lambda frame: stream.compress(frame, zstd.ZstdCompressor.FLUSH_BLOCK)


# Query parameter `compress` -> maker of a connection's stream. Each frame ends in a flush: one message is one payload.
COMPRESSIONS: dict[str, Callable[[], Callable[[bytes], bytes]]] = {
    "zlib-stream": _zlib_stream,
    "zstd-stream": _zstd_stream,
}
