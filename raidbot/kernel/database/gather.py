"""Many small writes as one: what arrives while a write runs, or soon after it began, goes together in the next."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Hashable, Sequence
from contextvars import Context
from dataclasses import dataclass
from time import monotonic
from typing import Final, Generic, TypeVar

from raidbot.kernel.errors import Unavailable

K = TypeVar("K", bound=Hashable)
A = TypeVar("A")
R = TypeVar("R")

PACE_S: Final = 0.02
"""From the beginning of a flush to the next: nobody notices, and 400 clicks a second are 50 statements."""


@dataclass(frozen=True, slots=True)
class _Waiting(Generic[K, A, R]):
    key: K
    item: A
    answer: asyncio.Future[R]


class Gather(Generic[K, A, R]):
    """Collects items and flushes them together, one flush at a time and at its pace; a lone item is flushed at once.

    `flush` answers each item, in order. Two items of one key never share a flush: the later one sees what the earlier
    one did. When a flush of several fails they are tried one by one, so that each gets its own error; but not when the
    database is away, which is nobody's fault: then all get Unavailable. `flush` must therefore be all or nothing.
    """

    def __init__(
        self,
        name: str,
        flush: Callable[[Sequence[A]], Awaitable[Sequence[R]]],
        *,
        key: Callable[[A], K],
        limit: int = 500,
    ) -> None:
        self.name = name
        self._flush = flush
        self._key = key
        self._limit = limit
        self._waiting: deque[_Waiting[K, A, R]] = deque()
        self._runner: asyncio.Task[None] | None = None
        self._began = monotonic() - PACE_S

    async def submit(self, item: A) -> R:
        """Hand in an item and wait for its answer; raises what its flush raised.

        An item whose submitter is cancelled before its flush begins is dropped.
        """
        answer: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(self._key(item), item, answer))
        if self._runner is None:
            # A context of its own: deadline and correlation id of the first submitter are not the others'.
            self._runner = asyncio.create_task(self._run(), name=f"gather {self.name}", context=Context())
        return await answer

    async def drain(self) -> None:
        """Wait until nothing waits and no flush runs."""
        while self._runner is not None:
            await asyncio.wait({self._runner})

    async def _run(self) -> None:
        batch: list[_Waiting[K, A, R]] = []
        try:
            while self._waiting:
                early = self._began + PACE_S - monotonic()
                if early > 0:
                    await asyncio.sleep(early)
                self._began = monotonic()
                batch = self._next()
                if batch:
                    await self._settle(batch)
        finally:
            self._runner = None
            for one in (*batch, *self._waiting):  # nothing, unless the loop is closing
                one.answer.cancel()
            self._waiting.clear()

    def _next(self) -> list[_Waiting[K, A, R]]:
        batch: list[_Waiting[K, A, R]] = []
        later: deque[_Waiting[K, A, R]] = deque()
        keys: set[K] = set()
        while self._waiting and len(batch) < self._limit:
            one = self._waiting.popleft()
            if one.answer.cancelled():
                continue
            (later if one.key in keys else batch).append(one)
            keys.add(one.key)
        later.extend(self._waiting)
        self._waiting = later
        return batch

    async def _settle(self, batch: Sequence[_Waiting[K, A, R]]) -> None:
        try:
            answers = await self._flush([one.item for one in batch])
            if len(answers) != len(batch):
                raise RuntimeError(f"gather {self.name}: {len(answers)} answers to {len(batch)} items")  # noqa: TRY301 - one road for every fault of a flush
        except Exception as error:  # noqa: BLE001 - whatever it is, it is the submitters' to handle
            if len(batch) > 1 and not isinstance(error, Unavailable):
                for one in batch:
                    await self._settle([one])
                return
            for one in batch:
                if not one.answer.done():
                    one.answer.set_exception(error)
            return
        for one, answer in zip(batch, answers, strict=True):
            if not one.answer.done():
                one.answer.set_result(answer)
