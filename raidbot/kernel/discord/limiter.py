"""Rate limits of members, in memory: a restart forgives."""

import time
from typing import Final

from limits import RateLimitItemPerSecond
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from raidbot.kernel.discord.answers import Bucket
from raidbot.kernel.discord.error_texts import RateLimitedError

_ITEMS: Final = {
    bucket: RateLimitItemPerSecond(bucket.value[1], bucket.value[2], namespace=bucket.value[0]) for bucket in Bucket
}


class Limiter:
    """Counts uses of a bucket per subject in a sliding window (the `limits` library)."""

    def __init__(self) -> None:
        self._limits = MovingWindowRateLimiter(MemoryStorage())  # exact; the counter lets two pops in one second

    async def hit(self, bucket: Bucket, *subject: object) -> None:
        """Count one use. Raises RateLimitedError with the seconds until the next one is allowed."""
        item, keys = _ITEMS[bucket], [str(part) for part in subject]
        if not await self._limits.hit(item, *keys):
            window = await self._limits.get_window_stats(item, *keys)
            raise RateLimitedError(window.reset_time - time.time())
