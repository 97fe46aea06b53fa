"""Effects are owed until they are done: tried again when time helps, put off when staff must act, never lost."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from http import HTTPStatus
from time import monotonic
from typing import Any

import hikari
import pytest

from raidbot.kernel.clock import Clock
from raidbot.kernel.database import Database, Retry, StatementError, Unavailable
from raidbot.kernel.discord import payer as payers
from raidbot.kernel.discord.payer import Payer
from raidbot.kernel.discord.staff import Staff
from raidbot.kernel.owed import Effect, Owed
from raidbot.kernel.owed.queries import effects as queries
from tests.tables import rows

GUILD = 200_000_000_000_000_001
COMMON: dict[str, Any] = {"url": "https://discord.test", "headers": {}, "raw_body": b""}
GONE = hikari.NotFoundError(**COMMON, code=10008)
FORBIDDEN = hikari.ForbiddenError(**COMMON, code=50013)
CLOSED_DM = hikari.ForbiddenError(**COMMON, code=50007)
BAD = hikari.BadRequestError(**COMMON, code=50035)
BROKEN = hikari.InternalServerError(**COMMON, status=HTTPStatus.SERVICE_UNAVAILABLE)


class Listener(Staff):
    """Staff who write down what they are told."""

    def __init__(self) -> None:
        self.told: list[tuple[int, str]] = []
        self._about: set[tuple[int, str]] = set()

    async def tell(self, guild_id: int, about: str, text: str) -> None:
        if (guild_id, about) not in self._about:
            self._about.add((guild_id, about))
            self.told.append((guild_id, text))


class Debts:
    """A book, a payer and handlers that do what the test says."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = Clock()
        self.owed = Owed(self.clock)
        self.staff = Listener()
        self.tried: list[Effect] = []
        self.answers: list[Exception | None] = []
        """What the next tries end in; after the last one all is well."""
        self.hold: asyncio.Event | None = None

    async def handle(self, effect: Effect) -> None:
        self.tried.append(effect)
        if self.hold is not None:
            await self.hold.wait()
        if self.answers and (error := self.answers.pop(0)) is not None:
            raise error

    @asynccontextmanager
    async def paying(self, kinds: tuple[str, ...] = ("test.a", "test.b")) -> AsyncIterator[Payer]:
        payer = Payer(
            database=self.database,
            owed=self.owed,
            clock=self.clock,
            handlers=dict.fromkeys(kinds, self.handle),
            staff=self.staff,
        )
        await payer.start()
        try:
            yield payer
        finally:
            await payer.stop()

    async def owe(self, subject: str = "1", kind: str = "test.a", **more: Any) -> None:
        async with self.database.transaction() as conn:
            await self.owed.effect(conn, kind, guild_id=GUILD, subject=subject, **more)

    async def left(self) -> list[tuple[Any, ...]]:
        return await rows(
            self.database, "SELECT subject, attempts, blocked_reason, due_at FROM owed_effect ORDER BY id"
        )

    async def settle(self, count: int = 0, within: float = 5.0) -> None:
        """Wait until so many effects are left."""
        async with asyncio.timeout(within):
            while len(await self.left()) != count:  # noqa: ASYNC110 - the condition is in the database
                await asyncio.sleep(0.01)

    async def until(self, condition: Callable[[], bool], within: float = 5.0) -> None:
        async with asyncio.timeout(within):
            while not condition():  # noqa: ASYNC110 - nothing announces it
                await asyncio.sleep(0.01)

    async def attempts(self, count: int, within: float = 5.0) -> None:
        """Wait until the one effect was put off for the count-th time."""
        async with asyncio.timeout(within):
            while [row[1] for row in await self.left()] != [count]:  # noqa: ASYNC110 - the condition is in the database
                await asyncio.sleep(0.01)


@pytest.fixture
def debts(database: Database) -> Debts:
    return Debts(database)


async def test_an_effect_is_carried_out_right_after_the_commit_with_what_was_written(debts: Debts) -> None:
    async with debts.paying():
        async with debts.database.transaction() as conn:
            await debts.owed.effect(conn, "test.a", guild_id=GUILD, subject="7", payload={"channel_id": 2**60})
            await asyncio.sleep(0.05)
            assert debts.tried == []
        await debts.settle(within=1.0)
    (effect,) = debts.tried
    assert (effect.kind, effect.guild_id, effect.subject, effect.attempts) == ("test.a", GUILD, "7", 0)
    assert effect.payload == {"channel_id": 2**60}


async def test_what_is_rolled_back_is_not_owed(debts: Debts) -> None:
    async with debts.paying():
        with pytest.raises(LookupError):  # noqa: PT012 - the end of the transaction is what is tested
            async with debts.database.transaction() as conn:
                await debts.owed.effect(conn, "test.a", guild_id=GUILD, subject="1")
                raise LookupError
        await debts.owe("2")
        await debts.settle()
    assert [effect.subject for effect in debts.tried] == ["2"]


async def test_what_an_earlier_life_owed_is_paid_at_the_start(debts: Debts) -> None:
    for subject in ("1", "2", "3"):
        await debts.owe(subject)
    async with debts.paying():
        await debts.settle()
    assert sorted(effect.subject for effect in debts.tried) == ["1", "2", "3"]


async def test_what_was_under_way_at_a_kill_is_done_again(debts: Debts) -> None:
    debts.hold = asyncio.Event()
    await debts.owe()
    async with debts.paying() as payer:
        await debts.until(lambda: len(debts.tried) == 1)
        for task in (payer._task, *payer._running.values()):
            assert task is not None
            task.cancel()
        await debts.until(lambda: not payer._running)
    debts.hold = None
    async with debts.paying():
        await debts.settle()
    assert len(debts.tried) == 2


async def test_one_kind_and_subject_is_owed_once_and_the_newest_wish_wins(debts: Debts) -> None:
    await debts.owe("1", payload={"n": 1})
    await debts.owe("1", payload={"n": 2})
    await debts.owe("1", "test.b", payload={"n": 3})
    async with debts.paying():
        await debts.settle()
    assert sorted((effect.kind, effect.payload["n"]) for effect in debts.tried) == [("test.a", 2), ("test.b", 3)]


async def test_what_is_owed_anew_while_it_is_paid_is_paid_again(debts: Debts) -> None:
    debts.hold = asyncio.Event()
    async with debts.paying():
        await debts.owe(payload={"n": 1})
        await debts.until(lambda: len(debts.tried) == 1)
        await debts.owe(payload={"n": 2})
        await asyncio.sleep(0.05)
        assert len(debts.tried) == 1, "one effect must not be carried out twice at a time"
        debts.hold.set()
        await debts.settle()
    assert [effect.payload["n"] for effect in debts.tried] == [1, 2]


@pytest.mark.parametrize("error", [BAD, FORBIDDEN, BROKEN])
async def test_a_failure_does_not_put_off_what_was_owed_anew_meanwhile(debts: Debts, error: Exception) -> None:
    debts.hold = asyncio.Event()
    debts.answers = [error]
    async with debts.paying():
        await debts.owe(payload={"n": 1})
        await debts.until(lambda: len(debts.tried) == 1)
        await debts.owe(payload={"n": 2})
        debts.hold.set()
        await debts.settle(within=0.9)
    assert [effect.payload["n"] for effect in debts.tried] == [1, 2]


@pytest.mark.parametrize("error", [GONE, CLOSED_DM])
async def test_what_is_gone_or_cannot_be_told_is_done(debts: Debts, error: Exception) -> None:
    debts.answers = [error]
    await debts.owe()
    async with debts.paying():
        await debts.settle()
    assert len(debts.tried) == 1
    assert debts.staff.told == []


@pytest.mark.parametrize(
    "error",
    [BROKEN, TimeoutError(), hikari.HTTPError("reset"), Retry("deadlock")],
    ids=lambda error: type(error).__name__,
)
async def test_a_bad_moment_is_tried_again_with_growing_pauses(debts: Debts, error: Exception) -> None:
    debts.answers = [error] * 4
    await debts.owe()
    pauses = []
    async with debts.paying():
        for attempt in range(4):
            await debts.attempts(attempt + 1)
            ((_, _, reason, due_at),) = await debts.left()
            assert reason is None
            pauses.append(round((due_at - debts.clock.now()).total_seconds()))
            debts.clock.shift(timedelta(seconds=pauses[-1]))
        await debts.settle()
    assert pauses == [1, 2, 4, 8]
    assert [effect.attempts for effect in debts.tried] == [0, 1, 2, 3, 4]


async def test_a_pause_ends_by_itself(debts: Debts) -> None:
    debts.answers = [BROKEN]
    async with debts.paying():
        await debts.owe()
        await debts.attempts(1)
        await asyncio.sleep(0.3)
        assert len(debts.tried) == 1
        await debts.settle(within=2.0)


async def test_an_effect_waits_for_its_time_and_a_moved_clock_wakes_it(debts: Debts) -> None:
    async with debts.paying():
        await debts.owe("later", due_at=debts.clock.now() + timedelta(hours=1))
        await debts.owe("now")
        await debts.settle(1)
        debts.clock.shift(timedelta(minutes=59))
        await asyncio.sleep(0.1)
        assert [effect.subject for effect in debts.tried] == ["now"]
        debts.clock.shift(timedelta(minutes=1, seconds=1))
        await debts.settle(within=1.0)
    assert [effect.subject for effect in debts.tried] == ["now", "later"]


async def test_an_effect_due_in_a_moment_is_on_time_without_a_ring(debts: Debts) -> None:
    async with debts.paying():
        await debts.owe(due_at=debts.clock.now() + timedelta(seconds=0.4))
        await asyncio.sleep(0.2)
        assert debts.tried == []
        await debts.settle(within=1.0)


async def test_what_is_forbidden_waits_an_hour_and_staff_hear_of_it_once(debts: Debts) -> None:
    debts.answers = [FORBIDDEN] * 4
    async with debts.paying():
        for subject in ("1", "2", "3"):
            await debts.owe(subject)
        async with asyncio.timeout(5):
            while any(row[2] is None for row in await debts.left()):  # noqa: ASYNC110 - the condition is in the database
                await asyncio.sleep(0.01)
        for _, attempts, reason, due_at in await debts.left():
            assert attempts == 1
            assert "does not let me" in reason
            assert 3590 < (due_at - debts.clock.now()).total_seconds() <= 3600
        async with debts.database.connection() as conn:
            assert len(await queries.blocked_effects(conn)) == 3
        assert [guild_id for guild_id, _ in debts.staff.told] == [GUILD]
        debts.clock.shift(timedelta(hours=1, seconds=1))
        await debts.settle(1)
    assert len(debts.tried) == 6


async def test_a_bug_is_kept_with_its_incident_and_never_repeated(debts: Debts) -> None:
    debts.answers = [BAD]
    async with debts.paying():
        await debts.owe()
        await debts.attempts(1)
        ((_, _, reason, _),) = await debts.left()
        assert reason.startswith("incident ")
        debts.clock.shift(timedelta(days=365))
        await asyncio.sleep(0.1)
    async with debts.paying():
        await asyncio.sleep(0.1)
    assert len(debts.tried) == 1
    assert debts.staff.told == []


async def test_a_kind_nobody_knows_is_kept_for_the_doctor(debts: Debts) -> None:
    async with debts.paying():
        await debts.owe(kind="test.unknown")
        await debts.attempts(1)
        ((_, _, reason, _),) = await debts.left()
    assert reason.startswith("incident ")


async def test_owing_a_blocked_effect_anew_gives_it_a_fresh_start(debts: Debts) -> None:
    debts.answers = [BAD]
    async with debts.paying():
        await debts.owe()
        await debts.attempts(1)
        await debts.owe()
        await debts.settle()
    assert [effect.attempts for effect in debts.tried] == [0, 0]


async def test_the_database_going_away_meanwhile_costs_no_try(debts: Debts) -> None:
    debts.answers = [Unavailable("away")]
    async with debts.paying():
        await debts.owe()
        await debts.settle()
    assert [effect.attempts for effect in debts.tried] == [0, 0]


@pytest.mark.parametrize("error", [Unavailable("away"), Retry("deadlock"), StatementError("took too long")])
async def test_the_payer_survives_a_failed_look(
    debts: Debts, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    look = queries.effects_due
    failed: list[int] = []

    async def fail_once(*args: Any) -> list[Effect]:
        if not failed:
            failed.append(1)
            raise error
        return await look(*args)

    monkeypatch.setattr(queries, "effects_due", fail_once)
    async with debts.paying():
        await debts.owe()
        await debts.settle()


async def test_many_effects_are_carried_out_a_few_at_a_time(debts: Debts) -> None:
    debts.hold = asyncio.Event()
    for subject in range(30):
        await debts.owe(str(subject))
    async with debts.paying():
        await debts.until(lambda: len(debts.tried) == payers.AT_ONCE)
        await asyncio.sleep(0.05)
        assert len(debts.tried) == payers.AT_ONCE
        debts.hold.set()
        await debts.settle()
    assert sorted(int(effect.subject) for effect in debts.tried) == list(range(30))


async def test_many_effects_begin_at_their_pace(debts: Debts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(payers, "EVERY_S", 0.1)
    for subject in range(6):
        await debts.owe(str(subject))
    began = monotonic()
    async with debts.paying():
        await debts.settle()
    assert monotonic() - began >= 5 * 0.1


async def test_stopping_lets_what_is_under_way_end(debts: Debts) -> None:
    debts.hold = asyncio.Event()
    async with debts.paying():
        await debts.owe()
        await debts.until(lambda: len(debts.tried) == 1)
        asyncio.get_running_loop().call_later(0.1, debts.hold.set)
    assert await debts.left() == []


async def test_an_effect_that_never_ends_is_ended_and_tried_again(
    debts: Debts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(payers, "EFFECT_S", 0.05)
    debts.hold = asyncio.Event()
    async with debts.paying():
        await debts.owe()
        await debts.attempts(1)
        debts.hold.set()
        await debts.settle()
    assert len(debts.tried) == 2
