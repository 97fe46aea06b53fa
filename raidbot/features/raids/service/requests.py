"""What organizers call for during a run, each in a message of its own."""

from collections.abc import Sequence

from raidbot.features.raids import models as m
from raidbot.features.raids.queries import requests
from raidbot.features.raids.service.core import REQUEST_PANEL, RunService
from raidbot.kernel.database.patience import patient
from raidbot.kernel.owed import Panel


class RequestService(RunService):
    """Use cases of organizers who miss something, and what their messages ask."""

    @patient
    async def call_for(self, guild_id: int, run_id: int, actor_id: int, what: str, *, click_id: int) -> None:
        """Call for one more of something; what is called for already is wanted once more.

        Raises TooManyRequestsError, RunOverError or RunGoneError.
        """
        now = self._clock.now()
        async with self.database.transaction() as conn:
            run = await self._active(conn, guild_id, run_id, hold=True)
            asked = await requests.ask(conn, run_id, what, click_id, now)
            if asked is None:
                return  # a first try did it, whose answer was lost with the connection
            if asked.wanted == 1:
                if len(await requests.of_run(conn, run_id)) > m.OPEN_REQUESTS_MAX:
                    raise m.TooManyRequestsError
                topic = m.request_topic_of(asked.id)
                await self._owed.open_topic(conn, topic)
                await self._owed.public_panel(
                    conn, kind=REQUEST_PANEL, topic=topic, guild_id=guild_id, channel_id=run.channel_id
                )
                await self._ping(conn, run, m.PingKind.REQUEST, now)
            else:
                await self._owed.touch(conn, m.request_topic_of(asked.id))
            await self._changed(conn, run, actor_id, "run.request", what=what, wanted=asked.wanted)

    @patient
    async def close(self, guild_id: int, run_id: int, actor_id: int, request_id: int) -> None:
        """Close a request; its message goes. Raises RequestClosedError, RunOverError or RunGoneError."""
        async with self.database.transaction() as conn:
            run = await self._active(conn, guild_id, run_id)
            what = await requests.close(conn, run_id, request_id, self._clock.now())
            if what is None:
                raise m.RequestClosedError
            await self._drop_request(conn, run, request_id)
            await self._changed(conn, run, actor_id, "run.request_close", what=what)

    @patient
    async def of_run(self, run_id: int) -> Sequence[m.RunRequest]:
        """List what a run calls for, the oldest first."""
        async with self.database.connection() as conn:
            return await requests.of_run(conn, run_id)

    @patient
    async def request(self, request_id: int) -> m.RunRequest | None:
        """Read a request."""
        async with self.database.connection() as conn:
            return await requests.by_id(conn, request_id)

    async def panel(self, request: m.RunRequest) -> Panel | None:
        """Read the panel of a request; None when it was deleted for good."""
        async with self.database.connection() as conn:
            return await self._owed.find_public_panel(conn, REQUEST_PANEL, request.topic)

    async def message_deleted(self, request: m.RunRequest) -> None:
        """Have the panel of a closed request looked at: it is gone, and so is forgotten."""
        async with self.database.transaction() as conn:
            await self._owed.touch(conn, request.topic)
