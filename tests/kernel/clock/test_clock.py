import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from raidbot.kernel.clock import Clock, catch_up, follow

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def test_now_is_aware_utc() -> None:
    assert Clock().now().tzinfo == UTC
    assert abs(Clock().now() - datetime.now(UTC)) < timedelta(minutes=1)


def test_shifts_add_up_and_go_back() -> None:
    clock = Clock(lambda: NOON)
    clock.shift(timedelta(hours=2))
    clock.shift(timedelta(minutes=-30))
    assert clock.now() == NOON + timedelta(hours=1, minutes=30)
    assert clock.offset == timedelta(hours=1, minutes=30)


def test_subscribers_see_the_new_time() -> None:
    clock = Clock(lambda: NOON)
    seen: list[datetime] = []
    clock.subscribe(lambda: seen.append(clock.now()))
    clock.shift(timedelta(hours=1))
    assert seen == [NOON + timedelta(hours=1)]


def test_in_production_the_clock_cannot_be_moved() -> None:
    clock = Clock(lambda: NOON, shiftable=False)
    with pytest.raises(RuntimeError, match="production"):
        clock.shift(timedelta(seconds=1))
    assert clock.now() == NOON


@pytest.mark.parametrize("text", ["", "soon", "nan", "inf", "1e300"])
def test_a_file_that_makes_no_sense_changes_nothing(tmp_path: Path, text: str) -> None:
    clock = Clock(lambda: NOON)
    catch_up(clock, tmp_path / "missing")
    (tmp_path / "offset").write_text(text)
    catch_up(clock, tmp_path / "offset")
    assert clock.now() == NOON


def test_the_file_holds_the_whole_offset_not_a_step(tmp_path: Path) -> None:
    clock, file, shifts = Clock(lambda: NOON), tmp_path / "offset", list[int]()
    clock.subscribe(lambda: shifts.append(1))
    for _ in range(3):
        file.write_text("90.5\n")
        catch_up(clock, file)
    assert clock.now() == NOON + timedelta(seconds=90.5)
    assert shifts == [1]


async def test_follow_keeps_to_the_file(tmp_path: Path) -> None:
    clock, file, moved = Clock(lambda: NOON), tmp_path / "offset", asyncio.Event()
    clock.subscribe(moved.set)
    task = asyncio.create_task(follow(clock, file, every=0.001))
    try:
        for seconds in (60, 7200, 0):
            (tmp_path / "new").write_text(str(seconds))
            (tmp_path / "new").rename(file)
            async with asyncio.timeout(5):
                await moved.wait()
            moved.clear()
            assert clock.now() == NOON + timedelta(seconds=seconds)
    finally:
        task.cancel()
