"""Every statement finds its rows by an index, whichever way PostgreSQL plans it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest

from raidbot.kernel.database import EmbeddedPostgres
from tests.conftest import _clone
from tests.plans.fill import Town, fill
from tests.plans.indexes import duplicates, indexes
from tests.plans.survey import connect, survey, without_case

CROWDED = 1_000
"""Runs with raiders, a twentieth: the plans are the same as with all, which `python -m tests.plans` fills."""


@dataclass(frozen=True, slots=True)
class Filled:
    """A filled database."""

    conn: psycopg.Connection[Any]
    town: Town


@pytest.fixture(scope="module")
def filled(postgres: EmbeddedPostgres, worker: str, template: str) -> Iterator[Filled]:
    """Lend a filled database; who changes it takes that back."""
    with _clone(postgres, f"{worker}_plans", template) as dsn, connect(dsn) as conn:
        yield Filled(conn, fill(conn, crowded=CROWDED))


def test_every_statement_has_parameters_to_be_explained_with() -> None:
    assert without_case(Town()) == []


def test_no_statement_breaks_a_rule_and_no_index_is_of_no_use(filled: Filled) -> None:
    found = survey(filled.conn, filled.town)
    assert not found.faults, "\n".join(["", *found.faults])


def test_an_index_that_is_missing_unused_or_covered_by_another_is_noticed(filled: Filled) -> None:
    missed = {
        "run_recent_idx": "raids.recent_dungeons",
        "run_role_idx": "raids.role_known",
        "run_active_idx": "raids.due",
        "panel_topic_idx": "owed.panels_of_topics",
        "member_role_owed_idx": "owed.roles_due",
        "owed_effect_due_idx": "owed.effects_due",
    }
    with filled.conn.transaction(force_rollback=True):
        filled.conn.execute(f"DROP INDEX {', '.join(missed)}".encode())
        filled.conn.execute("CREATE INDEX idle_idx ON run (party)")
        filled.conn.execute("CREATE INDEX second_idx ON run (organizer_id) WHERE role_wanted")
        filled.conn.execute("CREATE INDEX first_idx ON run (organizer_id, id)")
        faults = survey(filled.conn, filled.town).faults
    filled.conn.execute("VACUUM")  # what was taken back would lie in the way of the next survey
    assert [name for name in missed.values() if not any(fault.startswith(f"{name}, ") for fault in faults)] == []
    assert "the index idle_idx is of no use" in faults
    assert "an index too many: second_idx of run, for first_idx" in faults


def test_the_migrated_schema_has_no_duplicate_index(database_url: str) -> None:
    with psycopg.connect(database_url) as conn:
        assert duplicates(indexes(conn)) == []
