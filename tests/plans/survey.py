"""Explains every statement on a filled database and draws the conclusions."""

from dataclasses import dataclass
from typing import Any

import psycopg

import raidbot.app
from raidbot.kernel.database import catalogue
from raidbot.kernel.database.pool import _connect_arguments
from tests.plans.explain import Mode, Plan, explain
from tests.plans.fill import Town
from tests.plans.indexes import AWAITED, Index, duplicates, indexes, unused
from tests.plans.parameters import cases
from tests.plans.rules import BIG, EXCEPTIONS, SWEEPS, Breach, breaches

assert raidbot.app  # imports every module that has statements

NOT_THE_BOTS = ("test.", "demo.")
"""What else may be imported: statements of other tests and of the demo."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What was found."""

    plans: tuple[Plan, ...]
    """Each case twice: its custom and its generic plan; a sweep once."""
    excused: tuple[Breach, ...]
    faults: tuple[str, ...]
    """What must be mended."""


def connect(dsn: str) -> psycopg.Connection[Any]:
    """Connect as the bot does: its settings of a session have a say in the plans."""
    return psycopg.connect(dsn, **_connect_arguments(dsn, "plans"))


def without_case(town: Town) -> list[str]:
    """Tell of statements without parameters here, and of parameters without a statement."""
    known = {name for name in catalogue() if not name.startswith(NOT_THE_BOTS)}
    given = {name for name, _ in cases(town)}
    return [f"{name} has no parameters: add a line to tests/plans/parameters/" for name in sorted(known - given)] + [
        f"{name} is no statement any more: remove it from tests/plans/parameters/" for name in sorted(given - known)
    ]


def survey(conn: psycopg.Connection[Any], town: Town) -> Survey:
    """Carry out every case in both ways of planning it, and judge."""
    sizes = conn.execute("SELECT relname, reltuples FROM pg_class WHERE relnamespace = 'public'::regnamespace")
    big = {name for name, rows in sizes if rows > BIG}
    present = indexes(conn)
    whole = {index.name for index in present if index.table in big and index.predicate is None}
    known = [(catalogue()[name], given) for name, given in cases(town) if name in catalogue()]
    plans = [
        explain(conn, statement, given, mode)
        for statement, given in known
        for mode in (Mode.CUSTOM, Mode.GENERIC)
        if mode is Mode.CUSTOM or statement.name not in SWEEPS
    ]
    judged = [plan for plan in plans if plan.statement not in SWEEPS]
    found = [breach for plan in judged for breach in breaches(plan, big, whole)]
    used = {name for plan in judged for name in plan.indexes}
    # A small table's indexes are passed over, rightly: of these it counts what would be used once it has grown.
    grown = {
        name
        for statement, given in known
        if statement.name not in SWEEPS
        for name in explain(conn, statement, given, Mode.GROWN).indexes
    }
    small = {index.name for index in present if index.table not in big}
    faults = [
        *without_case(town),
        *(str(breach) for breach in found if not breach.excused),
        *(f"the index {name} is of no use" for name in unused(present, used | (grown & small))),
        *(f"an index too many: {told}" for told in duplicates(present)),
        *_needless(found, present, used),
    ]
    return Survey(tuple(plans), tuple(breach for breach in found if breach.excused), tuple(faults))


def _needless(found: list[Breach], present: list[Index], used: set[str]) -> list[str]:
    """Tell of exceptions that nothing needs."""
    broken = {(breach.plan.statement, breach.rule) for breach in found}
    waiting = {index.name for index in present} - used
    return [
        f"{name} does not break “{rule}”: remove it from rules.EXCEPTIONS"
        for name, exempt in EXCEPTIONS.items()
        if not exempt.only_full
        for rule in sorted(exempt.rules)
        if (name, rule) not in broken
    ] + [f"{name} is no index, or is used: remove it from indexes.AWAITED" for name in AWAITED if name not in waiting]
