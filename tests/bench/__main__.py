"""Run the benchmark: `python -m tests.bench [--rows NAME ...] [--repeats N] [--json FILE]`."""

import argparse
import shutil
import sys
import tempfile
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import orjson
import uvloop

from tests.bench import report
from tests.bench.machine import machine, versions
from tests.bench.meter import Pair
from tests.bench.postgres import Postgres
from tests.bench.rows import ROWS, Row, run

RESULTS = Path("bench-results")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure; exit status 1 and no table if a row could not be measured."""
    names = [row.name for row in ROWS]
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--rows", nargs="+", choices=names, metavar="NAME", help=f"only these: {', '.join(names)}")
    parser.add_argument("--repeats", type=int, help="how often each row is measured, instead of its own number")
    parser.add_argument("--json", type=Path, help=f"where the result goes, instead of {RESULTS}/<date>.json")
    chosen = parser.parse_args(arguments)
    rows = [row for row in ROWS if chosen.rows is None or row.name in chosen.rows]
    partial = len(rows) < len(ROWS)
    began, where = datetime.now(UTC), machine()
    results, version = _measure(rows, chosen.repeats)
    failed = [row.name for row in rows if row not in results]
    if failed:
        _say(f"no table: {', '.join(failed)} could not be measured")
        return 1
    with_what = versions(version)
    told = f"{where['cpu']}, {where['cores']} cores; " + ", ".join(f"{name} {one}" for name, one in with_what.items())
    report.show(results, f"PARTIAL, not a result\n{told}" if partial else told)
    if chosen.json is None and partial:
        return 0
    file: Path = chosen.json or RESULTS / f"{began:%Y-%m-%dT%H%M%SZ}.json"
    result = {
        "date": began.isoformat(timespec="seconds"),
        "partial": partial,
        "machine": where,
        "versions": with_what,
        "targets": report.verdicts_as_json(results),
        "rows": report.as_json(results),
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(orjson.dumps(result, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    _say(f"written to {file}")
    return 0


def _measure(rows: Sequence[Row], repeats: int | None) -> tuple[dict[Row, list[Pair]], str]:
    """Measure rows in turn; the result leaves out those that failed. Also says PostgreSQL's version."""
    folder = Path(tempfile.mkdtemp(prefix="raidbot-bench-"))
    folder.chmod(0o711)  # the embedded PostgreSQL of root runs as nobody, who passes through
    results: dict[Row, list[Pair]] = {}
    try:
        with Postgres(folder / "pg").running() as postgres:
            for row in rows:
                try:
                    results[row] = _repeat(row, repeats or row.repeats, folder, postgres)
                except Exception:  # noqa: BLE001 - whatever it is, the other rows are still worth a look
                    traceback.print_exc()
            return results, postgres.version
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _repeat(row: Row, times: int, folder: Path, postgres: Postgres) -> list[Pair]:
    runs = []
    for number in range(1, times + 1):
        bot, floor = uvloop.run(run(row, folder, postgres))
        _say(f"{row.name}, {number} of {times}: {report.headline(bot, floor)}")
        runs.append((bot, floor))
    return runs


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main())
