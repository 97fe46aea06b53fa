"""Knows who has a quota's role, without asking Discord each time."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from raidbot.features.quota.models import Holding
from raidbot.features.quota.queries import holders
from raidbot.features.quota.service.redrawing import redraw
from raidbot.kernel.clock import Clock
from raidbot.kernel.database import Database
from raidbot.kernel.database.patience import patient
from raidbot.kernel.owed import Owed

LOOK_AGAIN_AFTER: Final = timedelta(minutes=1)
"""A look at all members that has not come to its end by then begins anew: Discord lets a guild be asked for them
every thirty seconds."""


@dataclass(slots=True)
class _Look:
    """A look at all members of a guild that is under way."""

    nonce: str
    again_at: datetime
    seen: set[int] = field(default_factory=set)
    chunks: set[int] = field(default_factory=set)


class HolderService:
    """Follows who has which quota role.

    What the rows say is in memory too, so that an event that changes nothing, as nearly all do, costs no statement.
    One thing after the other: Discord sends events and members in an order that must be kept.
    """

    def __init__(self, database: Database, owed: Owed, clock: Clock) -> None:
        self.database = database
        self._owed = owed
        self._clock = clock
        self._known: dict[int, dict[int, set[int]]] = {}
        self._forgotten: set[int] = set()
        self._looks: dict[int, _Look] = {}
        self._sure: set[int] = set()
        self._turn = asyncio.Lock()

    async def follow(self, guild_id: int, members: Mapping[int, Collection[int]]) -> None:
        """Take note of the roles that members have now (none: they are gone)."""
        async with self._turn:
            look = self._looks.get(guild_id)
            if look is not None:
                look.seen |= members.keys()
            await self._follow(guild_id, members)

    def forget(self, guild_id: int) -> None:
        """Read the rows of a guild anew at the next occasion: its quota roles may be others now."""
        self._forgotten.add(guild_id)

    # --- looking at everybody -----------------------------------------------------------------------------------

    @patient
    async def owe_look(self, guild_id: int) -> None:
        """Owe a look at all members of a guild that has quotas: events may have been missed."""
        async with self.database.connection() as conn:
            if await holders.holdings(conn, guild_id):
                await holders.owe_look(conn, guild_id, self._clock.now())

    async def looks_due(self, skip: Collection[int]) -> Sequence[int]:
        """List the guilds whose members are to be looked at."""
        async with self.database.connection() as conn:
            return await holders.looks_due(conn, self._clock.now(), list(skip))

    async def begin_look(self, guild_id: int, nonce: str) -> bool:
        """Begin a look that is due; what comes under this nonce belongs to it. False when none is due."""
        now = self._clock.now()
        again_at = now + LOOK_AGAIN_AFTER
        async with self._turn:
            async with self.database.connection() as conn:
                if not await holders.begin_look(conn, guild_id, now, again_at):
                    return False
            self.forget(guild_id)
            self._looks[guild_id] = _Look(nonce, again_at)
            return True

    async def looked_at(
        self, guild_id: int, nonce: str | None, members: Mapping[int, Collection[int]], index: int, count: int
    ) -> None:
        """Take note of a part of all members; with the last one, who was not among them has no role any more."""
        async with self._turn:
            look = self._looks.get(guild_id)
            if look is None or look.nonce != nonce:
                return
            await self._follow(guild_id, members)
            look.seen |= members.keys()
            look.chunks.add(index)
            if len(look.chunks) < count:
                return
            gone = set().union(*(await self._holders(guild_id)).values()) - look.seen
            await self._follow(guild_id, dict.fromkeys(gone, ()))
            del self._looks[guild_id]
            self._sure.add(guild_id)
            await self._looked(guild_id, look.again_at)

    def sure_of(self, guild_id: int) -> bool:
        """Say whether all members of a guild were looked at since the bot's start, so that nothing it missed counts."""
        return guild_id in self._sure

    @patient
    async def _looked(self, guild_id: int, again_at: datetime) -> None:
        async with self.database.connection() as conn:
            await holders.looked(conn, guild_id, again_at)

    # --- what they share ----------------------------------------------------------------------------------------

    async def _follow(self, guild_id: int, members: Mapping[int, Collection[int]]) -> None:
        known = await self._holders(guild_id)
        came, went = set[tuple[int, int]](), set[tuple[int, int]]()
        for role, have in known.items():
            for user, has in members.items():
                if (role in has) != (user in have):
                    (came if role in has else went).add((role, user))
        if not came and not went:
            return
        await self._write(guild_id, came, went)
        for role, user in came:
            known[role].add(user)
        for role, user in went:
            known[role].discard(user)

    @patient
    async def _write(self, guild_id: int, came: holders.Pairs, went: holders.Pairs) -> None:
        async with self.database.transaction() as conn:
            if came:
                await holders.add(conn, guild_id, came, self._clock.now())
            if went:
                await holders.drop(conn, guild_id, went)
            await redraw(conn, self._owed, guild_id, {role for role, _ in (*came, *went)})

    async def _holders(self, guild_id: int) -> dict[int, set[int]]:
        if guild_id in self._forgotten:
            self._forgotten.discard(guild_id)  # before the rows are read: who calls `forget` meanwhile is heard
            self._known.pop(guild_id, None)
        if guild_id not in self._known:
            found: dict[int, set[int]] = {}
            for one in await self._read(guild_id):
                have = found.setdefault(one.role_id, set())
                if one.user_id is not None:
                    have.add(one.user_id)
            self._known[guild_id] = found
        return self._known[guild_id]

    @patient
    async def _read(self, guild_id: int) -> Sequence[Holding]:
        async with self.database.connection() as conn:
            return await holders.holdings(conn, guild_id)
