"""Plays one evening from beginning to end and audits it after each of its acts."""

import asyncio
import shutil
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from raidbot.kernel.database import EmbeddedPostgres
from raidbot.kernel.guilds import ChannelKey
from raidbot.playground.driver import Process
from tests.faults.auditor import Audit
from tests.faults.bots import Bot, Kill
from tests.faults.evening import Evening
from tests.faults.story import Story
from tests.faults.town import Town, clone, town
from tests.faults.void_evening import VoidEvening

T = TypeVar("T")

LONGEST_S: Final = 300.0
"""An evening takes a quarter of a minute, and four times that when each request has to be made twice."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What it takes to play evenings: shared by the replays of a worker, each of which gets a place of its own."""

    zygote: Path
    server: EmbeddedPostgres
    template: str
    discords: Sequence[Process]
    """One for each evening that is played at the same time."""
    folder: Path

    @asynccontextmanager
    async def evening(
        self,
        *,
        place: int = 0,
        kill: Kill | None = None,
        rate_limits: bool = True,
        channels: Collection[ChannelKey] = (),
    ) -> AsyncIterator[Evening]:
        """Lend an evening whose bot has been started; what fails in it shows the end of the bot's log.

        `channels` are what the guild has besides a raid channel.
        """
        async with AsyncExitStack() as stack:
            dsn = stack.enter_context(clone(self.server, self.template))
            folder = self.folder / str(place)
            stack.enter_context(_emptied(folder))
            place_of_it = await stack.enter_async_context(
                town(self.discords[place], dsn, folder, channels, rate_limits=rate_limits)
            )
            yield await stack.enter_async_context(_played(self.zygote, place_of_it, kill))


@contextmanager
def _emptied(folder: Path) -> Iterator[None]:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    yield
    shutil.rmtree(folder)


@asynccontextmanager
async def _played(zygote: Path, where: Town, kill: Kill | None) -> AsyncIterator[Evening]:
    bot = Bot(zygote, where.environment, where.folder, where.discord)
    await bot.start(kill)
    try:
        yield Evening(where, bot, excused=set() if kill is None else {"had no answer in 3 s"})
    except BaseException as error:
        await bot.tell_tasks()
        error.add_note(f"{bot.deaths} deaths; the bot's log ends:\n{bot.tail(120)}")
        raise
    finally:
        await bot.destroy()


async def play(evening: Evening, tale: type[Story] = VoidEvening) -> None:
    """Play a whole evening; AssertionError tells what is amiss."""
    story = tale(evening)
    for act in story.acts():
        await act()
        await audited(evening)
    await story.as_it_should_end(Audit(evening))


async def audited(evening: Evening) -> None:
    """Wait until nothing is owed and compare Discord with the rows."""
    audit = Audit(evening)
    await audit.settle()
    findings = await audit.findings()
    if findings:
        raise AssertionError("\n".join(findings))


async def in_places(scene: Scene, cases: Iterable[T], one: Callable[[int, T], Awaitable[None]]) -> list[str]:
    """Play one evening a case, as many at the same time as there are places; return what failed, with its case."""
    failures: list[str] = []
    left = iter(cases)

    async def work(place: int) -> None:
        for case in left:
            try:
                async with asyncio.timeout(LONGEST_S):
                    await one(place, case)
            except Exception:  # noqa: BLE001 - one that fails hides none of the others
                failures.append(f"--- {case}\n{traceback.format_exc()}")

    await asyncio.gather(*map(work, range(len(scene.discords))))
    return failures
