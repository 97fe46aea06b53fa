"""What each part of hikari's cache costs and brings: `python -m tests.bench.caches`.

The bot starts before 36,000 members with what it keeps, less each part in turn, and with each of the others on top; its
start and a storm of 1,000 joins are measured.
"""

import shutil
import sys
import tempfile
from pathlib import Path

import uvloop
from hikari.impl import config

from raidbot.kernel.discord.client import CACHED
from tests.bench import answers, processes
from tests.bench.arena import arena
from tests.bench.postgres import Postgres

CLICKS = 1_000
_EACH = [one for one in config.CacheComponents if one.value and one.value & (one.value - 1) == 0]


def _variants() -> dict[str, config.CacheComponents]:
    return {
        "as it is": CACHED,
        **{f"less {one.name}": CACHED & ~one for one in _EACH if one in CACHED},
        **{f"and {one.name}": CACHED | one for one in _EACH if one not in CACHED},
    }


def _names(components: config.CacheComponents) -> str:
    return ",".join(str(one.name) for one in _EACH if one in components)


async def _measure(folder: Path, postgres: Postgres, label: str, components: config.CacheComponents) -> str:
    async with arena(folder, postgres) as own, own.cached_bot(_names(components)) as bot:
        start_cpu, start_memory = processes.cpu_seconds(bot.pid), processes.memory(bot.pid)
        try:
            panel, _ = await own.open_run()
        except TimeoutError:
            return f"{label:24} {start_cpu:8.2f} {start_memory:8.1f}   the bot does not work without it"
        await answers.warm_up(own, panel)
        before = processes.cpu_seconds(bot.pid)
        await own.discord.storm([(member, panel, "Join") for member in own.draw(CLICKS)], within=answers.ANSWERS_S)
        storm = processes.cpu_seconds(bot.pid) - before
        return f"{label:24} {start_cpu:8.2f} {start_memory:8.1f} {storm:12.3f} {processes.memory(bot.pid):14.1f}"


def main() -> int:
    """Measure and print a line a variant."""
    folder = Path(tempfile.mkdtemp(prefix="raidbot-caches-"))
    folder.chmod(0o711)  # the embedded PostgreSQL of root runs as nobody, who passes through
    sys.stdout.write(f"{'cache':24} {'start, s':>8} {'MB':>8} {'storm, CPU s':>12} {'MB after storm':>14}\n")
    try:
        with Postgres(folder / "pg").running() as postgres:
            for label, components in _variants().items():
                sys.stdout.write(uvloop.run(_measure(folder, postgres, label, components)) + "\n")
                sys.stdout.flush()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
