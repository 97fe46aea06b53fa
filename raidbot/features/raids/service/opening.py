"""Opens runs, in a transaction of its own or in the one of whatever a run comes from."""

from collections.abc import Sequence

from raidbot.features.members.api import ActivityKind, claim_activity, current_activity
from raidbot.features.raids import models as m
from raidbot.features.raids.queries import attendance, runs
from raidbot.features.raids.service.core import CREATE_ROLE, HEADCOUNT_PANEL, PUBLIC_PANEL, RunService
from raidbot.kernel.database import Connection
from raidbot.kernel.database.patience import patient


class RunOpenings(RunService):
    """Use cases of whoever opens a run."""

    @patient
    async def open_run(self, new: m.NewRun, *, run_roles: bool) -> m.OpenedRun:
        """Open a run with its organizer joined and its panel owed. Raises BusyError."""
        async with self.database.transaction() as conn:
            return await self.open_in(conn, new, run_roles=run_roles)

    async def open_in(
        self,
        conn: Connection,
        new: m.NewRun,
        *,
        run_roles: bool,
        joined: Sequence[int] = (),
        offers: Sequence[tuple[str, int]] = (),
    ) -> m.OpenedRun:
        """Open a run in the caller's transaction, with its organizer and `joined` in and its panel owed.

        `offers` are keys offered for it in a headcount: key and member. Raises BusyError.
        """
        now = self._clock.now()
        created = await runs.roles_created(conn, new.guild_id, now - m.ROLE_BUDGET_WINDOW) if run_roles else 0
        role_wanted = run_roles and created < m.ROLE_BUDGET
        run = await runs.open_run(conn, new, role_wanted=role_wanted, now=now, expires_at=now + m.OPEN_FOR)
        if run is None:
            return await self._opened_before(conn, new)
        organizer, click_id = new.organizer_id, new.interaction_id
        if not await claim_activity(
            conn, guild_id=new.guild_id, organizer_id=organizer, kind=ActivityKind.RUN, subject_id=run.id
        ):
            raise await self.busy(conn, new.guild_id, organizer)
        await attendance.carry_over(conn, run.id, [*dict.fromkeys([organizer, *joined])], click_id, now)
        if offers:
            await attendance.carry_offers(conn, run.id, offers, click_id, now)
        await self._owed.open_topic(conn, run.topic)
        panel = await self._owed.public_panel(
            conn, kind=PUBLIC_PANEL, topic=run.topic, guild_id=new.guild_id, channel_id=new.channel_id
        )
        if not run.organizer_role_ids:
            await self._ask_roles(conn, run)
        if role_wanted:
            await self._owed.effect(conn, CREATE_ROLE, guild_id=new.guild_id, subject=str(run.id))
        told = {"party": new.party, "location": new.location, "description": new.description}
        await self._noted(conn, run, organizer, "run.open", **told)
        return m.OpenedRun(run.id, panel.id, role_budget_spent=run_roles and not role_wanted)

    async def _opened_before(self, conn: Connection, new: m.NewRun) -> m.OpenedRun:
        """Find what a first try opened whose answer was lost with the connection."""
        run_id = await runs.of_interaction(conn, new.interaction_id)
        panel = await self._owed.find_public_panel(conn, PUBLIC_PANEL, m.topic_of(run_id or 0))
        if run_id is None or panel is None:
            raise m.RunGoneError
        return m.OpenedRun(run_id, panel.id, role_budget_spent=False)

    async def busy(self, conn: Connection, guild_id: int, organizer_id: int) -> m.BusyError:
        """Say what an organizer is busy with."""
        activity = await current_activity(conn, guild_id, organizer_id)
        if activity is None:
            return m.BusyError(None, None)
        if activity.kind is ActivityKind.HEADCOUNT:
            return m.BusyError(None, await self._owed.find_public_panel(conn, HEADCOUNT_PANEL, activity.topic))
        run = await runs.by_id(conn, activity.subject_id)
        return m.BusyError(run, await self._owed.find_public_panel(conn, PUBLIC_PANEL, activity.topic))
