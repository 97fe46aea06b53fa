"""What a result was measured on and with."""

import importlib.metadata
import os
import platform
from pathlib import Path

_LIBRARIES = ("hikari", "hikari-lightbulb", "psycopg", "psycopg-pool", "SQLAlchemy", "aiohttp", "uvloop", "orjson")


def machine() -> dict[str, str | int | float]:
    """Describe the machine."""
    return {
        "cpu": _value("/proc/cpuinfo", "model name") or platform.machine(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_mb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1_000_000),
        "system": f"{platform.system()} {platform.release()}",
        "load_before": round(os.getloadavg()[0], 2),
    }


def versions(postgres: str) -> dict[str, str]:
    """List the versions of all that takes part; PostgreSQL's is handed in."""
    libraries = {name: importlib.metadata.version(name) for name in _LIBRARIES}
    return {"python": platform.python_version(), "PostgreSQL": postgres, **libraries}


def _value(file: str, name: str) -> str | None:
    for line in Path(file).read_text("utf-8", "replace").splitlines():
        key, _, value = line.partition(":")
        if key.strip() == name:
            return value.strip()
    return None
