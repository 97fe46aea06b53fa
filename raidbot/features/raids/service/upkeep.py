"""What runs by itself: time, roles and pings, in steps that a kill may part anywhere."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from raidbot.features.raids import models as m
from raidbot.features.raids.events import KeyWithdrawn
from raidbot.features.raids.queries import attendance, keys, pings, runs, seats
from raidbot.features.raids.service.core import DELETE_ROLE, RunService
from raidbot.kernel.database.patience import patient
from raidbot.kernel.owed import Effect


@dataclass(frozen=True, slots=True)
class PingPlan:
    """A ping that is owed, with what is written down of it so far."""

    ping: m.Ping
    run: m.Run
    joined: frozenset[int]
    without_role: tuple[int, ...]
    """Joined raiders who do not have the run's role: a mention of it would not reach them."""
    messages: Sequence[m.PingMessage]


class UpkeepService(RunService):
    """Use cases of nobody."""

    async def due(self, skip: Collection[m.Run]) -> Sequence[m.Run]:
        """List ten runs whose time is over."""
        async with self.database.connection() as conn:
            return await runs.due(conn, self._clock.now(), [run.id for run in skip])

    async def expire(self, run: m.Run) -> None:
        """End or cancel a run whose time is over; one that somebody ended or extended meanwhile is left alone."""
        async with self.database.transaction() as conn:
            over = await runs.expire(conn, run.guild_id, run.id, now=self._clock.now())
            if over is not None:
                await self._over(conn, over, None, "run.expire")

    async def to_warn(self, skip: Collection[m.Run]) -> Sequence[m.Run]:
        """List ten live runs that end soon and were not warned of."""
        async with self.database.connection() as conn:
            return await runs.to_warn(conn, self._clock.now(), [run.id for run in skip])

    async def warn(self, run: m.Run) -> None:
        """Owe the organizer a word about a run that ends soon."""
        now = self._clock.now()
        async with self.database.transaction() as conn:
            warned = await runs.warned(conn, run.guild_id, run.id, now)
            if warned is not None:
                await self._ping(conn, warned, m.PingKind.EXPIRING, now)

    async def close_window(self, run_id: int) -> None:
        """Have the panels drawn without the key window that has just closed."""
        async with self.database.transaction() as conn:
            await self._owed.touch(conn, m.topic_of(run_id))

    async def key_withdrawn(self, guild_id: int, run_id: int, key: str, user_id: int) -> None:
        """Tell those who listen that a confirmed key was taken back, unless the run is over."""
        now = self._clock.now()
        async with self.database.transaction() as conn:
            run = await runs.hold(conn, guild_id, run_id)
            if run is not None and run.status.active:
                await keys.hide_place(conn, run_id, user_id)
                await self._events.publish(conn, KeyWithdrawn(guild_id, run_id, key, user_id, now))

    async def close_last_call(self, run_id: int) -> None:
        """Lock joining as a last call is over; one that was taken back, or called anew, locks nothing now."""
        now = self._clock.now()
        async with self.database.transaction() as conn:
            run = await seats.close_last_call(conn, run_id, now)
            if run is not None:
                await self._changed(conn, run, None, "run.lock")
                await self._drop_pings(conn, run, [m.PingKind.LAST_CALL])

    # --- the run's role -----------------------------------------------------------------------------------------

    async def without_role(self, run_id: int) -> m.Run | None:
        """Read a run no role is noted for, over or not: Discord may have made one whose answer was lost."""
        async with self.database.connection() as conn:
            run = await runs.by_id(conn, run_id)
        return run if run is not None and run.role_id is None else None

    async def role_known(self, role_id: int) -> bool:
        """Say whether a role is noted as some run's."""
        async with self.database.connection() as conn:
            return await runs.role_known(conn, role_id)

    @patient
    async def role_created(self, run_id: int, role_id: int) -> None:
        """Note a run's new role and owe it to everybody joined; one that came too late is owed its removal."""
        now = self._clock.now()
        async with self.database.transaction() as conn:
            run = await runs.set_role(conn, run_id, role_id, now)
            if run is None:
                return
            if run.status.active:
                joined = await attendance.raiders(conn, run_id)
                await self._owed.want_role(conn, guild_id=run.guild_id, role_id=role_id, user_ids=joined, wanted=True)
            else:
                await self._owed.effect(conn, DELETE_ROLE, guild_id=run.guild_id, subject=str(role_id))

    # --- pings --------------------------------------------------------------------------------------------------

    async def ping_plan(self, ping_id: int) -> PingPlan | None:
        """Read a ping that is owed; None when a later one took its place or the run is over."""
        async with self.database.connection() as conn:
            ping = await pings.ping(conn, ping_id)
            run = None if ping is None else await runs.by_id(conn, ping.run_id)
            if ping is None or run is None or not run.status.active:
                return None
            messages = await pings.messages(conn, ping_id)
            joined = await attendance.raiders(conn, run.id)
            having = await self._owed.members_with_role(conn, run.role_id) if run.role_id else frozenset()
        without_role = tuple(user for user in joined if user not in having)
        return PingPlan(ping, run, frozenset(joined), without_role, messages)

    async def panel_message(self, kind: str, run: m.Run) -> int | None:
        """Return the message of a run's public panel; None while it is not posted."""
        async with self.database.connection() as conn:
            panel = await self._owed.find_public_panel(conn, kind, run.topic)
        return None if panel is None else panel.message_id

    async def recall(self, effect: Effect, found: Collection[int]) -> None:
        """Owe the removal of the messages found of a dropped ping, but not of those of a ping that is wanted.

        While a ping that says the same is being sent, nobody knows which message is whose: later again.
        """
        payload = effect.payload
        async with self.database.transaction() as conn:
            wanted = await pings.saying(conn, payload["run_id"], payload["contents"])
            known = {message.message_id for message in wanted}
            if None in known:
                again = self._clock.now() + m.RECALL_AFTER
                await self._owed.effect(
                    conn,
                    effect.kind,
                    guild_id=effect.guild_id,
                    subject=effect.subject,
                    payload=payload,
                    due_at=again,
                )
                return
            for message_id in set(found) - known:
                await self._owe_removal(conn, effect.guild_id, payload["channel_id"], message_id)

    async def write_plan(self, ping_id: int, parts: Sequence[tuple[str, Sequence[int]]]) -> None:
        """Write down what a ping will send, before anything is sent."""
        async with self.database.transaction() as conn:
            await pings.plan(conn, ping_id, parts)

    @patient
    async def ping_sent(self, plan: PingPlan, part: int, message_id: int) -> None:
        """Note a ping's message; one that only mentions, or came too late, is owed its removal.

        One that tells who moved up stands for a while.
        """
        async with self.database.transaction() as conn:
            wanted = await pings.sent(conn, plan.ping.id, part, message_id)
            if wanted and plan.ping.kind is m.PingKind.MOVED_UP:
                due_at = self._clock.now() + m.MOVED_UP_STAYS
                await self.owe_deletion(conn, plan.run, message_id, due_at=due_at)
            elif part or plan.ping.kind is m.PingKind.REQUEST or not wanted:
                await self.owe_deletion(conn, plan.run, message_id)
