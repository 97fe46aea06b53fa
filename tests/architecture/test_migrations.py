"""The declared tables are the migrated schema, and every statement fits it.

The declared tables are created in an empty database and PostgreSQL is asked about both: it alone knows when two
spellings of a type, a condition or an index mean the same.
"""

import importlib
import pkgutil
import re

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

import raidbot
from raidbot.kernel.database import catalogue, metadata

_QUESTIONS = {
    "column": """
        SELECT r.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity::text,
               a.attgenerated::text, a.atthasdef
        FROM pg_attribute a JOIN pg_class r ON r.oid = a.attrelid
        WHERE r.relnamespace = 'public'::regnamespace AND r.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
    """,
    "constraint": """
        SELECT r.relname, c.conname, pg_get_constraintdef(c.oid)
        FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid
        WHERE r.relnamespace = 'public'::regnamespace AND c.contype IN ('p', 'u', 'f', 'c', 'x')
    """,
    "index": """
        SELECT r.relname, i.relname, pg_get_indexdef(i.oid)
        FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class r ON r.oid = x.indrelid
        WHERE r.relnamespace = 'public'::regnamespace
    """,
}


def _import_all(room: str) -> None:
    for module in pkgutil.walk_packages(raidbot.__path__, "raidbot."):
        if room in module.name.split("."):
            importlib.import_module(module.name)


def _declared() -> sa.MetaData:
    """Return a copy of every table declared under raidbot."""
    _import_all("tables")
    copy = sa.MetaData()
    for table in metadata.tables.values():
        for column in table.to_metadata(copy).columns:
            column.autoincrement = False  # or SQLAlchemy makes a serial of an id that Discord gives
    return copy


def _facts(dsn: str, question: str) -> set[tuple[object, ...]]:
    with psycopg.connect(dsn) as conn:
        return {row for row in conn.execute(question.encode()) if row[0] != "schema_migration"}


@pytest.mark.parametrize("kind", _QUESTIONS)
def test_the_declared_tables_equal_the_migrated_schema(kind: str, database_url: str, empty_database_url: str) -> None:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    with psycopg.connect(empty_database_url) as conn:
        for table in _declared().sorted_tables:
            conn.execute(str(CreateTable(table).compile(dialect=dialect)).encode())
            for index in table.indexes:
                conn.execute(str(CreateIndex(index).compile(dialect=dialect)).encode())
    migrated, declared = _facts(database_url, _QUESTIONS[kind]), _facts(empty_database_url, _QUESTIONS[kind])
    only_migrated = sorted(map(str, migrated - declared))
    only_declared = sorted(map(str, declared - migrated))
    assert (only_migrated, only_declared) == ([], []), f"{kind}: only in sql/, then only in tables.py"


def test_every_statement_is_understood_by_the_migrated_schema(database_url: str) -> None:
    _import_all("queries")
    refused: list[str] = []
    with psycopg.connect(database_url, autocommit=True) as conn:
        for name, statement in catalogue().items():
            if name.startswith("test."):
                continue  # on tables of a test
            names = list(dict.fromkeys(re.findall(r"%\((\w+)\)s", statement.sql)))
            numbered = re.sub(r"%\((\w+)\)s", lambda match: f"${names.index(match[1]) + 1}", statement.sql)  # noqa: B023 - used at once
            text = numbered.replace("%%", "%")
            result = conn.pgconn.prepare(b"", text.encode())
            if result.status != psycopg.pq.ExecStatus.COMMAND_OK:
                refused.append(f"{name}: {result.error_message.decode().partition(chr(10))[0]}")
    assert not refused, "\n".join(refused)
