"""What the operating system knows of processes: CPU seconds, memory, their children."""

import contextlib
import os
import time
from collections.abc import Iterable
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
MEGABYTE = 1_000_000


def cpu_seconds(pid: int) -> float:
    """Read the CPU time of a process, all threads, its children apart.

    Linux numbers the CPU clock of a process (~pid << 3) | 2; it counts nanoseconds where /proc counts hundredths.
    """
    return time.clock_gettime((~pid << 3) | 2)


def family(pid: int) -> list[int]:
    """List a process and its living children."""
    return [pid, *(int(entry.name) for entry in Path("/proc").glob("[0-9]*") if _parent(int(entry.name)) == pid)]


def cpu_of_family(pid: int, *, but: Iterable[int] = ()) -> float:
    """Read the CPU time of a process and its children, those that have ended too, less some of the living."""
    seconds = sum(int(one) for one in _stat(pid)[13:15]) / TICKS
    for one in set(family(pid)) - set(but):
        with contextlib.suppress(OSError):  # it has just ended
            seconds += cpu_seconds(one)
    return seconds


def cpu_of_machine() -> float:
    """Read the CPU time that all cores together have spent on anything, also for what waited for the host."""
    user, nice, system, _idle, _iowait, *others = map(int, Path("/proc/stat").read_text("ascii").split()[1:9])
    return (user + nice + system + sum(others)) / TICKS


def memory(pid: int) -> float:
    """Read the resident memory of a process, in MB."""
    return _kilobytes(Path(f"/proc/{pid}/status"), "VmRSS:")


def memory_of_family(pid: int) -> float:
    """Read the memory of a process and its children, in MB; what they share counts once."""
    return sum(_kilobytes(Path(f"/proc/{one}/smaps_rollup"), "Pss:") for one in family(pid))


def _kilobytes(file: Path, name: str) -> float:
    for line in file.read_text("ascii", "replace").splitlines():
        if line.startswith(name):
            return int(line.split()[1]) * 1024 / MEGABYTE
    raise LookupError(f"{file} has no {name}")


def _stat(pid: int) -> list[str]:
    """Read /proc/<pid>/stat from the third field, the state, on: the second may hold spaces."""
    return Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()


def _parent(pid: int) -> int | None:
    try:
        return int(_stat(pid)[1])
    except (FileNotFoundError, ProcessLookupError):
        return None
