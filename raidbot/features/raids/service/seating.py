"""What every change of the seats of a run with limits has in common: it is written, and who moved up is told."""

from collections.abc import Sequence
from datetime import datetime

from raidbot.features.raids import models as m
from raidbot.features.raids.queries import seats
from raidbot.features.raids.service.core import RunService
from raidbot.kernel.database import Connection


class SeatingService(RunService):
    """Base of the services that seat raiders; each holds the runs first, in a transaction."""

    async def _seatings(self, conn: Connection, runs: Sequence[m.Run]) -> dict[int, m.Seating]:
        """Read the seats of runs that are held, by run."""
        of_run: dict[int, list[m.Seat]] = {run.id: [] for run in runs}
        for seat in await seats.seats(conn, list(of_run)):
            of_run[seat.run_id].append(seat)
        return {run.id: m.Seating(run, of_run[run.id]) for run in runs}

    async def _move_up(self, conn: Connection, runs: Sequence[m.Run], now: datetime) -> None:
        """Let reserves in where places came free."""
        if runs:
            seatings = await self._seatings(conn, runs)
            for seating in seatings.values():
                seating.move_up()
            await self._seat(conn, runs, seatings, now)

    async def _seat(
        self, conn: Connection, runs: Sequence[m.Run], seatings: dict[int, m.Seating], now: datetime
    ) -> None:
        """Write what has changed in the seats of runs that are held, and owe a word to who moved up."""
        versions = await seats.take_seats(conn, [(run, seatings[run.id]) for run in runs], now)
        if not versions:
            return
        self._owed.touched(conn, versions)
        self._owed.roles_changed(conn, sorted({run.guild_id for run in runs if run.role_id is not None}))
        for run in runs:
            moved_up = seatings[run.id].moved_up
            if moved_up:
                await self._ping(conn, run, m.PingKind.MOVED_UP, now, user_ids=list(moved_up))
