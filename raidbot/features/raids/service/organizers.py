"""What organizers do with their runs: each is one transaction; what Discord must hear of it is owed in the same one."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from raidbot.features.members.api import ActivityKind, claim_activity, release_activity, suspended
from raidbot.features.raids import models as m
from raidbot.features.raids.queries import attendance, runs, shown
from raidbot.features.raids.service.core import CLOSE_WINDOW, RunService
from raidbot.features.role_pings.api import ping_roles
from raidbot.kernel.database.patience import patient


class OrganizerService(RunService):
    """Use cases of organizers."""

    @patient
    async def start(self, guild_id: int, run_id: int, actor_id: int, *, live_hours: int) -> None:
        """Take an open run live.

        Raises MissingTextsError, MissingScreenshotError, AlreadyLiveError, RunOverError or RunGoneError.
        """
        now = self._clock.now()
        expires_at = m.whole_seconds(now + timedelta(hours=live_hours))
        async with self.database.transaction() as conn:
            run = await runs.start(
                conn, guild_id, run_id, now=now, expires_at=expires_at, warn_at=expires_at - m.WARN_BEFORE
            )
            if run is None:
                present = await self._active(conn, guild_id, run_id)
                if present.status is m.RunStatus.LIVE:
                    raise m.AlreadyLiveError
                if present.party is None or present.location is None:
                    raise m.MissingTextsError(party=present.party is None, location=present.location is None)
                raise m.MissingScreenshotError
            await self._changed(conn, run, actor_id, "run.start")
            await self._ping(conn, run, m.PingKind.STARTING, now)

    @patient
    async def end(self, guild_id: int, run_id: int, actor_id: int) -> None:
        """End a live run and note who completed it. Raises NotYetError, RunOverError or RunGoneError."""
        now = self._clock.now()
        async with self.database.transaction() as conn:
            run = await runs.end(conn, guild_id, run_id, by=actor_id, now=now)
            if run is None:
                await self._active(conn, guild_id, run_id)
                raise m.NotYetError
            await self._over(conn, run, actor_id, "run.end")

    @patient
    async def cancel(self, guild_id: int, run_id: int, actor_id: int) -> None:
        """Cancel a run; nothing is awarded. Raises RunOverError or RunGoneError."""
        async with self.database.transaction() as conn:
            run = await runs.cancel(conn, guild_id, run_id, by=actor_id, now=self._clock.now())
            if run is None:
                await self._active(conn, guild_id, run_id)
                raise m.AlreadyDoneError
            await self._over(conn, run, actor_id, "run.cancel")

    @patient
    async def set_texts(
        self, guild_id: int, run_id: int, actor_id: int, party: str | None, location: str | None
    ) -> None:
        """Set party and location. Raises RunOverError or RunGoneError."""
        async with self.database.transaction() as conn:
            run = await runs.set_texts(conn, guild_id, run_id, party, location)
            run = run or await self._active(conn, guild_id, run_id)
            await self._changed(conn, run, actor_id, "run.texts", party=party, location=location)

    @patient
    async def set_lock(self, guild_id: int, run_id: int, actor_id: int, *, locked: bool) -> None:
        """Lock or unlock joining. Raises AlreadyDoneError, RunOverError or RunGoneError."""
        async with self.database.transaction() as conn:
            run = await runs.set_lock(conn, guild_id, run_id, locked=locked)
            if run is None:
                await self._active(conn, guild_id, run_id)
                raise m.AlreadyDoneError
            if locked:
                await self._drop_pings(conn, run, [m.PingKind.LAST_CALL])
            await self._changed(conn, run, actor_id, "run.lock" if locked else "run.unlock")

    @patient
    async def set_chain(self, guild_id: int, run_id: int, actor_id: int, text: str) -> None:
        """Set how many pops are planned; an empty text: unknown. Raises BadChainError, RunOverError or RunGoneError."""
        if text and not (text.isascii() and text.isdigit() and 1 <= int(text) <= m.CHAIN_MAX):
            raise m.BadChainError
        amount = int(text) if text else None
        async with self.database.transaction() as conn:
            run = await runs.set_chain(conn, guild_id, run_id, amount)
            changed = run or await self._active(conn, guild_id, run_id)
            await self._changed(conn, changed, actor_id, "run.chain", amount=amount)

    @patient
    async def pop_key(self, guild_id: int, run_id: int, actor_id: int, *, seen: int) -> m.Run:
        """Count pop `seen` + 1: snapshot who is joined, complete the pop before. Raises AlreadyDoneError and others."""
        now = self._clock.now()
        async with self.database.transaction() as conn:
            window = now + m.KEY_WINDOW
            run = await runs.pop(conn, guild_id, run_id, seen=seen, window=window)
            if run is None:
                present = await self._active(conn, guild_id, run_id)
                raise m.NotYetError if present.status is m.RunStatus.OPEN else m.AlreadyDoneError
            if seen:
                await self._completed(conn, run, seen, await attendance.snapped(conn, run_id, seen), now)
            await self._organised(conn, run, run.pops, now)
            await attendance.snapshot(conn, run_id, run.pops, now)
            await self._changed(conn, run, actor_id, "run.pop", pop=run.pops)
            await self._owed.effect(conn, CLOSE_WINDOW, guild_id=guild_id, subject=str(run_id), due_at=window)
            await self._ping(conn, run, m.PingKind.KEY_POPPED, now)
        return run

    @patient
    async def ping(self, guild_id: int, run_id: int, actor_id: int) -> None:
        """Ping every joined raider. Raises NotYetError, RunOverError or RunGoneError."""
        async with self.database.transaction() as conn:
            run = await self._active(conn, guild_id, run_id)
            if run.status is not m.RunStatus.LIVE:
                raise m.NotYetError
            await self._noted(conn, run, actor_id, "run.ping")
            await self._ping(conn, run, m.PingKind.MANUAL, self._clock.now())

    @patient
    async def extend(self, guild_id: int, run_id: int, actor_id: int, *, seen: datetime) -> m.Run:
        """Let a live run that was to end at `seen` go on for an hour, 24 h in all. Raises LongestError and others."""
        async with self.database.transaction() as conn:
            present = await self._active(conn, guild_id, run_id)
            if present.started_at is None:
                raise m.NotYetError
            until = m.whole_seconds(min(seen + m.EXTENSION, present.started_at + m.LONGEST))
            run = await runs.extend(conn, guild_id, run_id, seen=seen, until=until, warn_at=until - m.WARN_BEFORE)
            if run is None:
                raise m.LongestError if until <= seen else m.AlreadyDoneError
            await self._drop_pings(conn, run, m.REPLACED)
            await self._changed(conn, run, actor_id, "run.extend", until=until.isoformat())
        return run

    @patient
    async def take_over(self, guild_id: int, run_id: int, actor_id: int) -> None:
        """Note that an organizer opened somebody else's panel. Raises RunOverError or RunGoneError."""
        async with self.database.transaction() as conn:
            await self._noted(conn, await self._active(conn, guild_id, run_id), actor_id, "run.take_over")

    @patient
    async def transfer(
        self, guild_id: int, run_id: int, actor_id: int, *, seen: int, to: m.NewOrganizer, click_id: int
    ) -> None:
        """Give a run of the organizer `seen` to another, who is joined and pinged.

        Raises UnfitOrganizerError, AlreadyDoneError, RunOverError or RunGoneError.
        """
        if to.user_id == seen:
            raise m.UnfitOrganizerError(to.user_id, m.Unfit.ALREADY)
        now = self._clock.now()
        async with self.database.transaction() as conn:
            run = await runs.transfer(conn, guild_id, run_id, seen=seen, to=to)
            if run is None:
                present = await self._active(conn, guild_id, run_id)
                if present.organizer_id == to.user_id:
                    return  # a first try did it, whose answer was lost with the connection
                raise m.AlreadyDoneError
            if await suspended(conn, guild_id, to.user_id, now):
                raise m.UnfitOrganizerError(to.user_id, m.Unfit.SUSPENDED)
            await release_activity(conn, ActivityKind.RUN, run_id)
            if not await claim_activity(
                conn, guild_id=guild_id, organizer_id=to.user_id, kind=ActivityKind.RUN, subject_id=run_id
            ):
                raise m.UnfitOrganizerError(to.user_id, m.Unfit.BUSY)
            await attendance.carry_over(conn, run_id, [to.user_id], click_id, now)
            if run.role_id is not None:
                await self._owed.want_role(
                    conn, guild_id=guild_id, role_id=run.role_id, user_ids=[to.user_id], wanted=True
                )
            detail = {"from": seen, "to": to.user_id}
            await self._changed(conn, run, actor_id, "run.transfer", **detail)
            await self._ping(conn, run, m.PingKind.TRANSFERRED, now, old=seen, by=actor_id)

    @patient
    async def note_roles(self, guild_id: int, roles: Mapping[int, Collection[int]]) -> None:
        """Keep the roles of members on the active runs they organise, for what they earn by them."""
        async with self.database.connection() as conn:
            await runs.set_organizer_roles(conn, guild_id, roles)

    @patient
    async def active_organizers(self, guild_id: int) -> Sequence[int]:
        """List the organizers of the guild's active runs."""
        async with self.database.connection() as conn:
            return await runs.active_organizers(conn, guild_id)

    @patient
    async def view(self, run_id: int) -> m.RunView | None:
        """Read a run with what its panels show."""
        async with self.database.connection() as conn:
            return await shown.view(conn, run_id)

    @patient
    async def ping_roles(self, run: m.Run) -> tuple[int, ...]:
        """List the roles that the panel of a run pings when it opens."""
        async with self.database.connection() as conn:
            return await ping_roles(conn, run.guild_id, [run.dungeon])

    @patient
    async def run(self, guild_id: int, run_id: int) -> m.Run:
        """Read an active run. Raises RunOverError or RunGoneError."""
        async with self.database.connection() as conn:
            return await self._active(conn, guild_id, run_id)
