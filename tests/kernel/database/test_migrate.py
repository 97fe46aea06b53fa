import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from raidbot.kernel.database import MigrationError, SchemaMismatch, check, migrate
from raidbot.kernel.database.migrations import load
from raidbot.kernel.errors import Unavailable

ONE = "CREATE TABLE one (id int);\n"
TWO = "CREATE TABLE two (id int);\nINSERT INTO two VALUES (1), (2);\n"
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(**files: str) -> Path:
        for old in tmp_path.glob("*.sql"):
            old.unlink()
        for name, text in files.items():
            (tmp_path / f"{name.removeprefix('_')}.sql").write_text(text, "utf-8", newline="")
        return tmp_path

    return write


def _tables(dsn: str) -> set[str]:
    with psycopg.connect(dsn) as conn:
        rows = conn.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    return {name for (name,) in rows} - {"schema_migration"}


def test_what_is_missing_is_applied_once_and_in_order(empty_database_url: str, write: Write) -> None:
    folder = write(_0001_one=ONE)
    assert migrate(empty_database_url, folder) == ["0001_one.sql"]
    folder = write(_0001_one=ONE, _0002_two=TWO)
    with pytest.raises(SchemaMismatch, match=r"lacks 1 of 2 migrations, first 0002_two\.sql: run `make migrate`"):
        check(empty_database_url, folder)
    assert migrate(empty_database_url, folder) == ["0002_two.sql"]
    assert migrate(empty_database_url, folder) == []
    check(empty_database_url, folder)
    assert _tables(empty_database_url) == {"one", "two"}


def test_the_check_of_an_empty_database_changes_nothing(empty_database_url: str, write: Write) -> None:
    with pytest.raises(SchemaMismatch, match="lacks 1 of 1 migrations"):
        check(empty_database_url, write(_0001_one=ONE))
    with psycopg.connect(empty_database_url) as conn:
        assert conn.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)


@pytest.mark.parametrize(
    ("files", "complaint"),
    [
        ({"_0001_one": ONE, "_0001_two": TWO}, r"one number: 0001_one\.sql and 0001_two\.sql"),
        ({"_0001_one": ONE, "_0003_two": TWO}, r"0002 is missing before 0003_two\.sql"),
        ({"_0002_two": TWO}, r"0001 is missing before 0002_two\.sql"),
        ({"_0000_zero": ONE, "_0001_two": TWO}, "one number|missing"),
        ({"_0001_one": ONE, "_2_two": TWO}, r"2_two\.sql: a migration is named NNNN"),
        ({"_0001_One": ONE}, "a migration is named NNNN"),
        ({"_0001_one": ONE, "_0002_two": f"{TWO} COMMIT; SELECT 1"}, r"0002_two\.sql contains COMMIT"),
        ({"_0001_one": f"-- first\nbegin;{ONE}end"}, "contains BEGIN"),
        ({"_0001_one": f"{ONE} /* x */ Start Transaction"}, "contains START TRANSACTION"),
        ({}, "no migrations in"),
    ],
)
def test_files_that_do_not_fit_together_change_nothing(
    empty_database_url: str, write: Write, files: dict[str, str], complaint: str
) -> None:
    with pytest.raises(MigrationError, match=complaint):
        migrate(empty_database_url, write(**files))
    assert _tables(empty_database_url) == set()


def test_words_of_transactions_in_text_comments_and_bodies_are_no_offence(
    empty_database_url: str, write: Write
) -> None:
    text = """-- COMMIT; here
    CREATE TABLE "commit;" (a text DEFAULT 'x; COMMIT; it''s'); /* ; ROLLBACK */
    INSERT INTO "commit;" VALUES (E'it\\'s; COMMIT;');
    CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $body$ BEGIN RETURN 1; END; $body$;
    DO $$ BEGIN PERFORM f(); END $$;
    SELECT CASE WHEN true THEN 1 END;
    """
    assert migrate(empty_database_url, write(_0001_words=text)) == ["0001_words.sql"]


@given(st.text(alphabet="'\"$-/*;\\ \nCOMIT", max_size=40))
def test_a_commit_at_the_end_is_found_unless_something_unfinished_hides_it(text: str) -> None:
    from raidbot.kernel.database.migrations import _HIDDEN, _own_transaction

    if not set("'\"$/-") & set(_HIDDEN.sub(" ", text)):
        assert _own_transaction(f"{text}\n;COMMIT;") is not None


def test_an_edited_file_is_refused_and_a_newline_style_is_no_edit(empty_database_url: str, write: Write) -> None:
    migrate(empty_database_url, write(_0001_one=ONE))
    check(empty_database_url, write(_0001_one=ONE.replace("\n", "\r\n")))
    for files in ({"_0001_one": f"{ONE} "}, {"_0001_renamed": ONE}):
        folder = write(**files, _0002_two=TWO)
        with pytest.raises(MigrationError, match="was changed after it was applied"):
            migrate(empty_database_url, folder)
        with pytest.raises(SchemaMismatch, match="was changed after it was applied"):
            check(empty_database_url, folder)
    assert _tables(empty_database_url) == {"one"}


def test_a_database_newer_than_the_code_is_refused(empty_database_url: str, write: Write) -> None:
    migrate(empty_database_url, write(_0001_one=ONE, _0002_two=TWO))
    folder = write(_0001_one=ONE)
    with pytest.raises(MigrationError, match=r"newer than this version: it is at 0002_two\.sql"):
        migrate(empty_database_url, folder)
    with pytest.raises(SchemaMismatch, match="install the newer version"):
        check(empty_database_url, folder)


def test_a_file_that_fails_is_undone_whole_and_the_earlier_ones_stay(empty_database_url: str, write: Write) -> None:
    folder = write(_0001_one=ONE, _0002_two=f"{TWO} SELECT nothing_like_that;", _0003_three="CREATE TABLE three ();")
    with pytest.raises(MigrationError, match=r"0002_two\.sql failed and was undone: column .* does not exist"):
        migrate(empty_database_url, folder)
    assert _tables(empty_database_url) == {"one"}
    assert migrate(empty_database_url, write(_0001_one=ONE, _0002_two=TWO)) == ["0002_two.sql"]


def test_two_migrators_at_once_end_as_one(empty_database_url: str, write: Write) -> None:
    folder = write(_0001_one=f"{ONE} SELECT pg_sleep(0.2);", _0002_two=TWO)
    results: list[list[str]] = []
    threads = [threading.Thread(target=lambda: results.append(migrate(empty_database_url, folder))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [[], [], [], ["0001_one.sql", "0002_two.sql"]]


@pytest.mark.parametrize("after", [0.0, 0.05, 0.15, 0.25, 0.4])
def test_a_kill_leaves_whole_migrations_and_the_next_goes_on(
    empty_database_url: str, write: Write, after: float
) -> None:
    names = [f"{number:04d}_table_{number}" for number in range(1, 6)]
    folder = write(
        **{f"_{name}": f"CREATE TABLE a_{name} (); SELECT pg_sleep(0.1); CREATE TABLE b_{name} ();" for name in names}
    )
    code = "import sys; from pathlib import Path; from raidbot.kernel.database.migrations import migrate\n"
    code += "print('ready', flush=True); migrate(sys.argv[1], Path(sys.argv[2]))"
    child = subprocess.Popen(
        [sys.executable, "-c", code, empty_database_url, folder],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[3],
    )
    assert child.stdout is not None
    with child:
        child.stdout.readline()
        time.sleep(after)  # the moment of the kill, not a wait for something
        os.kill(child.pid, signal.SIGKILL)
    left = migrate(empty_database_url, folder)  # waits until the server has let go of the dead one's lock
    with psycopg.connect(empty_database_url) as conn:
        applied = conn.execute("SELECT name FROM schema_migration ORDER BY number").fetchall()
    assert [name for (name,) in applied] == [f"{name}.sql" for name in names]
    assert left == [f"{name}.sql" for name in names][5 - len(left) :]
    assert _tables(empty_database_url) == {f"{letter}_{name}" for name in names for letter in "ab"}


def test_a_database_that_is_away_is_unavailable(tmp_path: Path, write: Write) -> None:
    with pytest.raises(Unavailable):
        migrate(f"host={tmp_path} dbname=postgres user=raidbot", write(_0001_one=ONE))


def test_the_shipped_migrations_fit_together() -> None:
    assert load(Path(__file__).parents[3] / "sql")
