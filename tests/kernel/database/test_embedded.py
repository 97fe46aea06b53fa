"""The embedded server: found again after every way to die, and one bot at a time."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from raidbot.kernel.database import EmbeddedError, EmbeddedPostgres, embedded

CHECKOUT = Path(__file__).parents[3]
# A bot that starts the server, says so, and waits.
_BOT = """
import os, pwd, sys; from pathlib import Path; from raidbot.kernel.database.embedded import EmbeddedPostgres
user = pwd.getpwnam(sys.argv[2])
if os.geteuid() == 0: os.setgroups([]); os.setgid(user.pw_gid); os.setuid(user.pw_uid)
server = EmbeddedPostgres(Path(sys.argv[1]), fsync=False); server.start()
print(server.dsn(), flush=True)
if sys.stdin.readline(): server.stop()
"""
root_only = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as another user")


def _me() -> str:
    return pwd.getpwuid(os.geteuid()).pw_name


def _bot(root: Path, user: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", _BOT, root, user],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=CHECKOUT,
        env={"PATH": os.defpath, "HOME": "/", "PYTHONDONTWRITEBYTECODE": "1"},
    )


def _pid(server: EmbeddedPostgres) -> int:
    return int((server.data / "postmaster.pid").read_text().split("\n")[0])


def _ask(server: EmbeddedPostgres, question: str) -> object:
    with psycopg.connect(server.dsn(), autocommit=True) as conn:
        cursor = conn.execute(question.encode())
        row = cursor.fetchone() if cursor.description else None
    return row and row[0]


def test_data_outlives_a_stop_and_the_settings_hold(server_root: Path) -> None:
    server = EmbeddedPostgres(server_root)
    server.start()
    try:
        _ask(server, "CREATE TABLE kept AS SELECT 1")
        assert _ask(server, "SELECT current_setting('listen_addresses')") == ""
        assert _ask(server, "SELECT current_setting('fsync')") == "on"
        assert _ask(server, "SELECT lower('ÉA')") == "éa"
    finally:
        server.stop()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(server.dsn())
    server.start()
    assert _ask(server, "SELECT count(*) FROM kept") == 1
    server.stop()
    server.stop()


def test_a_server_left_by_a_killed_bot_is_adopted(server_root: Path) -> None:
    with _bot(server_root, _me()) as bot:
        assert bot.stdout is not None
        bot.stdout.readline()
        server = EmbeddedPostgres(server_root, fsync=False)
        before = _pid(server)
        bot.kill()
    server.start()
    try:
        assert _pid(server) == before
        assert _ask(server, "SELECT 1") == 1
    finally:
        server.stop()
    assert not (server.data / "postmaster.pid").exists()


def test_a_second_bot_on_the_same_folder_is_refused_until_the_first_is_gone(server_root: Path) -> None:
    first, second = EmbeddedPostgres(server_root, fsync=False), EmbeddedPostgres(server_root, fsync=False)
    first.start()
    with pytest.raises(EmbeddedError, match="another bot is running on the database in"):
        second.start()
    assert _ask(first, "SELECT 1") == 1
    first.stop()
    second.start()
    second.stop()


def test_a_postmaster_that_was_killed_is_replaced_and_recovers(own_postgres: EmbeddedPostgres) -> None:
    _ask(own_postgres, "CREATE TABLE kept AS SELECT 1")
    os.kill(_pid(own_postgres), signal.SIGKILL)
    own_postgres.start()
    assert _ask(own_postgres, "SELECT count(*) FROM kept") == 1


def test_a_server_that_is_still_stopping_is_awaited(own_postgres: EmbeddedPostgres) -> None:
    with psycopg.connect(own_postgres.dsn()) as conn:
        conn.execute("CREATE TABLE kept AS SELECT generate_series(1, 200000)")
    os.kill(_pid(own_postgres), signal.SIGINT)
    own_postgres.start()
    assert _ask(own_postgres, "SELECT count(*) FROM kept") == 200000


def test_a_pid_that_belongs_to_another_program_does_not_pass_for_the_server(server_root: Path) -> None:
    server = EmbeddedPostgres(server_root, fsync=False)
    server.start()
    server.stop()
    (server.data / "postmaster.pid").write_text(f"{os.getpid()}\n{server.data}\n0\n5432\n\n\n0 0\nready\n")
    server.start()
    assert _ask(server, "SELECT 1") == 1
    server.stop()


def test_a_first_start_that_was_killed_is_begun_again(server_root: Path) -> None:
    server = EmbeddedPostgres(server_root, fsync=False)
    half = server.home / "unfinished-half"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    server.start()
    assert _ask(server, "SELECT 1") == 1
    server.stop()
    assert not half.exists()


def test_a_folder_with_a_long_path_has_its_socket_elsewhere(server_root: Path) -> None:
    server = EmbeddedPostgres(server_root / ("long " * 20).strip() / "it's", fsync=False)
    server.start()
    elsewhere = Path(str(psycopg.conninfo.conninfo_to_dict(server.dsn())["host"]))
    try:
        assert elsewhere.stat().st_mode & 0o777 == 0o700
        assert _ask(server, "SELECT 1") == 1
    finally:
        server.stop()
        shutil.rmtree(elsewhere)


def test_a_socket_folder_that_somebody_else_laid_out_is_refused(server_root: Path, tmp_path: Path) -> None:
    server = EmbeddedPostgres(server_root / ("x" * 100), fsync=False)
    elsewhere = Path(str(psycopg.conninfo.conninfo_to_dict(server.dsn())["host"]))
    elsewhere.rmdir()
    elsewhere.symlink_to(tmp_path)
    try:
        with pytest.raises(EmbeddedError, match="belongs to somebody else"):
            server.start()
    finally:
        elsewhere.unlink()


def test_a_server_that_cannot_start_says_why(server_root: Path) -> None:
    server = EmbeddedPostgres(server_root, fsync=False)
    server.start()
    server.stop()
    (server.data / "PG_VERSION").write_text("9\n")
    with pytest.raises(EmbeddedError, match="incompatible with server"):
        server.start()


def test_only_the_system_user_of_the_bot_is_let_in(own_postgres: EmbeddedPostgres) -> None:
    assert (own_postgres.data / "pg_hba.conf").read_text() == "local all all peer map=bot\n"
    assert (own_postgres.data / "pg_ident.conf").read_text() == f'bot "{_me()}" raidbot\n'
    assert own_postgres.home.stat().st_mode & 0o777 == 0o700


@root_only
def test_an_ordinary_user_runs_a_server_of_their_own(server_root: Path) -> None:
    user = pwd.getpwnam("daemon")
    server_root.mkdir()
    os.chown(server_root, user.pw_uid, user.pw_gid)
    with _bot(server_root / "pg", user.pw_name) as bot:
        assert bot.stdout is not None
        assert "dbname=postgres" in bot.stdout.readline()
        pid = int((server_root / "pg" / "data" / "postmaster.pid").read_text().split("\n")[0])
        owner = Path(f"/proc/{pid}").stat().st_uid
        bot.communicate("stop\n", timeout=30)
    assert owner == user.pw_uid
    assert bot.returncode == 0
    assert not (server_root / "pg" / "data" / "postmaster.pid").exists()
    with pytest.raises(EmbeddedError, match="belongs to another user"):  # later, as root
        EmbeddedPostgres(server_root / "pg").start()
    assert (server_root / "pg").stat().st_uid == user.pw_uid


@root_only
def test_a_folder_that_the_server_cannot_enter_moves_and_stays_moved(
    server_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server_root.mkdir(mode=0o700)
    monkeypatch.setattr(embedded, "_FALLBACK", server_root.parent / "fallback")
    server = EmbeddedPostgres(server_root / "pg", fsync=False)
    server.start()
    _ask(server, "CREATE TABLE kept AS SELECT 1")
    server.stop()
    assert server.home.parent == server_root.parent / "fallback"
    assert server_root.stat().st_mode & 0o777 == 0o700
    server_root.chmod(0o755)
    again = EmbeddedPostgres(server_root / "pg", fsync=False)
    again.start()
    assert _ask(again, "SELECT count(*) FROM kept") == 1
    again.stop()


@root_only
def test_data_that_went_out_of_reach_is_not_replaced_by_an_empty_database(server_root: Path) -> None:
    server_root.mkdir(mode=0o755)
    server = EmbeddedPostgres(server_root / "pg", fsync=False)
    server.start()
    server.stop()
    server_root.chmod(0o700)
    with pytest.raises(EmbeddedError, match="is out of reach"):
        EmbeddedPostgres(server_root / "pg", fsync=False).start()
