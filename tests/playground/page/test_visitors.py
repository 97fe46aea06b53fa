"""When the night beside the page ends."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from raidbot.playground.demo.visitors import open_browser, over


class Night:
    """A night that goes on until it is told how to end."""

    def __init__(self) -> None:
        self.end: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.cancelled = False

    async def play(self) -> str:
        try:
            return await self.end
        except asyncio.CancelledError:
            self.cancelled = True
            raise


@pytest.fixture
async def night() -> Night:
    return Night()


@pytest.fixture
async def shown() -> Any:
    return SimpleNamespace(backstage=SimpleNamespace(taken_over=asyncio.Event()))


async def test_a_night_that_is_played_to_its_end_gives_its_result(night: Night, shown: Any) -> None:
    night.end.set_result("audited")
    assert await over(asyncio.create_task(night.play()), shown) == "audited"
    assert await over(asyncio.create_task(night.play()), None) == "audited"


async def test_who_takes_the_server_over_ends_the_night(night: Night, shown: Any) -> None:
    shown.backstage.taken_over.set()
    task = asyncio.create_task(night.play())
    await asyncio.sleep(0)
    assert await over(task, shown) is None
    assert night.cancelled


async def test_what_went_wrong_in_the_night_is_told(night: Night, shown: Any) -> None:
    night.end.set_exception(RuntimeError("the panel did not come"))
    with pytest.raises(RuntimeError, match="the panel did not come"):
        await over(asyncio.create_task(night.play()), shown)


async def test_ctrl_c_ends_the_night_too(night: Night, shown: Any) -> None:
    waiting = asyncio.create_task(over(asyncio.create_task(night.play()), shown))
    for _ in range(3):
        await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert night.cancelled


@pytest.mark.parametrize(
    ("variables", "times"), [({}, 0), ({"DISPLAY": ":0"}, 1), ({"WAYLAND_DISPLAY": "wayland-0"}, 1)]
)
def test_a_browser_is_opened_only_where_there_is_a_desktop(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], times: int
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr("webbrowser.open", opened.append)
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    open_browser("http://127.0.0.1:1/x/")
    assert opened == ["http://127.0.0.1:1/x/"] * times
