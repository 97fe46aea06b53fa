"""`make demo`: a raid night on this machine, with a local Discord, the real bot and its own PostgreSQL.

It reads neither `.env` nor any setting of the bot: its token, database, ports and folder (`.data/demo`) are its own.
"""

import asyncio
import contextlib
import signal
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from loguru import logger
from rich.console import Console
from rich.markup import escape

from raidbot.kernel.database import Database, EmbeddedError
from raidbot.playground.demo import queries
from raidbot.playground.demo.audit import Check, Facts, audit
from raidbot.playground.demo.cast import Cast, gather_cast
from raidbot.playground.demo.crowd import Crowd, CrowdError
from raidbot.playground.demo.diary import Diary
from raidbot.playground.demo.night import ACTS, Night
from raidbot.playground.demo.opening import set_up
from raidbot.playground.demo.stage import Stage, StageError, stage
from raidbot.playground.demo.summary import summarise
from raidbot.playground.demo.view import live, plainly, watching
from raidbot.playground.demo.visitors import open_browser, open_page, over, page_files, stay
from raidbot.playground.driver import DriverError

__all__ = ["play", "play_page"]

FOLDER: Final = Path(".data/demo")
FEWEST, MOST = 8, 5000
LAST_WORDS: Final = 5
"""Lines that are said again when the live view broke off."""
SETTLES_S: Final = 90.0
"""How long the bot may take to settle what it owes after the last click."""
WATCHED, HURRIED = 1.5, 0.2
"""The tempo for a terminal, and for nobody."""


async def play(*, raiders: int, headless: bool, folder: Path = FOLDER) -> int:
    """Play the night and return the exit status: 0 only if the evening ended as it should, or was ended from the page.

    A terminal shows it live, at the pace of a watcher, and a page in the browser beside it, which stays until Ctrl-C;
    headless, or without a terminal, it prints lines and hurries.
    """
    console = Console(highlight=False)
    watched = console.is_terminal and not console.is_dumb_terminal and not headless
    diary = Diary(raiders, ACTS)

    async def evening(folder: Path) -> int:
        async with contextlib.AsyncExitStack() as stack:
            return await _play(console, diary, stack, folder, watched=watched)

    return await _guarded(console, raiders, folder, evening, diary if watched else None)


async def play_page(*, raiders: int, folder: Path = FOLDER) -> int:
    """Set the guild up and leave it to whoever opens the page, until Ctrl-C; returns the exit status."""
    console = Console(highlight=False)

    async def open_house(folder: Path) -> int:
        files = await page_files(console, folder)
        if files is None:
            return 1
        async with contextlib.AsyncExitStack() as stack:
            here = await stack.enter_async_context(stage(folder, log_level="DEBUG"))
            cast = await gather_cast(here.discord, raiders)
            await here.bot.start()
            await set_up(Crowd(cast.raids, Diary(raiders)), cast)
            shown = await open_page(stack, here, cast, files)
            await asyncio.to_thread(open_browser, shown.address)
            await stay(console, here, shown)
        return 0

    return await _guarded(console, raiders, folder, open_house, None)


async def _guarded(
    console: Console, raiders: int, folder: Path, evening: Callable[[Path], Awaitable[int]], diary: Diary | None
) -> int:
    """Run an evening; what ends it early is told in one line, after what a live view has hidden (the diary)."""
    if not FEWEST <= raiders <= MOST:
        console.print(f"A raid night takes {FEWEST} to {MOST:,} raiders.")
        return 2
    logger.disable("raidbot")  # the bot logs to its file; what this process has to say is on the screen
    task = asyncio.current_task()
    assert task is not None
    with _cancelled_by_signals(task):
        try:
            return await evening(await asyncio.to_thread(folder.absolute))
        except asyncio.CancelledError:
            console.print("The demo was stopped.")
            return 130
        except (StageError, EmbeddedError) as error:
            _complain(console, str(error))
            return 1
        except (CrowdError, DriverError, TimeoutError, ExceptionGroup) as error:
            for line in diary.lines[-LAST_WORDS:] if diary is not None else ():
                console.print(line.text, markup=False, soft_wrap=True)
            _complain(console, f"{_told(error)} (what the bot said is in {folder / 'bot.log'})")
            return 1


async def _play(
    console: Console, diary: Diary, stack: contextlib.AsyncExitStack, folder: Path, *, watched: bool
) -> int:
    """Play the night; where somebody watches, the page stays when it is over. The stack ends what was started."""
    files = await page_files(console, folder) if watched else None
    async with contextlib.AsyncExitStack() as screen:
        if watched:
            await screen.enter_async_context(live(console, diary))
        else:
            plainly(console, diary)
        here = await stack.enter_async_context(stage(folder, log_level="INFO" if files is None else "DEBUG"))
        cast = await gather_cast(here.discord, diary.raiders)
        diary.names = cast.names()
        diary.say(f"A local Discord runs, with a server of {diary.raiders:,} raiders")
        shown = None if files is None else await open_page(stack, here, cast, files, diary)
        if shown is not None:
            await asyncio.to_thread(open_browser, shown.address)
        took = await here.bot.start()
        diary.say(f"The bot runs, with a PostgreSQL of its own: {took:.1f} s")
        await screen.enter_async_context(watching(diary, here.discord, cast.raids))
        night = asyncio.create_task(_night(here, cast, diary, tempo=WATCHED if watched else HURRIED))
        ended = await over(night, shown)
    if ended is not None:
        checks, routes = ended
        summarise(console, diary, checks, routes)
    if shown is not None:
        await stay(console, here, shown)
    return 0 if ended is None or all(check.passed for check in checks) else 1


async def _night(here: Stage, cast: Cast, diary: Diary, *, tempo: float) -> tuple[list[Check], dict[str, int]]:
    roles_before = {role.id for role in await cast.guild.roles()}
    night = Night(here, cast, diary, tempo=tempo)
    await night.play()
    diary.begin(ACTS[-1])
    facts = await _gather(here, cast, night, diary, roles_before)
    return audit(facts), await here.discord.count_by_route()


async def _gather(here: Stage, cast: Cast, night: Night, diary: Diary, roles_before: set[int]) -> Facts:
    """Wait until the bot has settled what it owes, read everything that the audit compares, and stop the bot."""
    panels = {night.first_panel.id, night.second_panel.id}
    database = Database(here.postgres.dsn(), application_name="raidbot demo", pool_max=1)
    await database.open()
    loop = asyncio.get_running_loop()
    deadline = loop.time() + SETTLES_S
    try:
        while True:
            async with database.connection() as conn:
                owed = await queries.owed(conn, datetime.now(UTC))
            roles_left = [role.name for role in await cast.guild.roles() if role.id not in roles_before]
            left = [message for message in await cast.raids.messages() if message.id not in panels]
            if (not owed and not roles_left and not left) or loop.time() > deadline:
                break
            await asyncio.sleep(0.2)
        async with database.connection() as conn:
            runs = await queries.runs(conn)
            joined = await queries.joined(conn, runs[0].id)
            completions = await queries.completions(conn)
    finally:
        await database.close()
    first, second = await night.first_panel.refresh(), await night.second_panel.refresh()
    exit_status = await here.bot.stop()
    return Facts(
        told_in=frozenset(night.crowd.told_in),
        told_at_pop=night.told_at_pop,
        runs=runs,
        joined=joined,
        completions=completions,
        owed=owed,
        first_panel=(first or night.first_panel).payload,
        second_panel=(second or night.second_panel).payload,
        roles_left=roles_left,
        messages_left=len(left),
        unanswered=diary.unanswered,
        problems=[*night.problems, *await here.discord.problems()],
        exit_status=exit_status,
    )


@contextlib.contextmanager
def _cancelled_by_signals(task: "asyncio.Task[object]") -> Iterator[None]:
    """Cancel a task at the first Ctrl-C, SIGTERM or closed terminal; further ones do not disturb its clearing up."""
    loop = asyncio.get_running_loop()
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def stop() -> None:
        if not task.cancelling():
            task.cancel()

    for number in numbers:
        loop.add_signal_handler(number, stop)
    try:
        yield
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)


def _complain(console: Console, text: str) -> None:
    console.print(f"[bold red]The demo broke off:[/] {escape(text)}", soft_wrap=True)


def _told(error: BaseException) -> str:
    """Say what went wrong, of several things the first."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return str(error) or type(error).__name__
