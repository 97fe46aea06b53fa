"""The bot under test: a process of its own, started again whenever it dies, as a service manager would."""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

from raidbot.playground.driver import LocalDiscord
from tests.faults.zygote import Order

T = TypeVar("T")

START_S = 30.0
"""Until a bot is up; a start takes a fraction of a second on an idle machine."""
_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Kill:
    """Where the first life of the bot ends: at its n-th request, or right after its n-th commit."""

    at: Literal["request lost", "answer lost", "commit"]
    n: int

    def __str__(self) -> str:
        return f"{self.at} {self.n}"


@contextlib.contextmanager
def zygote(folder: Path) -> Iterator[Path]:
    """Lend the socket of a zygote."""
    path = folder / "zygote"
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.zygote", str(path)],
        cwd=_ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(_ROOT)},
    )
    assert child.stdin is not None
    assert child.stdout is not None
    try:
        assert child.stdout.readline() == b"ready\n"
        yield path
    finally:
        child.stdin.close()
        child.wait()
        child.stdout.close()


class Life:
    """One process of the bot."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, pid: int) -> None:
        self.pid = pid
        self.commits = 0
        self.up = asyncio.Event()
        self.told = asyncio.Event()
        self.over = asyncio.Event()
        self.status: int | None = None
        """What `Popen.returncode` would say, once it is over."""
        self._reader, self._writer = reader, writer
        self._hearing = asyncio.create_task(self._hear())

    @classmethod
    async def prepare(cls, zygote_path: Path, order: Order) -> "Life":
        """Make the process; it does nothing before `begin`."""
        reader, writer = await asyncio.open_unix_connection(zygote_path)
        writer.write(json.dumps(order).encode() + b"\n")
        return cls(reader, writer, json.loads(await reader.readline())["pid"])

    def begin(self) -> None:
        """Let it run."""
        self._writer.write(b"\n")

    def send(self, number: signal.Signals) -> None:
        """Send it a signal; one that has ended already is left alone."""
        if not self.over.is_set():
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    async def ended(self) -> int:
        """Wait for its end and return its status."""
        await self.over.wait()
        await self._hearing
        assert self.status is not None
        return self.status

    async def _hear(self) -> None:
        while self.status is None and (line := await self._reader.readline()):
            self._take(json.loads(line))
        self._writer.close()
        self.over.set()

    def _take(self, told: Mapping[str, Any]) -> None:
        for name in told.keys() & {"up", "told"}:
            getattr(self, name).set()
        self.commits = told.get("commits", self.commits)
        self.status = told.get("exit", self.status)


class Bot:
    """The bot as its members know it: sometimes away for a moment, then back."""

    def __init__(self, zygote_path: Path, environment: Mapping[str, str], folder: Path, discord: LocalDiscord) -> None:
        self.log = folder / "bot.log"
        self.deaths = 0
        self.problems: list[str] = []
        """What the local Discord complained about before a kill made it complain anyway."""
        self.life: Life
        self._zygote = zygote_path
        self._discord = discord
        self._environment = dict(environment)
        self._folder = folder
        self._keeper: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()
        self._stopping = False

    async def start(self, kill: Kill | None = None) -> None:
        """Start the first life, and keep it alive from then on."""
        self.life = await self._prepare(kill.n if kill is not None and kill.at == "commit" else 0)
        if kill is not None and kill.at != "commit":
            await self._discord.stop_at_request(kill.n, self.life.pid, after=kill.at == "answer lost")
        self.life.begin()
        self._keeper = asyncio.create_task(self._keep(), name="service manager")

    async def ready(self) -> Life:
        """Wait until the bot is there."""
        ready = asyncio.create_task(self._ready.wait())
        assert self._keeper is not None
        await asyncio.wait({ready, self._keeper}, timeout=START_S, return_when=asyncio.FIRST_COMPLETED)
        ready.cancel()
        if self._keeper.done():
            self._keeper.result()
        assert self._ready.is_set(), f"the bot is not up after {START_S:g} s\n{self.tail()}"
        return self.life

    async def outlives(self, life: Life, work: Awaitable[T]) -> T | None:
        """Wait for what only a living bot can do; None when that life ended first."""
        done = asyncio.ensure_future(work)
        over = asyncio.create_task(life.over.wait())
        await asyncio.wait({done, over}, return_when=asyncio.FIRST_COMPLETED)
        over.cancel()
        if done.done():
            return done.result()
        done.cancel()
        await asyncio.gather(done, return_exceptions=True)
        return None

    async def restart(self) -> None:
        """Kill it; it begins again by itself."""
        self._ready.clear()
        self.life.send(signal.SIGKILL)
        await self.life.ended()

    async def terminate(self) -> int:
        """Stop it for good as a service manager does, and return its exit status."""
        self._stopping = True
        self.life.send(signal.SIGTERM)
        return await self.life.ended()

    async def destroy(self) -> None:
        """End it for good, whatever it does."""
        self._stopping = True
        self.life.send(signal.SIGKILL)
        await self.life.ended()
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)

    async def tell_tasks(self) -> None:
        """Have it write into its log what every task waits for, if it can."""
        if self.life.up.is_set():
            self.life.send(signal.SIGUSR1)
            await asyncio.wait({asyncio.create_task(self.life.told.wait())}, timeout=5)

    def tail(self, lines: int = 40) -> str:
        """Give the end of its log."""
        return "\n".join(self.log.read_text().splitlines()[-lines:]) if self.log.exists() else "(no log)"

    def logged(self, text: str) -> bool:
        """Say whether a text stands in its log."""
        return text in self.log.read_text()

    def errors(self) -> list[str]:
        """List the errors in its log."""
        return [line for line in self.log.read_text().splitlines() if line[13:21].strip() in {"ERROR", "CRITICAL"}]

    async def _prepare(self, kill_after_commit: int = 0) -> Life:
        order = Order(
            environment=self._environment,
            folder=str(self._folder),
            log=str(self.log),
            kill_after_commit=kill_after_commit,
        )
        return await Life.prepare(self._zygote, order)

    async def _keep(self) -> None:
        while True:
            up = asyncio.create_task(self.life.up.wait())
            over = asyncio.create_task(self.life.over.wait())
            await asyncio.wait({up, over}, return_when=asyncio.FIRST_COMPLETED)
            up.cancel()
            if not self.life.over.is_set():
                await self.outlives(self.life, self._discord.wait_ready(START_S))
            if not self.life.over.is_set():
                self._ready.set()
            await over
            self._ready.clear()
            if self._stopping:
                return
            status = await self.life.ended()
            assert status == -signal.SIGKILL, f"the bot ended by itself, status {status}\n{self.tail()}"
            self.deaths += 1
            self.problems += await self._discord.problems()
            await self._discord.forgive()
            self.life = await self._prepare()
            self.life.begin()
