"""What organizers do about who may join: limits and the last call; and the roster that they look at."""

from collections.abc import Mapping, Sequence

from raidbot.features.raids import models as m
from raidbot.features.raids.queries import seats, shown
from raidbot.features.raids.service.core import LOCK_JOIN
from raidbot.features.raids.service.seating import SeatingService
from raidbot.kernel.database.patience import patient


def _told(limits: Mapping[str, int]) -> list[str]:
    """Write limits for those who read what was done: "Knight 2"."""
    return [f"{code.replace('_', ' ').title()} {most}" for code, most in limits.items()]


class LimitService(SeatingService):
    """Use cases of organizers."""

    @patient
    async def set_limits(self, guild_id: int, run_id: int, actor_id: int, limits: m.Limits) -> None:
        """Set a run's limits; who is in stays in, and who waits moves up into new places.

        Raises RunOverError or RunGoneError.
        """
        now = self._clock.now()
        async with self.database.transaction() as conn:
            run = await seats.set_limits(conn, guild_id, run_id, limits)
            if run is None:
                await self._active(conn, guild_id, run_id)
                return
            await self._changed(
                conn,
                run,
                actor_id,
                "run.limits",
                cap=limits.cap,
                classes=_told(limits.classes),
                keys=_told(limits.keys),
            )
            await self._move_up(conn, [run], now)

    @patient
    async def last_call(self, guild_id: int, run_id: int, actor_id: int) -> None:
        """Tell everybody that joining is locked in a minute. Raises AlreadyDoneError, RunOverError or RunGoneError."""
        now = self._clock.now()
        ends_at = m.whole_seconds(now + m.LAST_CALL)
        async with self.database.transaction() as conn:
            run = await seats.last_call(conn, guild_id, run_id, ends_at=ends_at)
            if run is None:
                await self._active(conn, guild_id, run_id)
                raise m.AlreadyDoneError
            await self._changed(conn, run, actor_id, "run.last_call", ends_at=ends_at.isoformat())
            await self._owed.effect(conn, LOCK_JOIN, guild_id=guild_id, subject=str(run_id), due_at=ends_at)
            await self._ping(conn, run, m.PingKind.LAST_CALL, now)

    @patient
    async def take_back_last_call(self, guild_id: int, run_id: int, actor_id: int) -> None:
        """Let joining stay open after all. Raises AlreadyDoneError, RunOverError or RunGoneError."""
        async with self.database.transaction() as conn:
            run = await seats.take_back_last_call(conn, guild_id, run_id)
            if run is None:
                await self._active(conn, guild_id, run_id)
                raise m.AlreadyDoneError
            await self._changed(conn, run, actor_id, "run.last_call_off")
            await self._drop_pings(conn, run, [m.PingKind.LAST_CALL])

    @patient
    async def roster(self, guild_id: int, run_id: int) -> tuple[m.RunView, Sequence[m.Participant]]:
        """Read an active run with everybody in it. Raises RunOverError or RunGoneError."""
        async with self.database.connection() as conn:
            await self._active(conn, guild_id, run_id)
            view = await shown.view(conn, run_id)
            if view is None:
                raise m.RunGoneError
            return view, await seats.roster(conn, run_id)
