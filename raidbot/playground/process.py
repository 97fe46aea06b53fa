"""The local Discord as a process of its own."""

import argparse
import asyncio
import gc
import os
import signal
import sys
from pathlib import Path

import orjson
import uvloop

from raidbot.playground.server import Server

DEFAULT_TOKEN = "MTAwMDAwMDAwMDAwMDAwMDAx.local0.local-discord-takes-this-token"  # noqa: S105 - it opens nothing but this local server


def main(arguments: list[str] | None = None) -> None:
    """Serve until SIGTERM, or until the parent closes our standard input; prints one JSON line when ready."""
    parser = argparse.ArgumentParser(prog="python -m raidbot.playground", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    parser.add_argument("--token", default=DEFAULT_TOKEN, help="the bot's token; its first part names the application")
    parser.add_argument("--clock-file", type=Path, help="where the clock's offset in seconds is written for the bot")
    parser.add_argument("--contract", type=Path, help="Discord's OpenAPI document, to check every request against")
    parser.add_argument("--no-rate-limits", action="store_true")
    parser.add_argument("--die-with-parent", action="store_true", help="exit when standard input is closed")
    chosen = parser.parse_args(arguments)
    gc.set_threshold(50_000, 50, 1000)  # a world of 36,000 members is not looked through for garbage in a storm
    uvloop.run(_serve(chosen))


async def _serve(chosen: argparse.Namespace) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    server = Server(
        chosen.token, rate_limits=not chosen.no_rate_limits, clock_file=chosen.clock_file, contract=chosen.contract
    )
    port = await server.start(chosen.port)
    ready = {"port": port, "rest_url": f"http://127.0.0.1:{port}/api/v10", "token": chosen.token}
    sys.stdout.write(orjson.dumps(ready).decode() + "\n")
    sys.stdout.flush()
    if chosen.die_with_parent:
        loop.add_reader(sys.stdin.fileno(), _end_of_input, stop)
    await stop.wait()
    await server.stop()


def _end_of_input(stop: asyncio.Event) -> None:
    if not os.read(sys.stdin.fileno(), 1024):
        stop.set()
