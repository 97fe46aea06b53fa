"""A process that has imported the bot and forks one for each start, in a few milliseconds instead of over a second.

The child runs `raidbot.__main__` as `python -m raidbot run` does, from the beginning; only the imports are shared.
Four things differ from a bot in the field: it may be told to kill itself right after its n-th commit, it tells when it
is up, members may press as fast as they like, and the raid log is looked at more often, so that an evening is short.

Who connects to the unix socket and sends one line of JSON (`Order`) gets lines of JSON back: the pid, `up` from the
child, and in the end its exit status. The child begins once it is sent another line.
"""

import asyncio
import contextlib
import json
import os
import re
import selectors
import signal
import socket
import sys
import traceback
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn, TypedDict

from limits import RateLimitItemPerSecond

from raidbot import app
from raidbot.__main__ import main
from raidbot.features.raid_log import jobs as log_jobs
from raidbot.kernel.database import Connection, Database, Statement
from raidbot.kernel.discord import limiter

WRITES = re.compile(r"\b(INSERT|UPDATE|DELETE)\b")
UNCOUNTED = "command_log."
"""Written by the clock, not by what happens, and the only thing that a kill may lose."""
LOG_EVERY_S = 0.5


class Order(TypedDict):
    """What a start asks for."""

    environment: Mapping[str, str]
    folder: str
    """The working directory, with no `.env` in it."""
    log: str
    kill_after_commit: int
    """0: never."""


class Commits:
    """Counts the commits of this process, and ends it right after the chosen one."""

    def __init__(self, last: int) -> None:
        self.count = 0
        self._last = last

    def happened(self) -> None:
        self.count += 1
        if self.count == self._last:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self) -> None:
        """Hear of every commit before anybody else does."""
        transaction, run, many = Database.transaction, Connection._run, Connection.many

        @contextlib.asynccontextmanager
        async def counted_transaction(database: Database) -> AsyncIterator[Connection]:
            async with transaction(database) as conn:
                conn.after_commit(self.happened)
                yield conn

        async def counted_run(conn: Connection, statement: Statement[Any], *given: Any, **how: Any) -> Any:
            result = await run(conn, statement, *given, **how)
            self._heard(conn, statement)
            return result

        async def counted_many(conn: Connection, statement: Statement[Any], *given: Any) -> int:
            count = await many(conn, statement, *given)
            self._heard(conn, statement)
            return count

        for owner, name, counted in (
            (Database, "transaction", counted_transaction),
            (Connection, "_run", counted_run),
            (Connection, "many", counted_many),
        ):
            setattr(owner, name, counted)

    def _heard(self, conn: Connection, statement: Statement[Any]) -> None:
        if not conn.in_transaction and not statement.name.startswith(UNCOUNTED) and WRITES.search(statement.sql):
            self.happened()


def be_the_bot(conn: socket.socket, order: Order) -> NoReturn:
    """Become the bot, as a fresh process would."""
    status = 1
    try:
        conn.recv(1)
        os.chdir(order["folder"])
        os.environ.clear()
        os.environ.update(order["environment"])
        log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(log, 1)
        os.dup2(log, 2)
        commits = Commits(order["kill_after_commit"])
        commits.watch()
        limiter._ITEMS.update({bucket: RateLimitItemPerSecond(10_000, 1, bucket.value[0]) for bucket in limiter._ITEMS})
        log_jobs.EVERY_S = LOG_EVERY_S
        start = app.App.start

        async def tell(bot: app.App) -> None:
            await start(bot)
            asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, _tell_tasks, conn)
            _say(conn, {"up": True})

        app.App.start = tell  # type: ignore[assignment, method-assign]  # the whole process is this test's
        status = main(["run"])
        _say(conn, {"commits": commits.count})
    except BaseException:  # noqa: BLE001 - nothing may return into the zygote's loop
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _tell_tasks(conn: socket.socket) -> None:
    """Write down what every task waits for."""
    for task in asyncio.all_tasks():
        task.print_stack(file=sys.stderr)
    sys.stderr.flush()
    _say(conn, {"told": True})


def _say(conn: socket.socket, what: Mapping[str, Any]) -> None:
    with contextlib.suppress(BrokenPipeError):
        conn.sendall(json.dumps(what).encode() + b"\n")


class Zygote:
    """Forks bots until its standard input closes; then it kills what is left of them."""

    def __init__(self, path: Path) -> None:
        self._bots: dict[int, socket.socket] = {}
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen()
        self._wakeup, self._waker = socket.socketpair()
        self._waker.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._waker.fileno())

    def serve(self) -> None:
        """Answer until the parent goes."""
        selector = selectors.DefaultSelector()
        for source in (self._listener, self._wakeup, sys.stdin):
            selector.register(source, selectors.EVENT_READ)
        print("ready", flush=True)  # noqa: T201 - the parent waits for it
        while True:
            for key, _ in selector.select():
                if key.fileobj is sys.stdin:
                    self._end()
                    return
                if key.fileobj is self._listener:
                    self._fork()
                else:
                    self._wakeup.recv(4096)
                    self._reap()

    def _fork(self) -> None:
        conn, _ = self._listener.accept()
        order: Order = json.loads(conn.makefile().readline())
        pid = os.fork()
        if pid == 0:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for inherited in (self._listener, self._wakeup, self._waker, *self._bots.values()):
                inherited.close()
            be_the_bot(conn, order)
        self._bots[pid] = conn
        _say(conn, {"pid": pid})

    def _reap(self) -> None:
        while self._bots:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            with self._bots.pop(pid) as conn:
                _say(conn, {"exit": os.waitstatus_to_exitcode(status)})

    def _end(self) -> None:
        for pid in self._bots:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def run(arguments: Sequence[str]) -> None:
    """Serve on the socket named on the command line."""
    Zygote(Path(arguments[0])).serve()


if __name__ == "__main__":
    run(sys.argv[1:])
