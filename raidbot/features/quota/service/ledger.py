"""Writes rows of the ledger, each in the transaction of what it is for."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Final

from raidbot.features.dungeons.api import Catalogue, Dungeon, DungeonKey
from raidbot.features.quota import models as m
from raidbot.features.quota.queries import ledger as rows
from raidbot.features.quota.queries import rates, totals
from raidbot.features.quota.service.redrawing import redraw
from raidbot.features.raids.events import CompletionsEarned, RunOrganised
from raidbot.kernel import audit
from raidbot.kernel.clock import Clock
from raidbot.kernel.database import Connection
from raidbot.kernel.health import Finding, Level
from raidbot.kernel.owed import Owed

Positions = Callable[[int], Mapping[int, int]]
"""Gives the positions of a guild's roles, the higher role the higher number; a role that is not known has none."""
_ACTIONS: Final = {
    m.Kind.ADJUSTMENT: "ledger.points.adjust",
    m.Kind.ORGANISED: "ledger.runs.log",
    m.Kind.KEY_POP: "ledger.keys.log",
    m.Kind.REVERSAL: "ledger.entry.reverse",
}


class Ledger:
    """All that is written to the ledger. Every method works in the caller's transaction.

    A deed that is done twice, because the answer of the first time was lost, gives the row of the first time.
    """

    def __init__(self, catalogue: Catalogue, positions: Positions, clock: Clock, owed: Owed) -> None:
        self._catalogue = catalogue
        self._positions = positions
        self._clock = clock
        self._owed = owed

    # --- what raids and staff earn ------------------------------------------------------------------------------

    async def note_completions(self, conn: Connection, fact: CompletionsEarned) -> None:
        """Write the rows of the raiders who completed a pop or run."""
        await rows.add_completions(
            conn,
            guild_id=fact.guild_id,
            run_id=fact.run_id,
            pop=fact.pop,
            dungeon=fact.dungeon,
            user_ids=fact.user_ids,
            now=fact.at,
        )

    async def note_organised(self, conn: Connection, fact: RunOrganised) -> None:
        """Write the row of the organizer of a pop or run; without a quota role it counts and brings no points."""
        dungeon = self._catalogue.find(fact.dungeon)
        exalt = dungeon is not None and dungeon.exalt
        rate = await self._run_rate(conn, fact.guild_id, fact.organizer_role_ids, fact.dungeon, exalt=exalt)
        organised = m.NewEntry(
            guild_id=fact.guild_id,
            user_id=fact.organizer_id,
            kind=m.Kind.ORGANISED,
            counts_as=m.Kind.ORGANISED,
            amount=1,
            quota_points=rate.points,
            quota_role_id=rate.role_id,
            dungeon=fact.dungeon,
            run_id=fact.run_id,
            pop=fact.pop,
        )
        await self._add(conn, organised, fact.at)

    async def award_act(self, conn: Connection, deed: m.Deed, act: m.Kind, role_ids: Collection[int]) -> m.Entry | None:
        """Count one of `ACTS` for who did it, the deed's member, and give them the quota points of these, their roles.

        None when it was counted before.
        """
        rate = m.best(await rates.of_act(conn, deed.guild_id, role_ids, act), self._positions(deed.guild_id))
        new = replace(m.entry_of(deed, act), amount=1, quota_points=rate.points, quota_role_id=rate.role_id)
        return await self._add(conn, new, self._clock.now())

    # --- what staff write down ----------------------------------------------------------------------------------

    async def adjust_points(self, conn: Connection, deed: m.Deed, points: Decimal) -> m.Logged:
        """Give a raider points or take some, as far as there are any. Raises NothingToTakeError."""
        about = m.entry_of(deed, m.Kind.ADJUSTMENT)
        return await self._logged(
            conn, deed, about, lambda held: replace(about, points=m.points_change(points, held.points))
        )

    async def adjust_quota_points(self, conn: Connection, deed: m.Deed, points: Decimal, role_id: int) -> m.Logged:
        """Give quota points of a role or take some, as far as there are any. Raises NothingToTakeError."""
        about = replace(m.entry_of(deed, m.Kind.ADJUSTMENT), quota_role_id=role_id)
        return await self._logged(
            conn, deed, about, lambda held: replace(about, quota_points=m.points_change(points, held.quota_points))
        )

    async def log_runs(
        self, conn: Connection, deed: m.Deed, dungeon: Dungeon, amount: int, role_ids: Collection[int]
    ) -> m.Logged:
        """Count runs that a member, who has these roles, organised; a negative amount takes back what is there.

        Raises NothingToTakeError.
        """
        rate = await self._run_rate(conn, deed.guild_id, role_ids, dungeon.code, exalt=dungeon.exalt)
        about = replace(m.entry_of(deed, m.Kind.ORGANISED), quota_role_id=rate.role_id, dungeon=dungeon.code)

        def cut(held: m.Held) -> m.NewEntry:
            effective = m.runs(amount, rate.points, held)
            return replace(about, amount=effective, quota_points=rate.points * effective)

        return await self._logged(conn, deed, about, cut)

    async def log_key_pops(
        self,
        conn: Connection,
        deed: m.Deed,
        dungeon: Dungeon,
        key: DungeonKey,
        amount: int,
        *,
        pop_of: tuple[int, int] | None = None,
    ) -> m.Logged:
        """Count keys of a dungeon that a raider popped; a negative amount takes back what is there.

        `pop_of` is the run and its pop where that is known. Raises NothingToTakeError.
        """
        each = await rates.of_key(conn, deed.guild_id, dungeon.code)
        run_id, pop = pop_of or (None, None)
        about = replace(m.entry_of(deed, m.Kind.KEY_POP), dungeon=dungeon.code, key=key.code, run_id=run_id, pop=pop)

        def cut(held: m.Held) -> m.NewEntry:
            effective, points = m.key_pops(amount, each, held)
            return replace(about, amount=effective, points=points)

        return await self._logged(conn, deed, about, cut)

    async def reverse(self, conn: Connection, deed: m.Deed, entry: m.Entry) -> m.Logged:
        """Take back what a row brought its member, as far as it is still there.

        Raises EntryGoneError for what cannot be taken back, AlreadyUndoneError.
        """
        if not m.undoable(entry):
            raise m.EntryGoneError
        return await self._logged(conn, deed, entry, lambda held: m.reversal(entry, held, deed))

    async def undo(
        self, conn: Connection, guild_id: int, entry_id: int, actor_id: int, source: str, *, any_time: bool
    ) -> m.Undone:
        """Reverse a row: for who wrote it within a quarter of an hour, with `any_time` for anybody, ever.

        `source` is the deed's that this is. Raises NotYoursToUndoError, AlreadyUndoneError or EntryGoneError.
        """
        entry = await rows.by_id(conn, guild_id, entry_id)
        if entry is None:
            raise m.EntryGoneError
        if not any_time:
            m.require_own(entry, actor_id, self._clock.now())
        return m.Undone(entry, await self.reverse(conn, m.Deed(guild_id, entry.user_id, actor_id, source), entry))

    # --- what they share ----------------------------------------------------------------------------------------

    async def _run_rate(
        self, conn: Connection, guild_id: int, role_ids: Collection[int], dungeon: str, *, exalt: bool
    ) -> m.Rate:
        found = await rates.of_run(conn, guild_id, role_ids, dungeon, exalt=exalt)
        return m.best(found, self._positions(guild_id))

    async def _add(self, conn: Connection, new: m.NewEntry, now: datetime) -> m.Entry | None:
        """Write a row, and have the panel of the quota that it counts for drawn anew."""
        entry = await rows.add(conn, new, now)
        if entry is not None and entry.quota_role_id is not None:
            await redraw(conn, self._owed, entry.guild_id, [entry.quota_role_id])
        return entry

    async def _logged(
        self, conn: Connection, deed: m.Deed, about: m.NewEntry, cut: Callable[[m.Held], m.NewEntry]
    ) -> m.Logged:
        """Write the row that `cut` makes of what the member has of what `about` is about, alone with their rows."""
        await rows.lock(conn, deed.guild_id, deed.user_id)
        held = await rows.held(conn, about)
        before = await rows.by_source(conn, deed.guild_id, deed.source)
        if before is not None:
            return m.Logged(before, held)
        new = cut(held)
        if new.reverses is None and not (new.amount or new.points or new.quota_points):
            raise m.NothingToTakeError(deed.user_id)
        now = self._clock.now()
        entry = await self._add(conn, new, now)
        if entry is None:
            raise m.AlreadyUndoneError
        await audit.write(
            conn,
            guild_id=deed.guild_id,
            actor_id=deed.actor_id,
            action=_ACTIONS[entry.kind],
            subject=str(deed.user_id),
            detail=_told(entry),
            now=now,
            target_id=deed.user_id,
        )
        return m.Logged(entry, held.after(entry))


def _told(entry: m.Entry) -> Mapping[str, object]:
    """Tell what JSON can hold of a row, without what is not there."""
    told = {
        "entry": entry.id,
        "amount": entry.amount,
        "points": str(entry.points) if entry.points else None,
        "quota_points": str(entry.quota_points) if entry.quota_points else None,
        "quota_role": entry.quota_role_id,
        "dungeon": entry.dungeon,
        "key": entry.key,
        "reverses": entry.reverses,
        "reason": entry.reason,
    }
    return {name: value for name, value in told.items() if value}


async def look_at_totals(conn: Connection) -> Sequence[Finding]:
    """Say for the doctor whether the totals of the ledger are what its rows add up to."""
    wrong = await totals.wrong(conn)
    if not wrong:
        return [Finding(Level.OK, "ledger", "its totals are the sums of its rows")]
    remedy = "Somebody changed rows past the bot: restore the last backup, or ask on the issue tracker"
    return [Finding(Level.PROBLEM, "ledger", f"{wrong} totals are not the sum of their rows", remedy)]
