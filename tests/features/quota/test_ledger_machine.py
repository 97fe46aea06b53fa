"""Two transactions at a time, of every kind, committed or not: the rows add up and nothing goes below zero.

Up to two transactions are open: each does one thing and waits to be told whether it counts. What has to wait for the
other one's rows does wait, in PostgreSQL, until that one ends. Which rules run depends on none of that, so that
hypothesis can tell the same story again.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from decimal import Decimal
from itertools import count
from typing import Any, Final

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from raidbot.features.dungeons.api import catalogue
from raidbot.features.quota import models as m
from raidbot.features.quota.service import Ledger, look_at_totals
from raidbot.features.raids.events import CompletionsEarned, RunOrganised
from raidbot.kernel.clock import Clock
from raidbot.kernel.database import Connection, Database
from raidbot.kernel.health import Level
from raidbot.kernel.owed import Owed
from tests.features.quota.conftest import DUNGEONS, HIGH, LOW, A, B
from tests.tables import rows

ANSWERED_S: Final = 10.0
TOGETHER: Final = 2
VOID = DUNGEONS["THE_VOID"]
_guilds, _sources = count(1), count(1)
members = st.sampled_from([A, A, B])
roles = st.sampled_from([LOW, HIGH])
Work = Callable[[Connection], Awaitable[Any]]


class _TakenBackError(Exception):
    """The transaction is not to count."""


async def _counts(told: "asyncio.Future[bool]") -> None:
    if not await told:
        raise _TakenBackError


@dataclass
class _Open:
    """A transaction that was not told yet whether it counts."""

    task: asyncio.Task[m.Logged | None]
    told: asyncio.Future[bool]
    """Whether it counts, once that is decided."""


@dataclass
class _Run:
    """What a run has had so far."""

    id: int
    pops: int = 0


class LedgerMachine(RuleBasedStateMachine):
    """Does things to the ledger of a guild of its own."""

    database: Database
    runner: asyncio.Runner

    def __init__(self) -> None:
        super().__init__()
        self.guild_id = next(_guilds)
        self.ledger = Ledger(catalogue(), lambda _: {LOW: 1, HIGH: 2}, Clock(), Owed(Clock()))
        self.clock = Clock()
        self.open: list[_Open] = []
        self.ending: list[asyncio.Task[m.Logged | None]] = []
        self.run = _Run(self.guild_id)
        self.logged: list[m.Entry] = []
        self.sources = [f"machine:{next(_sources)}" for _ in range(3)]

    @initialize()
    def begin_with_something(self) -> None:
        """Give the roles a quota, and a member a little of everything."""
        self.runner.run(
            rows(
                self.database,
                "INSERT INTO quota_role (guild_id, role_id, base_exalt_points, created_at)"
                f" VALUES ({self.guild_id}, {LOW}, 0.29, now()), ({self.guild_id}, {HIGH}, 2.20, now()) RETURNING 1",
            )
        )
        self.adjust_points(A, Decimal(2))
        self.log_runs(A, 2, HIGH)
        self.log_keys(A, 2)
        self.end(0, counts=True)
        self.end(0, counts=True)

    # --- what happens

    @rule(member=members, points=st.decimals(-4, 2, places=2).filter(bool))
    def adjust_points(self, member: int, points: Decimal) -> None:
        self._begin(lambda conn: self.ledger.adjust_points(conn, self._deed(member), points))

    @rule(member=members, points=st.decimals(-4, 2, places=2).filter(bool), role=roles)
    def adjust_quota_points(self, member: int, points: Decimal, role: int) -> None:
        self._begin(lambda conn: self.ledger.adjust_quota_points(conn, self._deed(member), points, role))

    @rule(member=members, amount=st.integers(-3, 2).filter(bool), role=roles)
    def log_runs(self, member: int, amount: int, role: int) -> None:
        self._begin(lambda conn: self.ledger.log_runs(conn, self._deed(member), VOID, amount, [role]))

    @rule(member=members, amount=st.integers(-3, 2).filter(bool))
    def log_keys(self, member: int, amount: int) -> None:
        self._begin(lambda conn: self.ledger.log_key_pops(conn, self._deed(member), VOID, VOID.keys[0], amount))

    @rule(source=st.integers(0, 2), points=st.sampled_from([Decimal(2), Decimal(-1)]))
    def do_again(self, source: int, points: Decimal) -> None:
        deed = m.Deed(self.guild_id, A, None, self.sources[source])
        self._begin(lambda conn: self.ledger.adjust_points(conn, deed, points))

    @rule(number=st.integers(0, 10**6))
    def reverse(self, number: int) -> None:
        if not self.logged:
            return
        entry = self.logged[number % len(self.logged)]
        self._begin(lambda conn: self.ledger.reverse(conn, self._deed(entry.user_id), entry))

    @rule(again=st.booleans(), role=roles)
    def pop(self, role: int, *, again: bool) -> None:
        """Complete a pop; `again`: the same once more, as if the first time's answer had been lost."""
        self.run.pops += not again
        pop, now = self.run.pops, self.clock.now()

        async def both(conn: Connection) -> None:
            of_run = (self.guild_id, self.run.id, pop, VOID.code)
            await self.ledger.note_completions(conn, CompletionsEarned(*of_run, (A, B), now))
            await self.ledger.note_organised(conn, RunOrganised(*of_run, A, frozenset({role}), now))

        self._begin(both)

    @rule(which=st.integers(0, 1), counts=st.sampled_from([True, True, True, False]))
    def end(self, which: int, *, counts: bool) -> None:
        """Commit a transaction or take it back."""
        if self.open:
            self._tell(which % len(self.open), counts=counts)

    # --- how

    def _deed(self, member: int) -> m.Deed:
        return m.Deed(self.guild_id, member, None, f"machine:{next(_sources)}")

    def _begin(self, work: Work) -> None:
        if len(self.open) == TOGETHER:
            self._tell(0, counts=True)

        async def begin() -> None:
            told: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
            task = asyncio.create_task(self._transaction(work, told))
            self.open.append(_Open(task, told))
            await asyncio.wait([task], timeout=0.005)  # as far as it gets; how far that is, decides nothing

        self.runner.run(begin())

    def _tell(self, which: int, *, counts: bool) -> None:
        """End a transaction; one that waits for the other one goes on when that one ends."""
        ended = self.open.pop(which)
        ended.told.set_result(counts)
        self.ending.append(ended.task)
        self.runner.run(self._look() if not self.open else asyncio.wait(self.ending, timeout=0.005))

    async def _transaction(self, work: Work, told: "asyncio.Future[bool]") -> m.Logged | None:
        try:
            async with self.database.transaction() as conn:
                done: m.Logged | None = await work(conn)
                await _counts(told)
        except (_TakenBackError, m.NothingToTakeError, m.AlreadyUndoneError):
            return None
        return done

    async def _look(self) -> None:
        """Look at the whole when no transaction is under way any more."""
        async with asyncio.timeout(ANSWERED_S):
            ended = await asyncio.gather(*self.ending)
        self.ending.clear()
        self.logged += [one.entry for one in ended if one is not None and m.undoable(one.entry)]
        async with self.database.connection() as conn:
            (finding,) = await look_at_totals(conn)
        assert finding.level is Level.OK, finding.text
        of_guild = f"guild_id = {self.guild_id}"
        checks = {
            "points below zero": f"SELECT user_id FROM ledger WHERE {of_guild} GROUP BY 1 HAVING sum(points) < 0",
            "quota points below zero": (
                f"SELECT user_id FROM ledger WHERE {of_guild} GROUP BY 1, quota_role_id HAVING sum(quota_points) < 0"
            ),
            "runs or keys below zero": (
                f"SELECT user_id FROM ledger WHERE {of_guild}"
                " GROUP BY 1, counts_as, dungeon, key HAVING sum(amount) < 0"
            ),
            "a reversal too many": (
                f"SELECT reverses FROM ledger WHERE {of_guild} AND reverses IS NOT NULL GROUP BY 1 HAVING count(*) > 1"
            ),
            "a deed done twice": f"SELECT source FROM ledger WHERE {of_guild} GROUP BY 1 HAVING count(source) > 1",
            "a pop awarded twice": (
                f"SELECT pop FROM ledger WHERE {of_guild} AND run_id IS NOT NULL AND kind <> 'key_pop'"
                " GROUP BY kind, pop, user_id HAVING count(*) > 1"
            ),
        }
        found = {what: await rows(self.database, query) for what, query in checks.items()}
        assert {what: some for what, some in found.items() if some} == {}

    def teardown(self) -> None:
        while self.open:
            self._tell(0, counts=True)


def test_rows_add_up_and_nothing_goes_below_zero_whatever_happens_at_once(database_url: str) -> None:
    with asyncio.Runner() as running:
        stored = Database(database_url)
        running.run(stored.open())

        class Machine(LedgerMachine):
            database = stored
            runner = running

        try:
            run_state_machine_as_test(
                Machine, settings=settings(max_examples=30, stateful_step_count=24, deadline=None)
            )
        finally:
            running.run(stored.close())
