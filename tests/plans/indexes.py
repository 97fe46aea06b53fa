"""The indexes of a database, and which of them are of no use."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from psycopg.rows import class_row

AWAITED: Final[Mapping[str, str]] = {}
"""Indexes that no statement uses so far, with what they wait for."""


@dataclass(frozen=True, slots=True)
class Index:
    """One index."""

    name: str
    table: str
    method: str
    keys: list[str]
    """Columns or expressions, each with its order."""
    predicate: str | None
    """Of a partial index."""
    unique: bool
    """It holds a rule, so it is needed even if nothing reads it."""
    rows: float
    """As PostgreSQL last counted them."""

    def covers(self, other: "Index") -> bool:
        """Tell whether it finds whatever `other` finds, in the same order, and about as fast."""
        as_fast = self.predicate == other.predicate or (self.predicate is None and other.rows > self.rows / 2)
        return (
            as_fast
            and (self.table, self.method) == (other.table, other.method)
            and self.keys[: len(other.keys)] == other.keys
        )


def indexes(conn: psycopg.Connection[Any]) -> list[Index]:
    """List the indexes of the bot's tables by name."""
    with conn.cursor(row_factory=class_row(Index)) as cursor:
        return cursor.execute("""
            SELECT i.relname AS name, x.indrelid::regclass::text AS table, m.amname AS method,
                   array(
                       SELECT pg_get_indexdef(x.indexrelid, n, true) || ' ' || x.indoption[n - 1]
                       FROM generate_series(1, x.indnkeyatts) n
                   ) AS keys,
                   pg_get_expr(x.indpred, x.indrelid) AS predicate, x.indisunique AS unique,
                   i.reltuples AS rows
            FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_am m ON m.oid = i.relam
            WHERE i.relnamespace = 'public'::regnamespace
            ORDER BY name
        """).fetchall()


def duplicates(some: Collection[Index]) -> list[str]:
    """Tell which indexes another one makes superfluous; unique ones stay."""
    return [
        f"{one.name} of {one.table}, for {other.name}"
        for one in some
        for other in some
        if one is not other and not one.unique and other.covers(one)
    ]


def unused(some: Collection[Index], used: Collection[str]) -> list[str]:
    """Tell which indexes no statement uses or awaits; unique ones stay."""
    return [one.name for one in some if not one.unique and one.name not in used and one.name not in AWAITED]
