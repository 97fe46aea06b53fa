"""What every change of a run has in common: what is noted and what is owed with it."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final

from raidbot.features.members.api import ActivityKind, release_activity
from raidbot.features.raids import models as m
from raidbot.features.raids.events import CompletionsEarned, RunNoted, RunOrganised
from raidbot.features.raids.queries import attendance, pings, requests, runs
from raidbot.kernel import audit
from raidbot.kernel.clock import Clock
from raidbot.kernel.database import Connection, Database
from raidbot.kernel.events import Events
from raidbot.kernel.owed import Owed

CREATE_ROLE: Final = "raids.create_role"
DELETE_ROLE: Final = "raids.delete_role"
DELETE_MESSAGE: Final = "raids.delete_message"
SEND_PING: Final = "raids.send_ping"
RECALL_PING: Final = "raids.recall_ping"
CLOSE_WINDOW: Final = "raids.close_window"
FIND_SCREENSHOT: Final = "raids.find_screenshot"
DROP_REQUEST: Final = "raids.drop_request"
ASK_ROLES: Final = "raids.ask_roles"
LOCK_JOIN: Final = "raids.lock_join"
PUBLIC_PANEL, ORGANIZER_PANEL, REQUEST_PANEL = "raids.public", "raids.organizer", "raids.request"
HEADCOUNT_PANEL = "headcounts.public"
"""Named here because `/run` points to the headcount that is in the way; headcounts stand above raids."""


class RunService:
    """Base of the services of raids."""

    def __init__(self, database: Database, owed: Owed, events: Events, clock: Clock) -> None:
        self.database = database
        self._owed = owed
        self._events = events
        self._clock = clock

    async def _active(self, conn: Connection, guild_id: int, run_id: int, *, hold: bool = False) -> m.Run:
        run = await (runs.hold(conn, guild_id, run_id) if hold else runs.by_id(conn, run_id))
        if run is None or run.guild_id != guild_id:
            raise m.RunGoneError
        if not run.status.active:
            raise m.RunOverError
        return run

    async def _noted(self, conn: Connection, run: m.Run, actor_id: int | None, action: str, **detail: Any) -> None:
        """Write the audit and tell those who listen; `detail` is what JSON can hold."""
        now = self._clock.now()
        await audit.write(
            conn,
            guild_id=run.guild_id,
            actor_id=actor_id,
            action=action,
            subject=run.topic,
            detail={"organizer": run.organizer_id, **detail},
            now=now,
            target_id=None if actor_id == run.organizer_id else run.organizer_id,
        )
        told = RunNoted(
            run.guild_id, run.id, run.dungeon, run.organizer_id, run.organizer_name, action, actor_id, detail, now
        )
        await self._events.publish(conn, told)

    async def _changed(self, conn: Connection, run: m.Run, actor_id: int | None, action: str, **detail: Any) -> None:
        await self._noted(conn, run, actor_id, action, **detail)
        await self._owed.touch(conn, run.topic)

    async def _completed(self, conn: Connection, run: m.Run, pop: int, raiders: Sequence[int], now: datetime) -> None:
        if raiders:
            await self._events.publish(
                conn, CompletionsEarned(run.guild_id, run.id, pop, run.dungeon, tuple(raiders), now)
            )

    async def _withdrawn(self, conn: Connection, guild_id: int, taken: Sequence[m.KeyTakenBack]) -> None:
        """Owe word of the confirmed keys among those that were taken back."""
        for key in taken:
            if key.confirmed:
                subject = f"{key.run_id}:{key.key}:{key.user_id}"
                await self._owed.effect(conn, m.KEY_WITHDRAWN, guild_id=guild_id, subject=subject)

    async def _ask_roles(self, conn: Connection, run: m.Run) -> None:
        """Owe a question for the roles of an organizer whom somebody else put there; the answer comes as an event."""
        await self._owed.effect(conn, ASK_ROLES, guild_id=run.guild_id, subject=str(run.organizer_id))

    async def _organised(self, conn: Connection, run: m.Run, pop: int, now: datetime) -> None:
        fact = RunOrganised(run.guild_id, run.id, pop, run.dungeon, run.organizer_id, run.organizer_role_ids, now)
        await self._events.publish(conn, fact)

    async def _ping(self, conn: Connection, run: m.Run, kind: m.PingKind, now: datetime, **payload: Any) -> None:
        """Owe a ping; the one before goes away, unless this one is passing.

        `payload` is what its text tells beyond the run.
        """
        ping_id = await pings.ask(conn, run.id, kind, now)
        if kind not in m.PASSING:
            await self._drop_pings(conn, run, m.REPLACED, but=ping_id)
        await self._owed.effect(conn, SEND_PING, guild_id=run.guild_id, subject=str(ping_id), payload=payload)

    async def _drop_pings(self, conn: Connection, run: m.Run, kinds: Collection[m.PingKind], *, but: int = 0) -> None:
        now = self._clock.now()
        for unsure in await pings.unsure(conn, run.id, kinds, but=but):
            await self._owed.effect(
                conn,
                RECALL_PING,
                guild_id=run.guild_id,
                subject=str(unsure.id),
                payload={
                    "run_id": run.id,
                    "channel_id": run.channel_id,
                    "contents": unsure.contents,
                    "since": unsure.asked_at.isoformat(),
                    "until": now.isoformat(),
                },
                due_at=now + m.RECALL_AFTER,
            )
        for message_id in await pings.forget(conn, run.id, kinds, but=but, since=now - m.MOVED_UP_STAYS):
            await self.owe_deletion(conn, run, message_id)

    async def _drop_request(self, conn: Connection, run: m.Run, request_id: int) -> None:
        """Owe the removal of a closed request's message."""
        await self._owed.effect(conn, DROP_REQUEST, guild_id=run.guild_id, subject=str(request_id))

    async def owe_deletion(
        self, conn: Connection, run: m.Run, message_id: int, *, due_at: datetime | None = None
    ) -> None:
        """Owe the removal of a message the bot sent for a run, at once or later."""
        await self._owe_removal(conn, run.guild_id, run.channel_id, message_id, due_at)

    async def _owe_removal(
        self, conn: Connection, guild_id: int, channel_id: int, message_id: int, due_at: datetime | None = None
    ) -> None:
        await self._owed.effect(
            conn,
            DELETE_MESSAGE,
            guild_id=guild_id,
            subject=str(message_id),
            payload={"channel_id": channel_id},
            due_at=due_at,
        )

    async def _over(self, conn: Connection, run: m.Run, actor_id: int | None, action: str) -> None:
        """Note who completed a run that has ended (nobody, if it was cancelled) and owe all that goes with it.

        The organizer has had each pop, so only a run without pops is theirs at the end.
        """
        if run.status is m.RunStatus.ENDED:
            now = self._clock.now()
            raiders = await (
                attendance.snapped(conn, run.id, run.pops) if run.pops else attendance.raiders(conn, run.id)
            )
            await self._completed(conn, run, run.pops, raiders, now)
            if not run.pops:
                await self._organised(conn, run, 0, now)
        await release_activity(conn, ActivityKind.RUN, run.id)
        await self._drop_pings(conn, run, list(m.PingKind))
        for request_id in await requests.close_all(conn, run.id, self._clock.now()):
            await self._drop_request(conn, run, request_id)
        if run.role_id is not None:
            await self._owed.forget_role(conn, run.role_id)
            await self._owed.effect(conn, DELETE_ROLE, guild_id=run.guild_id, subject=str(run.role_id))
        await self._changed(conn, run, actor_id, action)
