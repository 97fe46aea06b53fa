"""Gives and takes roles as owed: idempotent, the newest wish of a member wins, at Discord's pace.

Discord takes 10 changes of member roles in a fixed window of 10 s and guild, so joining never waits for the role.
"""

import asyncio
from collections import defaultdict, deque
from datetime import timedelta
from time import monotonic
from typing import Final

import hikari
from loguru import logger

from raidbot.kernel.clock import Clock
from raidbot.kernel.database import Database
from raidbot.kernel.discord.failures import Meaning, meaning, pause
from raidbot.kernel.discord.staff import Staff
from raidbot.kernel.errors import Unavailable, incident_id
from raidbot.kernel.owed import Owed, RoleChange
from raidbot.kernel.owed.queries import roles as queries

CHANGES: Final = 10
WINDOW_S: Final = 10.2
LOOK_EVERY_S: Final = 15.0
"""How often changes that an earlier life put off are looked for."""
FORBIDDEN_PAUSE: Final = timedelta(hours=1)
UNKNOWN_ROLE: Final = 10011
EVERY_GUILD: Final = 0
"""Rung for when the clock was moved."""


class RoleQueue:
    """Carries out role changes; one object a process, one lane a guild."""

    def __init__(
        self, *, database: Database, owed: Owed, clock: Clock, rest: hikari.api.RESTClient, staff: Staff
    ) -> None:
        self._database = database
        self._owed = owed
        self._clock = clock
        self._rest = rest
        self._staff = staff
        self._lanes: dict[int, asyncio.Task[None]] = {}
        self._rung: set[int] = set()
        """Guilds with a new change since their lane looked."""
        self._sent: dict[int, deque[float]] = defaultdict(lambda: deque(maxlen=CHANGES))
        self._looked_at = -LOOK_EVERY_S
        self._task: asyncio.Task[None] | None = None
        clock.subscribe(self._look_now)

    async def start(self) -> None:
        """Finish what an earlier life left and keep going."""
        self._task = asyncio.create_task(self._listen(), name="role queue")

    async def stop(self) -> None:
        """Stop; changes under way are asked for again at the next start."""
        tasks = [task for task in (self._task, *self._lanes.values()) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _listen(self) -> None:
        guild_ids: set[int] = set()
        while True:
            try:
                if monotonic() - self._looked_at >= LOOK_EVERY_S:
                    async with self._database.connection() as conn:
                        guild_ids |= set(await queries.guilds_with_owed_roles(conn, self._clock.now()))
                    self._looked_at = monotonic()
            except Exception as error:  # noqa: BLE001 - whatever a look ends in, what is owed is looked for again
                if not isinstance(error, Unavailable):
                    logger.exception("role changes could not be looked for")
                await asyncio.sleep(0.5)
                continue
            self._rung |= guild_ids
            for guild_id in guild_ids:
                if guild_id not in self._lanes:
                    self._lanes[guild_id] = asyncio.create_task(self._work(guild_id), name=f"roles of {guild_id}")
            guild_ids = {guild_id for guild_id in await self._owed.roles.wait(LOOK_EVERY_S) if guild_id != EVERY_GUILD}

    def _look_now(self) -> None:
        self._looked_at = -LOOK_EVERY_S
        self._owed.roles.ring(EVERY_GUILD)

    async def _work(self, guild_id: int) -> None:
        try:
            while True:
                try:
                    await self._turn(guild_id)  # before the look: a wish that changes meanwhile is not asked for
                    self._rung.discard(guild_id)
                    async with self._database.connection() as conn:
                        change = await queries.role_due(conn, guild_id, self._clock.now())
                        if change is not None:
                            await queries.role_asking(conn, change)
                    if change is not None:
                        self._sent[guild_id].append(monotonic())
                        await self._change(change)
                    elif guild_id not in self._rung:
                        return
                except Unavailable:
                    await asyncio.sleep(0.5)
        finally:
            self._lanes.pop(guild_id, None)

    async def _turn(self, guild_id: int) -> None:
        """Wait until Discord takes another change of this guild."""
        sent = self._sent[guild_id]
        if len(sent) == CHANGES and (wait := sent[0] + WINDOW_S - monotonic()) > 0:
            await asyncio.sleep(wait)

    async def _change(self, change: RoleChange) -> None:
        ask = self._rest.add_role_to_member if change.wanted else self._rest.remove_role_from_member
        try:
            await ask(change.guild_id, change.user_id, change.role_id)
        except Exception as error:  # noqa: BLE001 - every failure of a change is settled in one place
            await self._failed(change, error)
        else:
            async with self._database.connection() as conn:
                await queries.role_given(conn, change)

    async def _failed(self, change: RoleChange, error: Exception) -> None:
        what = meaning(error)
        seconds = timedelta(seconds=pause(change.attempts))
        async with self._database.connection() as conn:
            if what is Meaning.GONE:
                if isinstance(error, hikari.NotFoundError) and error.code == UNKNOWN_ROLE:
                    await queries.forget_role(conn, change.role_id)
                else:
                    await queries.role_given(conn, change)  # the member left, and the role with them
                return
            if what is Meaning.FORBIDDEN:
                seconds = FORBIDDEN_PAUSE
            elif what is not Meaning.RETRY:
                logger.opt(exception=error).error("incident {}: a role change is refused", incident_id())
                await queries.role_given(conn, change)
                return
            await queries.role_later(conn, change, self._clock.now() + seconds)
        asyncio.get_running_loop().call_later(seconds.total_seconds() + 0.01, self._owed.roles.ring, change.guild_id)
        if what is Meaning.FORBIDDEN:
            await self._staff.tell(
                change.guild_id,
                f"role {change.role_id}",
                f"I may not give or take <@&{change.role_id}>. Give me Manage Roles and move my role above it.",
            )
