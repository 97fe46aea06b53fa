"""Rate limits of members, in memory: a restart forgives."""

import time
from collections import deque
from typing import ClassVar, Final

from limits import RateLimitItemPerSecond
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from raidbot.kernel.discord.answers import Bucket
from raidbot.kernel.discord.error_texts import RateLimitedError

_ITEMS: Final = {
    bucket: RateLimitItemPerSecond(bucket.value[1], bucket.value[2], namespace=bucket.value[0]) for bucket in Bucket
}
SWEEP_EVERY: Final = 1000
"""Uses after which members who have long been idle are forgotten."""


class Windows(MemoryStorage):
    """The library's memory storage with moving windows that cost microseconds.

    Its own look at every live key at nearly every use: milliseconds a click with a thousand raiders about.
    """

    STORAGE_SCHEME: ClassVar[list[str]] = []  # type: ignore[misc]  # reached by no address

    def __init__(self) -> None:
        super().__init__()
        self._uses: dict[str, tuple[int, deque[float]]] = {}
        self._until_sweep = SWEEP_EVERY

    async def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Count a use unless `limit` of them lie within the last `expiry` seconds."""
        now = time.time()
        uses = self._live(key, expiry, now)
        if len(uses) + amount > limit:
            return False
        uses.extend([now] * amount)
        self._until_sweep -= 1
        if self._until_sweep <= 0:
            self._sweep(now)
        return True

    async def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:  # noqa: ARG002 - the library's signature
        """Return when the oldest use that counts was, and how many count."""
        now = time.time()
        uses = self._live(key, expiry, now)
        return (uses[0] if uses else now), len(uses)

    def _live(self, key: str, expiry: int, now: float) -> deque[float]:
        uses = self._uses.setdefault(key, (expiry, deque()))[1]
        while uses and uses[0] <= now - expiry:
            uses.popleft()
        return uses

    def _sweep(self, now: float) -> None:
        self._uses = {
            key: (expiry, uses) for key, (expiry, uses) in self._uses.items() if uses and uses[-1] > now - expiry
        }
        self._until_sweep = max(SWEEP_EVERY, len(self._uses))


class Limiter:
    """Counts uses of a bucket per subject in a sliding window (the `limits` library)."""

    def __init__(self) -> None:
        # Exact windows: the library's approximate counter lets two pops in one second.
        self._limits = MovingWindowRateLimiter(Windows())

    async def hit(self, bucket: Bucket, *subject: object) -> None:
        """Count one use. Raises RateLimitedError with the seconds until the next one is allowed."""
        item, keys = _ITEMS[bucket], [str(part) for part in subject]
        if not await self._limits.hit(item, *keys):
            window = await self._limits.get_window_stats(item, *keys)
            raise RateLimitedError(window.reset_time - time.time())
