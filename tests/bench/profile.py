"""Profile the bot in storms of 1,000 or under a steady load: `python -m tests.bench.profile [storm|steady]`.

Writes a flame graph and prints the functions that spend most time of their own. Each is a recording of its own, as
py-spy writes one format at a time. It needs the right to trace a process, which root in a container has.
"""

import argparse
import contextlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final

import uvloop

from raidbot.playground.driver import Message
from tests.bench import answers
from tests.bench.answers import ANSWERS_S
from tests.bench.arena import MEMBERS, Arena, Bot, arena
from tests.bench.postgres import Postgres
from tests.bench.steady import Crowd, Plan

RESULTS = Path("bench-results")
RATE = 500
"""Samples a second."""
CLICKS = 1000
STORMS = 5
"""One after the other in a recording: one alone lasts for three hundred samples."""
STEADY: Final = Plan(rate=400, seconds=15)
"""Few members hit their limits by two recordings of it."""
SHOWN = 25
_PACKAGE = re.compile(r"\((\w+)[/.]")
_MAIN = re.compile(r"thread \(\w+\): MainThread;")
"""The others wait, which py-spy cannot always see."""


class ProfilerError(RuntimeError):
    """py-spy is not there, or may not do it; the text ends with what it said."""


async def _storms(own: Arena, panel: Message, recording: AbstractContextManager[None]) -> None:
    with recording:
        for _ in range(STORMS):
            await own.discord.storm([(member, panel, "Join") for member in own.draw(CLICKS)], within=ANSWERS_S)


async def _steady(own: Arena, panel: Message, recording: AbstractContextManager[None]) -> None:
    numbers = sorted({click.raider for click in STEADY.clicks} | {*STEADY.joined_before})
    crowd = Crowd(own, panel, dict(zip(numbers, own.draw(len(numbers)), strict=True)))
    await crowd.join(STEADY.joined_before)
    with recording:
        await crowd.play(STEADY.clicks, "completed")


Load = Callable[[Arena, Message, AbstractContextManager[None]], Awaitable[None]]
LOADS: Final[Mapping[str, Load]] = {"storm": _storms, "steady": _steady}


def main() -> int:
    """Record, write the flame graph, print the functions."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.profile", description=__doc__)
    beside = Path(sys.executable).with_name("py-spy")
    parser.add_argument("--py-spy", type=Path, default=beside, help="the profiler (default: beside this Python)")
    parser.add_argument("load", nargs="?", choices=LOADS, default="storm", help="what the bot is to do")
    parser.add_argument("--output", type=Path, help=f"the flame graph (default: {RESULTS}/<load>.svg)")
    parser.add_argument("--members", type=int, default=MEMBERS, help=f"of the guild (default: {MEMBERS})")
    chosen = parser.parse_args()
    output: Path = chosen.output or RESULTS / f"{chosen.load}.svg"
    output.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="raidbot-profile-"))
    folder.chmod(0o711)  # the embedded PostgreSQL of root runs as nobody, who passes through
    try:
        with Postgres(folder / "pg").running() as postgres:
            stacks = uvloop.run(_record(folder, postgres, chosen.py_spy, output, chosen.members, LOADS[chosen.load]))
    except ProfilerError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    sys.stdout.write(own_time(stacks, SHOWN) + by_package(stacks))
    sys.stderr.write(f"flame graph: {output}\n")
    return 0


async def _record(folder: Path, postgres: Postgres, py_spy: Path, output: Path, members: int, load: Load) -> str:
    """Draw the flame graph of a load, and return the stacks of it once more."""
    raw = folder / "stacks.raw"
    async with arena(folder, postgres, members=members) as own, own.real_bot() as bot:
        panel, _ = await own.open_run()
        await answers.warm_up(own, panel)
        for form, to in (("flamegraph", output), ("raw", raw)):
            await load(own, panel, _recording(py_spy, bot, form, to))
    return raw.read_text("utf-8")


@contextlib.contextmanager
def _recording(py_spy: Path, bot: Bot, form: str, to: Path) -> Iterator[None]:
    """Record a bot from now on, by function and thread; the file is there at the end. Raises ProfilerError."""
    command = [str(py_spy), "record", "--pid", str(bot.pid), "--rate", str(RATE), "--function", "--threads"]
    try:
        child = subprocess.Popen(
            [*command, "--format", form, "--output", str(to)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
    except OSError as error:
        raise ProfilerError(f"py-spy cannot be run: {error}") from error
    assert child.stdout is not None
    said = ""
    try:
        while "Sampling process" not in said:
            line = child.stdout.readline()
            if not line:
                raise ProfilerError(f"py-spy ended by itself: {said}")
            said += line
        yield
        child.send_signal(signal.SIGINT)
        said += child.communicate()[0]
    finally:
        child.kill()
        child.wait()
        child.stdout.close()
    if not to.exists():
        raise ProfilerError(f"py-spy wrote nothing: {said}")


def by_package(stacks: str) -> str:
    """Sum up the same stacks by the package of the function: its own time, and all that passes through it."""
    own: Counter[str] = Counter()
    through: Counter[str] = Counter()
    for line in filter(_MAIN.match, stacks.splitlines()):
        frames, _, count = line.rpartition(" ")
        packages = [found[1] for frame in frames.split(";") if (found := _PACKAGE.search(frame)) is not None]
        if packages:
            own[packages[-1]] += int(count)
            through.update(dict.fromkeys(packages, int(count)))
    total = own.total()
    lines = [
        f"{100 * count / total:6.2f} %  {100 * through[name] / total:6.2f} %  {name}\n"
        for name, count in own.most_common()
        if count * 100 > total
    ]
    return f"by package, own and with what it calls:\n{''.join(lines)}"


def own_time(stacks: str, number: int) -> str:
    """Sum up collapsed stacks ("thread;outer;inner 12", a line each): the main thread's functions by own samples."""
    own: Counter[str] = Counter()
    for line in filter(_MAIN.match, stacks.splitlines()):
        frames, _, count = line.rpartition(" ")
        own[frames.rpartition(";")[2]] += int(count)
    total = own.total()
    lines = [f"{100 * count / total:6.2f} %  {count:6d}  {name}\n" for name, count in own.most_common(number)]
    return f"own time, of {total} samples of the main thread:\n{''.join(lines)}"


if __name__ == "__main__":
    sys.exit(main())
