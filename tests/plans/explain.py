"""Asks PostgreSQL for a statement's plan, carried out and taken back."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from time import perf_counter
from typing import Any, Final

import psycopg

from raidbot.kernel.database import Statement

_INDEX_SCANS: Final = ("Index Scan", "Index Only Scan", "Bitmap Index Scan")
_CONDITIONS: Final = ("Index Cond", "Recheck Cond", "Filter", "Join Filter", "Hash Cond", "One-Time Filter")


class Mode(StrEnum):
    """How a statement is planned: of a prepared one PostgreSQL makes custom plans or a generic one, as it likes."""

    CUSTOM = "custom"
    """For these very parameters: the first five times, and where that pays."""
    GENERIC = "generic"
    """Once for all parameters."""
    GROWN = "grown"
    """As if every table were too large to be read whole."""


_SETTINGS: Final = {
    Mode.CUSTOM: "SET LOCAL plan_cache_mode = force_custom_plan",
    Mode.GENERIC: "SET LOCAL plan_cache_mode = force_generic_plan",
    Mode.GROWN: "SET LOCAL enable_seqscan = off",
}


@dataclass(frozen=True, slots=True)
class Node:
    """One node of a plan that was carried out; rows are of all its loops together."""

    depth: int
    kind: str
    relation: str | None
    index: str | None
    arbiters: tuple[str, ...]
    """Indexes that an ON CONFLICT asks."""
    rows: float
    written: float
    """Rows that it was given to write."""
    removed: float
    """Rows that were read and then dropped by a condition."""
    loops: float
    conditions: Mapping[str, str]

    @property
    def reads_table(self) -> bool:
        return self.relation is not None and self.kind.endswith("Scan")

    @property
    def unbounded(self) -> bool:
        """It goes through an index from one end, not to a place in it."""
        return self.kind in _INDEX_SCANS and "Index Cond" not in self.conditions

    def __str__(self) -> str:
        what = " ".join(filter(None, (self.kind, self.index and f"{self.index} of", self.relation)))
        told = "".join(f"; {name}: {text}" for name, text in self.conditions.items())
        dropped = f", {self.removed:g} dropped" if self.removed else ""
        return (
            f"{'  ' * self.depth}{what.removesuffix(' of')} ({self.rows:g} rows{dropped}, {self.loops:g} loops{told})"
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """How one statement was carried out, once."""

    statement: str
    mode: Mode
    milliseconds: float
    buffers: int
    """Pages of 8 kB that it touched."""
    nodes: tuple[Node, ...]

    @property
    def rows(self) -> float:
        """Rows that it returned or wrote, whichever is more."""
        return max(self.nodes[0].rows, *(node.written for node in self.nodes))

    @property
    def read(self) -> float:
        """Rows that it read from tables, those that it dropped included."""
        return sum(node.rows + node.removed for node in self.nodes if node.reads_table)

    @property
    def indexes(self) -> frozenset[str]:
        """The indexes that it really used."""
        done = [node for node in self.nodes if node.loops]
        return frozenset(name for node in done for name in (node.index, *node.arbiters) if name)

    @property
    def shape(self) -> str:
        """Tell how the tables are read, in the plan's order."""
        scans = (node for node in self.nodes if node.index or node.reads_table)
        return ", ".join(dict.fromkeys(f"{node.kind} {node.index or node.relation}" for node in scans))


def explain(conn: psycopg.Connection[Any], statement: Statement[Any], given: Mapping[str, Any], mode: Mode) -> Plan:
    """Carry a statement out as the bot has it done, prepared, and take back what it did; `conn` is in autocommit."""
    parameters = statement.parameters(given)
    values = f"({', '.join(['%s'] * len(parameters))})" if parameters else ""
    conn.execute(f"PREPARE explained AS {statement.sql}".encode())
    try:
        with conn.transaction(force_rollback=True), psycopg.ClientCursor(conn) as cursor:
            cursor.execute(_SETTINGS[mode])
            asked = f"EXPLAIN (ANALYZE, TIMING OFF, BUFFERS, FORMAT JSON) EXECUTE explained{values}"
            found = cursor.execute(asked.encode(), parameters).fetchone()
    except psycopg.Error as error:
        error.add_note(f"statement {statement.name}, with its parameters of tests/plans/parameters/")
        raise
    finally:
        conn.execute("DEALLOCATE explained")
    assert found is not None
    told = found[0][0]
    root = told["Plan"]
    buffers = root["Shared Hit Blocks"] + root["Shared Read Blocks"]
    return Plan(statement.name, mode, told["Execution Time"], buffers, tuple(_walk(root, 0)))


def timed(
    conn: psycopg.Connection[Any], statement: Statement[Any], given: Mapping[str, Any], times: int
) -> list[float]:
    """Carry a statement out so often, prepared, and take back what it did; give the milliseconds, the least first."""
    parameters, took = statement.parameters(given), []
    with psycopg.RawCursor(conn) as cursor:
        for _ in range(times):
            with conn.transaction(force_rollback=True):
                began = perf_counter()
                cursor.execute(statement.sql.encode(), parameters, prepare=True)
                took.append((perf_counter() - began) * 1000)
    return sorted(took)


def _walk(node: Mapping[str, Any], depth: int) -> Iterator[Node]:
    loops, below = node["Actual Loops"], node.get("Plans", ())
    written = (one for one in below if node["Node Type"] == "ModifyTable" and one["Parent Relationship"] == "Outer")
    yield Node(
        depth=depth,
        kind=node["Node Type"],
        relation=node.get("Relation Name"),
        index=node.get("Index Name"),
        arbiters=tuple(node.get("Conflict Arbiter Indexes", ())),
        rows=node["Actual Rows"] * loops,
        written=sum(one["Actual Rows"] * one["Actual Loops"] for one in written),
        removed=sum(value for name, value in node.items() if name.startswith("Rows Removed by")) * loops,
        loops=loops,
        conditions={name: node[name] for name in _CONDITIONS if name in node},
    )
    for one in below:
        yield from _walk(one, depth + 1)
