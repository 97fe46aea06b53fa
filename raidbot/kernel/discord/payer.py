"""Carries out owed effects: after the commit, and again after a crash, until they are done."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from time import monotonic
from typing import Final

from loguru import logger

from raidbot.kernel.clock import Clock
from raidbot.kernel.database import Database
from raidbot.kernel.discord.failures import Meaning, meaning, pause
from raidbot.kernel.discord.staff import Staff
from raidbot.kernel.errors import Unavailable, incident_id
from raidbot.kernel.logging import correlation
from raidbot.kernel.owed import Effect, Owed
from raidbot.kernel.owed.queries import effects as queries

AT_ONCE: Final = 8
EVERY_S: Final = 0.04
"""From one effect's beginning to the next: Discord takes 50 requests a second of a bot, for all that it does."""
LOOK_EVERY_S: Final = 5.0
EFFECT_S: Final = 60.0
FORBIDDEN_PAUSE: Final = timedelta(hours=1)
NEVER_AGAIN: Final = timedelta(days=3650)

EffectHandler = Callable[[Effect], Awaitable[None]]
"""Carries out one effect; idempotent: it may have been done before. What it raises says whether to try again."""


class Payer:
    """Pays what is owed; one object a process."""

    def __init__(
        self,
        *,
        database: Database,
        owed: Owed,
        clock: Clock,
        handlers: Mapping[str, EffectHandler],
        staff: Staff,
    ) -> None:
        self._database = database
        self._owed = owed
        self._clock = clock
        self._handlers = handlers
        self._staff = staff
        self._running: dict[int, asyncio.Task[None]] = {}
        self._task: asyncio.Task[None] | None = None
        self._turn = 0.0
        clock.subscribe(lambda: owed.effects.ring("clock"))

    async def start(self) -> None:
        """Pay what an earlier life left and keep going."""
        self._task = asyncio.create_task(self._listen(), name="effects")

    async def stop(self) -> None:
        """Stop after what is under way, five seconds at most; the rest stays owed."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self._running:
            await asyncio.wait(self._running.values(), timeout=5.0)
        for task in self._running.values():
            task.cancel()

    async def _listen(self) -> None:
        while True:
            try:
                seconds = await self._begin_due()
            except Unavailable:
                seconds = 0.5
            except Exception:  # noqa: BLE001 - whatever a look ends in, what is owed is looked for again
                logger.exception("effects could not be looked for")
                seconds = LOOK_EVERY_S
            await self._owed.effects.wait(seconds)

    async def _begin_due(self) -> float:
        """Begin what is due, as many as may run at once; return the seconds until something is due next."""
        room = AT_ONCE - len(self._running)
        if room <= 0:
            return LOOK_EVERY_S  # whoever ends rings
        now = self._clock.now()
        async with self._database.connection() as conn:
            due = await queries.effects_due(conn, now, list(self._running))
            for effect in due[:room]:
                task = asyncio.create_task(self._pay(effect), name=f"{effect.kind} {effect.subject}")
                self._running[effect.id] = task
                task.add_done_callback(lambda _, done=effect.id: self._ended(done))  # type: ignore[misc]
            if due:
                return LOOK_EVERY_S
            next_due = await queries.next_effect_due(conn, list(self._running))
        return LOOK_EVERY_S if next_due is None else min(LOOK_EVERY_S, max(0.02, (next_due - now).total_seconds()))

    def _ended(self, effect_id: int) -> None:
        self._running.pop(effect_id, None)
        self._owed.effects.ring("ended")

    async def _pay(self, effect: Effect) -> None:
        correlation.set(f"effect {effect.id}")
        now = monotonic()
        self._turn = max(now, self._turn + EVERY_S)
        await asyncio.sleep(self._turn - now)
        try:
            async with asyncio.timeout(EFFECT_S):
                await self._handlers[effect.kind](effect)
        except Exception as error:  # noqa: BLE001 - every failure of an effect is settled in one place
            await self._settle(effect, error)
        else:
            await self._settle(effect, None)

    async def _settle(self, effect: Effect, error: Exception | None) -> None:
        if isinstance(error, Unavailable):
            await asyncio.sleep(0.5)  # still owed: the row was not touched
            return
        what = Meaning.GONE if error is None else meaning(error)
        reason = f"Discord does not let me do this: {effect.kind.replace('.', ' ').replace('_', ' ')}"
        try:
            async with self._database.connection() as conn:
                match what:
                    case Meaning.GONE | Meaning.CLOSED_DM | Meaning.DEAD_TOKEN:
                        await queries.effect_done(conn, effect)
                    case Meaning.RETRY:
                        seconds = pause(effect.attempts)
                        logger.warning("{} {}: {}, again in {:g} s", effect.kind, effect.subject, error, seconds)
                        again = self._clock.now() + timedelta(seconds=seconds)
                        await queries.effect_later(conn, effect, again, None)
                    case Meaning.FORBIDDEN:
                        await queries.effect_later(conn, effect, self._clock.now() + FORBIDDEN_PAUSE, reason)
                    case Meaning.BUG:
                        incident = incident_id()
                        logger.opt(exception=error).error("incident {}: {} failed", incident, effect.kind)
                        await queries.effect_later(
                            conn, effect, self._clock.now() + NEVER_AGAIN, f"incident {incident}"
                        )
        except Unavailable:
            await asyncio.sleep(0.5)
            return
        if what is Meaning.FORBIDDEN:
            await self._staff.tell(effect.guild_id, effect.kind, f"{reason}.")
