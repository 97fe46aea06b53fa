"""Pings: what raiders are told of in the raid channel."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final


class PingKind(StrEnum):
    """What raiders are pinged for."""

    STARTING = "starting"
    MANUAL = "manual"
    KEY_POPPED = "key_popped"
    EXPIRING = "expiring"
    REALM_SCORE = "realm_score"
    REALM_CLOSED = "realm_closed"
    MINIBOSS = "miniboss"
    THIRD_ROOM = "third_room"
    TRANSFERRED = "transferred"
    REQUEST = "request"
    """Mentions in passing whom the role that a request pings does not reach; it replaces no other ping."""
    LAST_CALL = "last_call"
    MOVED_UP = "moved_up"
    """Tells those who came in from the reserve list; it replaces no other ping, and none replaces it."""


PASSING: Final = frozenset({PingKind.REQUEST, PingKind.MOVED_UP})
REPLACED: Final = frozenset(PingKind) - {PingKind.MOVED_UP}
"""What goes as a ping comes that is not passing."""


@dataclass(frozen=True, slots=True)
class Ping:
    """A ping that was asked for."""

    id: int
    run_id: int
    kind: PingKind
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class PingMessage:
    """One message of a ping; part 0 carries the text, the others only mention."""

    ping_id: int
    part: int
    content: str
    user_ids: tuple[int, ...]
    message_id: int | None


@dataclass(frozen=True, slots=True)
class UnsurePing:
    """A ping with messages that may stand on Discord although nobody heard so."""

    id: int
    asked_at: datetime
    contents: tuple[str, ...]
