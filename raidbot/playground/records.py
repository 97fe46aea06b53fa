"""What the bot asked of this Discord, and what it did wrong."""

import os
import signal
from collections import Counter, deque
from dataclasses import dataclass
from typing import Any

KEPT_REQUESTS = 50_000
KEPT_PROBLEMS = 1_000


@dataclass(frozen=True, slots=True)
class Recorded:
    method: str
    route: str
    """The template; empty for an unknown route."""
    path: str
    status: int
    """0: a fault cut the connection before it was handled."""
    at: float
    """Unix seconds of the world's clock."""
    size: int
    """Bytes of the request's body."""
    body: Any


@dataclass(slots=True)
class KillOrder:
    """Send a signal to the bot when its n-th request from now arrives."""

    countdown: int
    pid: int
    signal: int
    after: bool
    """Handle that request first; only its answer is lost."""


class Records:
    def __init__(self) -> None:
        self.requests: deque[Recorded] = deque(maxlen=KEPT_REQUESTS)
        self.counts: Counter[tuple[str, str]] = Counter()
        self.problems: deque[str] = deque(maxlen=KEPT_PROBLEMS)
        self.total = 0
        """REST requests that arrived, also those that were never answered."""
        self.refused = 0
        """REST requests that were answered with 429."""
        self.kill_order: KillOrder | None = None

    def clear(self) -> None:
        """Forget everything, a standing kill order too."""
        self.requests.clear()
        self.counts.clear()
        self.problems.clear()
        self.total = self.refused = 0
        self.kill_order = None

    def arrived(self) -> KillOrder | None:
        """Count a request; returns the order that is due after its handling, and carries out one due before."""
        self.total += 1
        order = self.kill_order
        if order is None:
            return None
        order.countdown -= 1
        if order.countdown > 0:
            return None
        self.kill_order = None
        if order.after:
            return order
        execute(order)
        return None

    def answered(self, recorded: Recorded) -> None:
        """Keep a request with its answer's status."""
        self.requests.append(recorded)
        self.counts[recorded.method, recorded.route] += 1
        self.refused += recorded.status == 429


def execute(order: KillOrder) -> None:
    """Send the signal; a process that is gone already is fine."""
    try:
        os.kill(order.pid, order.signal or signal.SIGKILL)
    except ProcessLookupError:
        return
