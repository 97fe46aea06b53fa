"""The use cases of scheduled runs: each is one transaction; what Discord must hear of it is owed in the same one."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Final

from raidbot.features.raids import api as raids
from raidbot.features.role_pings.api import ping_roles
from raidbot.features.schedule import models as m
from raidbot.features.schedule.queries import interest, messages, plans
from raidbot.kernel import audit
from raidbot.kernel.clock import Clock
from raidbot.kernel.database import Connection, Database, Gather
from raidbot.kernel.database.patience import patient
from raidbot.kernel.owed import Owed

PUBLIC_PANEL: Final = "schedule.public"
REMIND, CALL, DELETE_MESSAGE = "schedule.remind", "schedule.call", "schedule.delete_message"


class ScheduleService:
    """Use cases of organizers and raiders, and what runs by itself."""

    def __init__(self, database: Database, owed: Owed, clock: Clock, openings: raids.RunOpenings) -> None:
        self.database = database
        self._owed = owed
        self._clock = clock
        self._openings = openings
        self._interest: Gather[tuple[int, int], m.Click, m.ClickResult] = Gather(
            "reminders", self._toggle_interest, key=lambda click: (click.plan_id, click.user_id)
        )

    # --- organizers ---------------------------------------------------------------------------------------------

    def understood(self, text: str, zone: tzinfo) -> datetime:
        """Read a time as people type it; raises what `understood` of the models does."""
        return m.understood(text, self._clock.now(), zone)

    def ahead(self, moment: datetime) -> timedelta:
        """Say how far ahead a moment is."""
        return moment - self._clock.now()

    @patient
    async def plan_run(self, new: m.NewPlan) -> m.Announced:
        """Plan a run, with its panel owed. Raises NotAheadError or TooManyPlansError."""
        now = self._clock.now()
        if new.starts_at <= now:
            raise m.NotAheadError(new.starts_at)
        async with self.database.transaction() as conn:
            plan = await self._add(conn, new, now)
            if plan is None:
                return await self._announced_before(conn, new)
            await self._owed.open_topic(conn, plan.topic)
            panel = await self._owed.public_panel(
                conn, kind=PUBLIC_PANEL, topic=plan.topic, guild_id=plan.guild_id, channel_id=plan.channel_id
            )
            await self._noted(conn, plan, new.organizer_id, "plan.add")
        return m.Announced(plan, panel.id)

    async def _add(self, conn: Connection, new: m.NewPlan, now: datetime) -> m.Plan | None:
        """Write the planned run; again when another of the organizer's took its place at the same moment."""
        for _ in range(m.PLANS_MAX):
            plan = await plans.add(conn, new, now=now, remind_at=m.reminder_of(new.starts_at, now))
            if plan is not None:
                return plan
        return None

    async def _announced_before(self, conn: Connection, new: m.NewPlan) -> m.Announced:
        """Find what a first try planned whose answer was lost with the connection."""
        plan = await plans.of_interaction(conn, new.interaction_id)
        if plan is None:
            raise m.TooManyPlansError
        panel = await self._owed.find_public_panel(conn, PUBLIC_PANEL, plan.topic)
        if panel is None:
            raise m.PlanGoneError
        return m.Announced(plan, panel.id)

    @patient
    async def open_run(self, press: m.Press, *, channel_id: int, run_roles: bool) -> m.Opened:
        """Open the run that is planned, as the presser's, into a raid channel.

        Raises raids' BusyError, PlanOverError or PlanGoneError.
        """
        now = self._clock.now()
        async with self.database.transaction() as conn:
            plan = await self._held(conn, press.guild_id, press.plan_id)
            again = plan.state is m.PlanState.OPENED and plan.click_id == press.id
            if plan.state is not m.PlanState.PLANNED and not again:
                raise m.PlanOverError(plan.state)
            new = raids.NewRun(
                guild_id=plan.guild_id,
                organizer_id=press.user_id,
                organizer_name=press.user_name,
                interaction_id=press.id,
                dungeon=plan.dungeon,
                channel_id=channel_id,
                party=plan.party,
                location=plan.location,
                description=plan.description,
            )
            run = await self._openings.open_in(conn, new, run_roles=run_roles)
            if again:
                return m.Opened(plan, run)
            opened = await self._close(conn, press, m.PlanState.OPENED, "plan.open", run_id=run.run_id)
            await self._owed.effect(
                conn, CALL, guild_id=plan.guild_id, subject=str(plan.id), due_at=now + m.PANEL_POSTED_AFTER
            )
        return m.Opened(opened, run)

    @patient
    async def cancel(self, press: m.Press) -> None:
        """Cancel a planned run. Raises PlanOverError or PlanGoneError."""
        async with self.database.transaction() as conn:
            plan = await self._held(conn, press.guild_id, press.plan_id)
            if plan.state is m.PlanState.CANCELLED and plan.click_id == press.id:
                return
            if plan.state is not m.PlanState.PLANNED:
                raise m.PlanOverError(plan.state)
            await self._close(conn, press, m.PlanState.CANCELLED, "plan.cancel")

    async def planned(self, guild_id: int, plan_id: int) -> m.PlanView:
        """Read what is planned still. Raises PlanOverError or PlanGoneError."""
        view = await self.view(plan_id)
        if view is None or view.plan.guild_id != guild_id:
            raise m.PlanGoneError
        if view.plan.state is not m.PlanState.PLANNED:
            raise m.PlanOverError(view.plan.state)
        return view

    # --- raiders ------------------------------------------------------------------------------------------------

    @patient
    async def remind(self, click: m.Click) -> m.ClickResult:
        """Note that a member wants to be reminded, or not any more; clicks that come together are one statement."""
        return await self._interest.submit(click)

    @patient
    async def upcoming(self, guild_id: int) -> Sequence[m.Upcoming]:
        """List what a guild has planned, the next first."""
        async with self.database.connection() as conn:
            return await plans.upcoming(conn, guild_id, PUBLIC_PANEL)

    async def drain(self) -> None:
        """Wait until no click is under way."""
        await self._interest.drain()

    async def _toggle_interest(self, batch: Sequence[m.Click]) -> Sequence[m.ClickResult]:
        async with self.database.connection() as conn:
            found = await interest.toggle(conn, batch, self._clock.now())
            self._owed.touched(conn, {row.topic: row.version for row in found if row.topic and row.version})
        return [m.ClickResult(row.outcome, row.remind_at) for row in found]

    # --- time ---------------------------------------------------------------------------------------------------

    async def to_remind(self, skip: Collection[m.Plan]) -> Sequence[m.Plan]:
        """List ten planned runs whose reminder is due."""
        async with self.database.connection() as conn:
            return await plans.to_remind(conn, self._clock.now(), [plan.id for plan in skip])

    async def owe_reminder(self, plan: m.Plan) -> None:
        """Owe the reminder of a planned run, once."""
        async with self.database.transaction() as conn:
            if await plans.reminded(conn, plan.guild_id, plan.id, self._clock.now()) is not None:
                await self._owed.effect(conn, REMIND, guild_id=plan.guild_id, subject=str(plan.id))

    async def missed(self, skip: Collection[m.Plan]) -> Sequence[m.Plan]:
        """List ten runs that nobody opened in time."""
        async with self.database.connection() as conn:
            return await plans.missed(conn, self._clock.now() - m.MISSED_AFTER, [plan.id for plan in skip])

    async def miss(self, plan: m.Plan) -> None:
        """Close a run that nobody opened in time; one that somebody opened or cancelled meanwhile is left alone."""
        now = self._clock.now()
        async with self.database.transaction() as conn:
            over = await plans.miss(conn, plan, moment=now - m.MISSED_AFTER, now=now)
            if over is not None:
                await self._over(conn, over, None, "plan.miss")

    # --- what panels and effects ask ----------------------------------------------------------------------------

    @patient
    async def view(self, plan_id: int) -> m.PlanView | None:
        """Read a planned run with what its panel shows."""
        async with self.database.connection() as conn:
            plan = await plans.by_id(conn, plan_id)
            if plan is None:
                return None
            run_at = None if plan.run_id is None else await self._about(conn, plan)
            return m.PlanView(plan, await interest.number(conn, plan_id), run_at)

    @patient
    async def ping_roles(self, plan: m.Plan) -> tuple[int, ...]:
        """List the roles that the panel of a planned run pings when it is posted."""
        async with self.database.connection() as conn:
            return await ping_roles(conn, plan.guild_id, [plan.dungeon])

    async def saying(self, plan_id: int, kind: m.MessageKind) -> m.Saying | None:
        """Read what is to be said of a planned run; None of one that is not there."""
        now = self._clock.now()
        async with self.database.connection() as conn:
            plan = await plans.by_id(conn, plan_id)
            if plan is None:
                return None
            return m.Saying(
                plan=plan,
                wanted=m.still_wanted(plan, kind, now),
                interested=tuple(await interest.interested(conn, plan.guild_id, plan_id, now)),
                about=await self._about(conn, plan),
                messages=tuple(await messages.of_kind(conn, plan_id, kind)),
            )

    async def write(self, plan: m.Plan, kind: m.MessageKind, parts: Sequence[tuple[str, Sequence[int]]]) -> None:
        """Write down what will be said, before anything is sent; the panel of an opened run's plan links it now."""
        async with self.database.transaction() as conn:
            await messages.write(conn, plan.id, kind, parts, self._clock.now())
            await self._owed.touch(conn, plan.topic)

    @patient
    async def said(self, plan_id: int, kind: m.MessageKind, part: int, message_id: int) -> None:
        """Note a message; one that only mentions, or came too late, is owed its removal."""
        now = self._clock.now()
        async with self.database.transaction() as conn:
            plan = await plans.hold(conn, plan_id)  # a closing waits for this, or this for the closing
            if plan is None:
                return
            await messages.sent(conn, plan_id, kind, part, message_id)
            if part or not m.still_wanted(plan, kind, now):
                await self._owe_removal(conn, plan, message_id, now)
            elif kind is m.MessageKind.CALL:
                await self._owe_removal(conn, plan, message_id, now + m.CALL_STANDS)

    # --- what the use cases share -------------------------------------------------------------------------------

    async def _held(self, conn: Connection, guild_id: int, plan_id: int) -> m.Plan:
        plan = await plans.hold(conn, plan_id)
        if plan is None or plan.guild_id != guild_id:
            raise m.PlanGoneError
        return plan

    async def _close(
        self, conn: Connection, press: m.Press, state: m.PlanState, action: str, *, run_id: int | None = None
    ) -> m.Plan:
        """Close a planned run that is held."""
        over = await plans.close(conn, press, state, now=self._clock.now(), run_id=run_id)
        if over is None:
            raise m.PlanGoneError
        await self._over(conn, over, press.user_id, action)
        return over

    async def _over(self, conn: Connection, plan: m.Plan, actor_id: int | None, action: str) -> None:
        await self._noted(conn, plan, actor_id, action)
        await self._owed.touch(conn, plan.topic)
        for message in await messages.of_kind(conn, plan.id, m.MessageKind.REMINDER):
            if message.part == 0 and message.message_id is not None:
                await self._owe_removal(conn, plan, message.message_id, self._clock.now())

    async def _owe_removal(self, conn: Connection, plan: m.Plan, message_id: int, due_at: datetime) -> None:
        await self._owed.effect(
            conn,
            DELETE_MESSAGE,
            guild_id=plan.guild_id,
            subject=str(message_id),
            payload={"channel_id": plan.channel_id},
            due_at=due_at,
        )

    async def _about(self, conn: Connection, plan: m.Plan) -> m.Place | None:
        """Find the panel of the opened run, or of the planned one; None while it is not posted."""
        kind, topic = (PUBLIC_PANEL, plan.topic)
        if plan.run_id is not None:
            kind, topic = (raids.PUBLIC_PANEL, raids.topic_of(plan.run_id))
        panel = await self._owed.find_public_panel(conn, kind, topic)
        return None if panel is None or panel.message_id is None else m.Place(panel.channel_id, panel.message_id)

    async def _noted(self, conn: Connection, plan: m.Plan, actor_id: int | None, action: str) -> None:
        await audit.write(
            conn,
            guild_id=plan.guild_id,
            actor_id=actor_id,
            action=action,
            subject=plan.topic,
            detail={
                "organizer": plan.organizer_id,
                "dungeon": plan.dungeon,
                "starts_at": plan.starts_at.isoformat(),
                "run": plan.run_id,
            },
            now=self._clock.now(),
        )
