"""Which panel is drawn when: the panels of one of Discord's buckets take turns."""

import asyncio
import contextlib
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from contextvars import Context
from dataclasses import dataclass
from typing import Final

from raidbot.kernel.discord.failures import pause

TURN_S: Final = 1.01
"""Between two requests for the panels of one channel: Discord takes 5 in 5 s."""
FORBIDDEN_PAUSE_S: Final = 3600.0

Lane = tuple[str, int]
"""One of Discord's buckets, and whose: a channel's or, of an ephemeral panel, its own."""


@dataclass(slots=True)
class Waiting:
    """What waits to be drawn."""

    version: int
    since: float
    attempts: int = 0
    not_before: float = 0.0
    forbidden: bool = False
    """Staff must act before another try makes sense."""


class Lanes:
    """The panels that wait, one task a lane while there are any; one object an easel."""

    def __init__(self, lane_of: Callable[[int], Lane], draw: Callable[[int, Waiting], Awaitable[None]]) -> None:
        self._lane_of = lane_of
        self._draw = draw
        self._waiting: dict[int, Waiting] = {}
        self._tasks: dict[Lane, asyncio.Task[None]] = {}
        self._free_at: dict[Lane, float] = defaultdict(float)
        self._pokes: dict[Lane, asyncio.Event] = defaultdict(asyncio.Event)
        self._stopping = False

    def __contains__(self, panel_id: int) -> bool:
        return panel_id in self._waiting

    def wait(self, panel_id: int, version: int) -> None:
        """Have a panel drawn as soon as its turn comes."""
        waiting = self._waiting.get(panel_id)
        if waiting is None:
            self._waiting[panel_id] = Waiting(version, time.monotonic())
        elif version > waiting.version:
            waiting.version = version
            if not waiting.forbidden:  # what failed showed something else: the pauses grow anew
                waiting.attempts, waiting.not_before = 0, min(waiting.not_before, time.monotonic() + pause(0))
        self._wake(self._lane_of(panel_id))

    def again(self, panel_id: int, tried: Waiting, seconds: float) -> None:
        """Have a panel drawn again after a failure."""
        self.wait(panel_id, tried.version)
        again = self._waiting[panel_id]
        again.since = min(again.since, tried.since)
        again.attempts, again.not_before = tried.attempts + 1, time.monotonic() + seconds
        again.forbidden = seconds == FORBIDDEN_PAUSE_S

    def at_once(self, panel_id: int) -> None:
        """Forget that a panel which waits has failed."""
        waiting = self._waiting.get(panel_id)
        if waiting is not None:
            waiting.forbidden, waiting.attempts, waiting.not_before = False, 0, 0.0
            self._wake(self._lane_of(panel_id))

    def forbidden(self) -> list[int]:
        """List the panels that wait for staff."""
        return [panel_id for panel_id, waiting in self._waiting.items() if waiting.forbidden]

    def forget(self, panel_id: int, lane: Lane) -> None:
        """Draw a panel no more; `lane` is forgotten too if it is the panel's own."""
        self._waiting.pop(panel_id, None)
        if lane == own_lane(panel_id):
            self._free_at.pop(lane, None)
            self._pokes.pop(lane, None)

    async def stop(self) -> None:
        """Stop after the requests under way, five seconds at most."""
        self._stopping = True
        for lane in self._tasks:
            self._pokes[lane].set()
        if self._tasks:
            await asyncio.wait(self._tasks.values(), timeout=5.0)
        for task in self._tasks.values():
            task.cancel()

    def _wake(self, lane: Lane) -> None:
        """Have a lane look at what waits, now."""
        self._pokes[lane].set()
        if lane not in self._tasks and not self._stopping:
            # A context of its own: the patience and the correlation of the click that rang are not the lane's.
            self._tasks[lane] = asyncio.create_task(self._work(lane), name=f"easel {lane}", context=Context())

    async def _work(self, lane: Lane) -> None:
        """Draw what waits in a lane, one a turn, the longest waiting first."""
        poke = self._pokes[lane]
        try:
            while not self._stopping and (ready := self._next(lane)) is not None:
                panel_id, at = ready
                delay = max(at, self._free_at[lane]) - time.monotonic()
                if delay > 0:
                    poke.clear()
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(delay):
                            await poke.wait()
                    continue
                self._free_at[lane] = time.monotonic() + TURN_S
                await self._draw(panel_id, self._waiting.pop(panel_id))
                if panel_id in self._waiting:
                    self._wake(self._lane_of(panel_id))  # posted meanwhile, it waits in the lane of edits
        finally:
            self._tasks.pop(lane, None)
            if not self._stopping and self._next(lane) is not None:
                self._wake(lane)

    def _next(self, lane: Lane) -> tuple[int, float] | None:
        own = [
            (waiting.not_before, waiting.since, panel_id)
            for panel_id, waiting in self._waiting.items()
            if self._lane_of(panel_id) == lane
        ]
        if not own:
            return None
        now = time.monotonic()
        ready = [(since, panel_id) for at, since, panel_id in own if at <= now]
        if ready:
            return min(ready)[1], 0.0
        at, _, panel_id = min(own)
        return panel_id, at


def own_lane(panel_id: int) -> Lane:
    """Return the lane of an ephemeral panel: Discord counts the edits of each answer for itself."""
    return ("token", panel_id)
