"""The three processes of the demo: a PostgreSQL that the bot starts itself, the local Discord, and the real bot."""

import asyncio
import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import IO, Literal

import raidbot
from raidbot.kernel.database import EmbeddedPostgres
from raidbot.kernel.settings import Settings
from raidbot.playground.driver import LocalDiscord

START_S = 90.0
"""The first start makes a database, on a slow machine that takes a while."""
STOP_S = 30.0
LogLevel = Literal["DEBUG", "INFO"]
_ROOT = Path(raidbot.__file__).parents[1]


class StageError(Exception):
    """The demo cannot be played here; the message says why."""


class Bot:
    """The bot's process: `python -m raidbot run`, which reads no `.env` and none of our own settings."""

    def __init__(self, folder: Path, discord: LocalDiscord, claim: IO[str], log_level: LogLevel) -> None:
        self.log = folder / "bot.log"
        self._log_level = log_level
        self._folder = folder
        self._discord = discord
        self._claim = claim
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._child is not None
        return self._child.pid

    @property
    def running(self) -> bool:
        return self._child is not None and self._child.poll() is None

    async def start(self) -> float:
        """Start it; returns the seconds until Discord has it. Raises StageError when it ends instead."""
        began = time.monotonic()
        child = self._child = await asyncio.to_thread(self._launch)
        ready = asyncio.create_task(self._discord.wait_ready(START_S))
        try:
            while not ready.done():
                if child.poll() is not None:
                    raise StageError(
                        f"the bot ended with status {child.returncode}: {self._last_words()} (more in {self.log})"
                    )
                await asyncio.wait([ready], timeout=0.2)
            await ready
        finally:
            ready.cancel()
        return time.monotonic() - began

    async def died(self) -> None:
        """Wait until it is gone and Discord has noticed."""
        await asyncio.to_thread(self._wait, STOP_S)
        await self._discord.wait_gone()

    async def stop(self) -> int:
        """Ask it to stop, as systemd would; returns its exit status."""
        assert self._child is not None
        self._child.terminate()
        return await asyncio.to_thread(self._wait, STOP_S)

    def kill(self) -> None:
        """Make sure that it is gone."""
        if self._child is not None:
            self._child.kill()
            self._child.wait()

    def _launch(self) -> subprocess.Popen[bytes]:
        ours = Settings.variables()
        environment = {name: value for name, value in os.environ.items() if name.upper() not in ours}
        environment |= {
            "PYTHONPATH": str(_ROOT),
            "DISCORD_TOKEN": self._discord.token,
            "DISCORD_API_URL": self._discord.rest_url,
            "ENVIRONMENT": "development",
            "LOG_LEVEL": self._log_level,
            "DATA_DIR": str(self._folder),
        }
        with self.log.open("ab") as log:
            child = subprocess.Popen(
                [sys.executable, "-m", "raidbot", "run"],
                cwd=self._folder,  # where no .env lies
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                process_group=0,  # Ctrl-C is for the demo, which then ends it
                pass_fds=[self._claim.fileno()],
            )
        self._claim.seek(0)
        self._claim.truncate()
        self._claim.write(str(child.pid))
        self._claim.flush()
        return child

    def _wait(self, seconds: float) -> int:
        assert self._child is not None
        try:
            return self._child.wait(seconds)
        except subprocess.TimeoutExpired:
            raise StageError(f"the bot still runs after {seconds:g} s") from None

    def _last_words(self) -> str:
        lines = self.log.read_text("utf-8", "replace").splitlines()
        return lines[-1] if lines else "it said nothing"


class Stage:
    """The processes, running."""

    def __init__(self, discord: LocalDiscord, bot: Bot, postgres: EmbeddedPostgres) -> None:
        self.discord = discord
        self.bot = bot
        self.postgres = postgres


@contextlib.asynccontextmanager
async def stage(folder: Path, *, log_level: LogLevel = "INFO") -> AsyncIterator[Stage]:
    """Set the stage under a folder: what a demo before left there is stopped and its database dropped.

    Raises StageError when another demo is running there. At the end all processes are gone, whatever happened.
    """
    # The bot claims the server for itself; here it is only read from, and stopped.
    postgres = EmbeddedPostgres(folder / "postgres", exclusive=False)
    await asyncio.to_thread(_make, postgres)
    with (folder / "demo.lock").open("w") as turn, (folder / "bot.lock").open("a+") as claim:
        if not _lock(turn):
            raise StageError(f"another demo is running in {folder}")
        await asyncio.to_thread(_end_orphan, claim)
        await asyncio.to_thread(_begin_anew, folder, postgres)
        async with contextlib.AsyncExitStack() as ends:
            ends.push_async_callback(asyncio.to_thread, postgres.stop)
            discord = await LocalDiscord.launch()
            ends.push_async_callback(discord.close)
            bot = Bot(folder, discord, claim, log_level)
            ends.callback(bot.kill)
            yield Stage(discord, bot, postgres)


def _make(postgres: EmbeddedPostgres) -> None:
    """Make the folders, so that the server's user can pass through them."""
    _ = postgres.home


def _begin_anew(folder: Path, postgres: EmbeddedPostgres) -> None:
    postgres.stop()
    shutil.rmtree(postgres.data, ignore_errors=True)
    (folder / "bot.log").unlink(missing_ok=True)


def _lock(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _end_orphan(claim: IO[str]) -> None:
    """End the bot of a demo that was killed: it shares the lock on the file, so what stands there is a live pid."""
    deadline = time.monotonic() + STOP_S
    while not _lock(claim):
        claim.seek(0)
        pid = claim.read().strip()
        if time.monotonic() > deadline or not pid.isdigit():
            raise StageError(f"a bot of an earlier demo (process {pid or 'unknown'}) does not end")
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(pid), signal.SIGKILL)
        time.sleep(0.1)
