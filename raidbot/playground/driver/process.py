"""The process of the local Discord, as its starter holds it."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import orjson

import raidbot
from raidbot.playground.process import DEFAULT_TOKEN

_ROOT = Path(raidbot.__file__).parents[1]
_STOP_S = 10.0


@dataclass(frozen=True, slots=True)
class Process:
    """A running local Discord; it ends with its starter, whatever happens to that."""

    child: "subprocess.Popen[bytes]"
    port: int
    token: str
    clock_file: Path | None

    @classmethod
    def start(
        cls,
        *,
        token: str = DEFAULT_TOKEN,
        rate_limits: bool = True,
        clock_file: Path | None = None,
        contract: Path | None = None,
        port: int = 0,
    ) -> "Process":
        """Start it and wait until it listens; about half a second."""
        command = [sys.executable, "-m", "raidbot.playground", "--die-with-parent", "--port", str(port)]
        command += ["--token", token]
        command += [] if rate_limits else ["--no-rate-limits"]
        command += [] if clock_file is None else ["--clock-file", str(clock_file)]
        command += [] if contract is None else ["--contract", str(contract)]
        places = [str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(places)}
        child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)  # noqa: S603 - our own module
        assert child.stdout is not None
        line = child.stdout.readline()
        if not line:
            raise RuntimeError(f"the local Discord did not start: exit status {child.wait()}")
        return cls(child, orjson.loads(line)["port"], token, clock_file)

    def stop(self) -> None:
        """End it; does nothing when it has ended already."""
        self.child.terminate()
        try:
            self.child.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()
        for pipe in (self.child.stdin, self.child.stdout):
            if pipe is not None:
                pipe.close()
