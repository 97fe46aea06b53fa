"""The page beside the night: opened before it, look-only while it is played, everybody's afterwards."""

import asyncio
import contextlib
import os
import sys
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from rich.console import Console
from rich.markup import escape

from raidbot.playground.demo.cast import Cast
from raidbot.playground.demo.diary import Diary, Tone
from raidbot.playground.demo.stage import Stage

if TYPE_CHECKING:
    from raidbot.playground.page import Page  # it is built on this package, so it is imported when it is needed

T = TypeVar("T")

BUILT = "page"
"""The folder of the built page, beside the demo's."""


async def page_files(console: Console, folder: Path) -> Path | None:
    """Build the page, unless it is; None, and one line that says why, where that cannot be done."""
    from raidbot.playground.page import BuildError, built

    try:
        with console.status("Building the page for the browser (once)"):
            return await asyncio.to_thread(built, folder.parent / BUILT)
    except BuildError as error:
        console.print(f"The page in the browser is left out: {escape(str(error))}", soft_wrap=True)
        return None


async def open_page(
    stack: contextlib.AsyncExitStack, here: Stage, cast: Cast, files: Path, diary: Diary | None = None
) -> "Page":
    """Serve the page until the stack ends it; a diary is told the address, and means that the night is being played."""
    from raidbot.playground.page import page

    shown = await stack.enter_async_context(page(here, cast, files, night=diary is not None))
    if diary is not None:
        diary.address = shown.address
        diary.say(f"The server in your browser: {shown.address}", Tone.GOOD)
    return shown


def open_browser(address: str) -> None:
    """Open an address where there is a desktop; elsewhere a text browser would take the terminal."""
    if sys.platform in {"darwin", "win32"} or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        with contextlib.suppress(webbrowser.Error):
            webbrowser.open(address)


async def over(night: "asyncio.Task[T]", shown: "Page | None") -> T | None:
    """Wait for the end of the night; None when somebody ended it from the page to play themselves."""
    taken = asyncio.create_task(asyncio.Event().wait() if shown is None else shown.backstage.taken_over.wait())
    try:
        await asyncio.wait({night, taken}, return_when=asyncio.FIRST_COMPLETED)
        return night.result() if night.done() else None
    finally:
        for task in (night, taken):
            task.cancel()
        await asyncio.gather(night, taken, return_exceptions=True)


async def stay(console: Console, here: Stage, shown: "Page") -> None:
    """Leave the server to the page's visitors until Ctrl-C."""
    await here.discord.cancel_stop()
    if not here.bot.running:
        await here.bot.died()
        await here.bot.start()
    shown.backstage.open_to_all()
    console.print(f"The server is yours now: [bold]{shown.address}[/] (Ctrl-C ends it)", soft_wrap=True)
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.Event().wait()
