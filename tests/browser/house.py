"""A demo whose page is open to visitors, as a process, and a Chromium to visit it with."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from raidbot.playground.page import BuildError, built

ROOT = Path(__file__).parents[2]
START_S, STOP_S = 90.0, 40.0


class NoHouseError(Exception):
    """The page cannot be visited on this machine; the message says why."""


def chromium() -> str:
    """Find the system's Chromium; raises NoHouseError."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if (found := shutil.which(name)) is not None:
            return found
    raise NoHouseError("there is no Chromium here (Debian: apt-get install chromium)")


@contextlib.contextmanager
def house(raiders: int = 60) -> Iterator[str]:
    """Run `raidbot demo --page-only` for the time of the block and give the page's address; raises NoHouseError."""
    pages = ROOT / ".data" / "page"
    try:
        built(pages)
    except BuildError as error:
        raise NoHouseError(f"the page cannot be built: {error}") from None
    folder = Path(tempfile.mkdtemp(prefix="raidbot-browser-"))
    folder.chmod(0o711)  # PostgreSQL runs as somebody else where we are root
    (folder / ".data").mkdir(mode=0o711)
    (folder / ".data" / "page").symlink_to(pages)
    process = subprocess.Popen(
        [sys.executable, "-m", "raidbot", "demo", "--page-only", "--raiders", str(raiders)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", "DISPLAY": "", "WAYLAND_DISPLAY": ""},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield _address(process)
    finally:
        process.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(STOP_S)
        process.kill()
        process.communicate()
        shutil.rmtree(folder, ignore_errors=True)


def _address(process: "subprocess.Popen[str]") -> str:
    """Read the address from what the demo prints; it ends by itself when it cannot start."""
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if found := re.search(r"http://127\.0\.0\.1:\d+/[\w-]+/", line):
            return found[0]
    raise NoHouseError(f"the demo does not start: {said}")
