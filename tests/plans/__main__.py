"""Print how every named statement is carried out on a database of a year's size: `python -m tests.plans [NAME ...]`.

Names choose statements whose plans are printed whole. Exit status 1 when something breaks a rule.
"""

import argparse
import math
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from raidbot.kernel.database import EmbeddedPostgres, catalogue, migrate
from tests.plans.explain import timed
from tests.plans.fill import A_YEAR, fill
from tests.plans.parameters import cases
from tests.plans.survey import Survey, connect, survey


def main(arguments: Sequence[str] | None = None) -> int:
    """Fill a database of a server of its own, survey it and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.plans", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="statements whose plans are printed whole")
    parser.add_argument(
        "--crowded", type=int, default=A_YEAR, help=f"so many of the {A_YEAR} runs have raiders (in the test 1000)"
    )
    parser.add_argument(
        "--times", type=int, default=0, help="carry the named ones out so often and say how long it took"
    )
    chosen = parser.parse_args(arguments)
    folder = Path(tempfile.mkdtemp(prefix="raidbot-plans-"))
    folder.chmod(0o711)  # the embedded PostgreSQL of root runs as nobody, who passes through
    server = EmbeddedPostgres(folder / "pg", fsync=False)
    try:
        server.start()
        migrate(server.dsn())
        with connect(server.dsn()) as conn:
            town = fill(conn, crowded=chosen.crowded)
            found = survey(conn, town)
            took = [
                (name, timed(conn, catalogue()[name], given, chosen.times))
                for name, given in cases(town)
                if chosen.times and name in chosen.names
            ]
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
    _print(found, chosen.names)
    for name, milliseconds in took:
        p50, p99 = (milliseconds[math.ceil(len(milliseconds) * part) - 1] for part in (0.5, 0.99))
        _say(f"{name}, {chosen.times} times: p50 {p50:.2f} ms, p99 {p99:.2f} ms")
    return 1 if found.faults else 0


def _print(found: Survey, names: Sequence[str]) -> None:
    width = max(len(plan.statement) for plan in found.plans)
    _say(f"{'statement':{width}} {'plan':7} {'ms':>8} {'rows':>5} {'read':>6} {'pages':>6}  how")
    for plan in found.plans:
        if names and plan.statement not in names:
            continue
        numbers = f"{plan.milliseconds:8.2f} {plan.rows:5.0f} {plan.read:6.0f} {plan.buffers:6}"
        _say(f"{plan.statement:{width}} {plan.mode:7} {numbers}  {plan.shape}".rstrip())
        if names:
            _say("\n".join(f"    {node}" for node in plan.nodes))
    for breach in found.excused:
        _say(f"excused: {breach}")
    for fault in found.faults:
        _say(f"FAULT: {fault}")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main())
