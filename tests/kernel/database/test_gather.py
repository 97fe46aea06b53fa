import asyncio
from collections.abc import Callable, Sequence
from time import monotonic

import pytest
from hypothesis import given
from hypothesis import strategies as st

from raidbot.kernel.database import Gather, gather
from raidbot.kernel.errors import Unavailable

Item = tuple[str, int]  # key, number


class Ledger:
    """Answers each item with its number times ten; each flush waits until it is let go."""

    def __init__(self, fails: Callable[[Sequence[Item]], Exception | None] = lambda _: None, limit: int = 500) -> None:
        self.flushes: list[list[Item]] = []
        self.go = asyncio.Event()
        self._fails = fails
        self.gather: Gather[str, Item, int] = Gather("test", self._flush, key=lambda item: item[0], limit=limit)

    async def _flush(self, items: Sequence[Item]) -> list[int]:
        self.flushes.append(list(items))
        await self.go.wait()
        if (error := self._fails(items)) is not None:
            raise error
        return [number * 10 for _, number in items]

    def submit(self, *items: Item) -> list[asyncio.Task[int]]:
        return [asyncio.create_task(self.gather.submit(item)) for item in items]

    async def begun(self, flushes: int) -> None:
        async with asyncio.timeout(5):
            while len(self.flushes) < flushes:  # noqa: ASYNC110 - the gather offers no event
                await asyncio.sleep(0)


async def test_a_burst_of_one_tick_goes_together() -> None:
    ledger = Ledger()
    ledger.go.set()
    answers = await asyncio.gather(*ledger.submit(("a", 1), ("b", 2), ("c", 3)))
    assert answers == [10, 20, 30]
    assert ledger.flushes == [[("a", 1), ("b", 2), ("c", 3)]]


async def test_what_arrives_during_a_flush_goes_together_in_the_next() -> None:
    ledger = Ledger()
    first = ledger.submit(("a", 1))
    await ledger.begun(1)
    second = [*ledger.submit(("b", 2)), *ledger.submit(("c", 3))]
    await asyncio.sleep(0)
    ledger.go.set()
    answers = await asyncio.gather(*(first + second))
    assert answers == [10, 20, 30]
    assert ledger.flushes == [[("a", 1)], [("b", 2), ("c", 3)]]


async def test_what_arrives_soon_after_a_flush_waits_for_company_and_what_comes_later_does_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(gather, "PACE_S", 0.5)
    ledger = Ledger()
    ledger.go.set()
    began = monotonic()
    assert await ledger.gather.submit(("a", 1)) == 10
    alone = monotonic() - began
    second = ledger.submit(("b", 2))
    for _ in range(5):
        await asyncio.sleep(0)
    assert await asyncio.gather(*second, *ledger.submit(("c", 3))) == [20, 30]
    assert ledger.flushes == [[("a", 1)], [("b", 2), ("c", 3)]]
    assert alone < 0.5 <= monotonic() - began


async def test_two_items_of_one_key_never_share_a_flush_and_keep_their_order() -> None:
    ledger = Ledger()
    ledger.go.set()
    await asyncio.gather(*ledger.submit(("a", 1), ("a", 2), ("b", 3), ("a", 4)))
    assert ledger.flushes == [[("a", 1), ("b", 3)], [("a", 2)], [("a", 4)]]


async def test_a_flush_is_no_larger_than_its_limit() -> None:
    ledger = Ledger(limit=2)
    ledger.go.set()
    await asyncio.gather(*ledger.submit(*((str(n), n) for n in range(5))))
    assert [len(flush) for flush in ledger.flushes] == [2, 2, 1]


async def test_one_bad_item_does_not_fail_its_neighbours() -> None:
    ledger = Ledger(fails=lambda items: KeyError("bad") if ("bad", 2) in items else None)
    ledger.go.set()
    answers = await asyncio.gather(*ledger.submit(("a", 1), ("bad", 2), ("c", 3)), return_exceptions=True)
    assert answers[0] == 10
    assert isinstance(answers[1], KeyError)
    assert answers[2] == 30


async def test_when_the_database_is_away_all_learn_it_and_none_is_tried_alone() -> None:
    ledger = Ledger(fails=lambda _: Unavailable("away"))
    ledger.go.set()
    answers = await asyncio.gather(*ledger.submit(("a", 1), ("b", 2)), return_exceptions=True)
    assert [type(answer) for answer in answers] == [Unavailable, Unavailable]
    assert len(ledger.flushes) == 1


async def test_a_flush_that_answers_too_little_is_a_fault() -> None:
    async def flush(_: Sequence[int]) -> list[int]:
        return []

    gather: Gather[int, int, int] = Gather("short", flush, key=lambda item: item)
    with pytest.raises(RuntimeError, match="gather short: 0 answers to 1 items"):
        await gather.submit(1)


async def test_a_cancelled_submitter_does_not_break_the_others() -> None:
    ledger = Ledger()
    flushing, other = ledger.submit(("a", 1), ("b", 2))
    await ledger.begun(1)
    waiting, last = ledger.submit(("c", 3), ("d", 4))
    await asyncio.sleep(0)
    flushing.cancel()
    waiting.cancel()
    await asyncio.sleep(0)
    ledger.go.set()
    assert list(await asyncio.gather(other, last)) == [20, 40]
    assert ledger.flushes == [[("a", 1), ("b", 2)], [("d", 4)]]  # c was dropped before its flush began


async def test_drain_waits_for_everything_submitted() -> None:
    ledger = Ledger()
    tasks = ledger.submit(("a", 1), ("a", 2))
    await ledger.begun(1)
    draining = asyncio.create_task(ledger.gather.drain())
    await asyncio.sleep(0)
    assert not draining.done()
    ledger.go.set()
    await draining
    await asyncio.sleep(0)
    assert all(task.done() for task in tasks)
    await ledger.gather.drain()


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 99)), max_size=30),
    st.integers(1, 5),
    st.sets(st.integers(0, 99)),
)
def test_every_item_is_answered_and_keys_keep_their_order(items: list[Item], limit: int, bad: set[int]) -> None:
    async def evening() -> None:
        ledger = Ledger(lambda flush: KeyError() if any(number in bad for _, number in flush) else None, limit)
        ledger.go.set()
        answers = await asyncio.gather(*ledger.submit(*items), return_exceptions=True)
        for (_, number), answer in zip(items, answers, strict=True):
            assert isinstance(answer, KeyError) if number in bad else answer == number * 10
        for flush in ledger.flushes:
            assert len({key for key, _ in flush}) == len(flush) <= limit
        for key in "abc":
            done = [
                item
                for flush in ledger.flushes
                if len(flush) == 1 or not any(n in bad for _, n in flush)
                for item in flush
            ]
            assert [item for item in done if item[0] == key] == [item for item in items if item[0] == key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gather, "PACE_S", 0.0)  # the order counts here, not the pace, which would take minutes
        asyncio.run(evening())
