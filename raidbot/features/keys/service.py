"""The use cases of key logging: each is one transaction."""

from collections.abc import Sequence
from typing import Any

from raidbot.features.dungeons.api import Catalogue, Dungeon, DungeonKey
from raidbot.features.keys import models as m
from raidbot.features.keys import queries
from raidbot.features.quota.api import Deed, Ledger, Logged, Undone
from raidbot.features.raids.api import EndedRun, ended_run, ended_runs, key_offers, presences, topic_of
from raidbot.features.raids.events import RunNoted
from raidbot.kernel import audit
from raidbot.kernel.clock import Clock
from raidbot.kernel.database import Connection, Database
from raidbot.kernel.database.patience import patient
from raidbot.kernel.events import Events


class KeyService:
    """Use cases of organizers."""

    def __init__(
        self, database: Database, events: Events, clock: Clock, *, ledger: Ledger, catalogue: Catalogue
    ) -> None:
        self.database = database
        self._events = events
        self._clock = clock
        self._ledger = ledger
        self._catalogue = catalogue

    # --- the keys of a run --------------------------------------------------------------------------------------

    @patient
    async def sheet(self, guild_id: int, run_id: int) -> m.Sheet:
        """Read what was logged of a run. Raises NothingToLogError or TooLateError."""
        async with self.database.connection() as conn:
            run, dungeon = await self._loggable(conn, guild_id, run_id)
            return m.Sheet(run, dungeon, await queries.of_run(conn, run_id), await key_offers(conn, run_id))

    @patient
    async def unfinished(self, guild_id: int) -> Sequence[m.Unfinished]:
        """List the guild's runs with keys left to log, the last to end first."""
        async with self.database.connection() as conn:
            runs = await ended_runs(conn, guild_id, self._clock.now() - m.KEPT)
            logged = await queries.logged_of_runs(conn, [run.id for run in runs])
        found = []
        for run in runs:
            dungeon = self._catalogue.find(run.dungeon)
            total = 0 if dungeon is None else len(m.slots(dungeon, run.pops))
            left = total - logged.get(run.id, 0)
            if dungeon is not None and left > 0:
                found.append(m.Unfinished(run, dungeon, left, total))
        return found[: m.LISTED]

    @patient
    async def people(self, run_id: int) -> Sequence[int]:
        """List everybody who ever joined a run or offered a key for it, or in the headcount that it comes from."""
        async with self.database.connection() as conn:
            came = {presence.user_id for presence in await presences(conn, run_id)}
            return sorted(came | {offer.user_id for offer in await key_offers(conn, run_id)})

    @patient
    async def log(self, press: m.Press, run_id: int, slot: m.Slot, user_id: int) -> m.PoppedKey:
        """Log who popped a key of a run, and give them the points. Raises AlreadyLoggedError and what `sheet` does."""
        async with self.database.transaction() as conn:
            run, dungeon = await self._loggable(conn, press.guild_id, run_id)
            key = dungeon.key(slot.key)
            if key is None or slot not in m.slots(dungeon, run.pops):
                raise m.NothingToLogError
            deed = Deed(press.guild_id, user_id, press.user_id, f"keys.log:{press.id}")
            done = await self._ledger.log_key_pops(conn, deed, dungeon, key, 1, pop_of=(run_id, slot.pop))
            entry = done.entry
            new = m.PoppedKey(
                entry.id, run_id, slot.pop, slot.key, user_id, entry.points, press.user_id, self._clock.now()
            )
            kept = await queries.keep(conn, new)
            if kept is not None:
                await self._noted(conn, run, press, "keys.log", kept)
                return kept
            before = await queries.of_entry(conn, entry.id)
            if before is None:
                raise m.AlreadyLoggedError
            return before

    @patient
    async def undo_last(self, press: m.Press, run_id: int, entry_id: int) -> m.PoppedKey:
        """Take back what was logged of a run by this row of the ledger, whoever logged it.

        Raises AlreadyUndoneError, EntryGoneError and what `sheet` does.
        """
        now = self._clock.now()
        async with self.database.transaction() as conn:
            run, _ = await self._loggable(conn, press.guild_id, run_id)
            source = f"keys.undo:{press.id}"
            await self._ledger.undo(conn, press.guild_id, entry_id, press.user_id, source, any_time=True)
            undone = await queries.take_back(conn, run_id, entry_id, now)
            if undone is not None:
                await self._noted(conn, run, press, "keys.undo", undone)
                return undone
            before = await queries.of_entry(conn, entry_id)
            if before is None:
                raise m.NothingToLogError
            return before

    async def _loggable(self, conn: Connection, guild_id: int, run_id: int) -> tuple[EndedRun, Dungeon]:
        run = await ended_run(conn, guild_id, run_id)
        dungeon = None if run is None else self._catalogue.find(run.dungeon)
        if run is None or dungeon is None or not dungeon.keys:
            raise m.NothingToLogError
        if run.ended_at + m.KEPT < self._clock.now():
            raise m.TooLateError
        return run, dungeon

    async def _noted(self, conn: Connection, run: EndedRun, press: m.Press, action: str, popped: m.PoppedKey) -> None:
        """Write the audit and tell those who listen to runs."""
        detail: dict[str, Any] = {"pop": popped.pop} if popped.pop else {}
        detail |= {"member": popped.user_id, "key": popped.key, "points": str(popped.points)}
        now = self._clock.now()
        await audit.write(
            conn,
            guild_id=run.guild_id,
            actor_id=press.user_id,
            action=action,
            subject=topic_of(run.id),
            detail={"entry": popped.entry_id, **detail},
            now=now,
            target_id=popped.user_id,
        )
        told = RunNoted(
            run.guild_id, run.id, run.dungeon, run.organizer_id, run.organizer_name, action, press.user_id, detail, now
        )
        await self._events.publish(conn, told)

    # --- keys outside of runs -----------------------------------------------------------------------------------

    @patient
    async def log_keys(self, deed: Deed, dungeon: Dungeon, key: DungeonKey, amount: int) -> Logged:
        """Count keys of a dungeon that a raider popped, or take some back. Raises NothingToTakeError."""
        async with self.database.transaction() as conn:
            return await self._ledger.log_key_pops(conn, deed, dungeon, key, amount)

    @patient
    async def undo(self, guild_id: int, entry_id: int, actor_id: int, source: str, *, any_time: bool) -> Undone:
        """Take such keys back: for who counted them within a quarter of an hour, with `any_time` for anybody, ever.

        Raises NotYoursToUndoError, AlreadyUndoneError or EntryGoneError.
        """
        async with self.database.transaction() as conn:
            return await self._ledger.undo(conn, guild_id, entry_id, actor_id, source, any_time=any_time)
