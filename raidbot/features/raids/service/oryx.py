"""What organizers do in Oryx 3: hand in the screenshot, tell the realm's score, take the run from stage to stage."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from raidbot.features.members.api import ActivityKind, current_activity
from raidbot.features.raids import models as m
from raidbot.features.raids.queries import oryx, runs
from raidbot.features.raids.service.core import FIND_SCREENSHOT, RunService
from raidbot.kernel.database import Connection
from raidbot.kernel.database.patience import patient

LOOKED_FOR_AFTER: Final = timedelta(seconds=45)
"""By then whoever puts a screenshot into the raid log has noted it, or was killed."""
_PINGS: Final[Mapping[m.Stage, m.PingKind]] = {
    m.Stage.CLOSED: m.PingKind.REALM_CLOSED,
    m.Stage.MINIBOSS: m.PingKind.MINIBOSS,
    m.Stage.THIRD_ROOM: m.PingKind.THIRD_ROOM,
}


class OryxService(RunService):
    """Use cases of Oryx 3."""

    @patient
    async def own_run(self, guild_id: int, organizer_id: int) -> m.Run:
        """Read an organizer's open or live Oryx 3 run. Raises NoOryxRunError."""
        async with self.database.connection() as conn:
            activity = await current_activity(conn, guild_id, organizer_id)
            if activity is None or activity.kind is not ActivityKind.RUN:
                raise m.NoOryxRunError(None)
            run = await runs.by_id(conn, activity.subject_id)
        if run is None or not run.oryx_3:
            raise m.NoOryxRunError(run)
        return run

    @patient
    async def expect_screenshot(self, submission: m.Submission) -> None:
        """Owe a look into the raid log, for the case that a kill parts the message there from the run's row."""
        async with self.database.transaction() as conn:
            await self._owed.effect(
                conn,
                FIND_SCREENSHOT,
                guild_id=submission.guild_id,
                subject=str(submission.interaction_id),
                payload={
                    "run_id": submission.run_id,
                    "by": submission.by,
                    "channel_id": submission.channel_id,
                    "ending": submission.ending,
                },
                due_at=self._clock.now() + LOOKED_FOR_AFTER,
            )

    @patient
    async def keep_screenshot(self, submission: m.Submission, message_id: int) -> None:
        """Note the message that keeps a run's screenshot, unless a newer one is noted. Raises RunOverError."""
        async with self.database.transaction() as conn:
            await self._owed.forgo(conn, FIND_SCREENSHOT, str(submission.interaction_id))
            run = await oryx.note_screenshot(conn, submission, message_id)
            if run is None:
                await self._active(conn, submission.guild_id, submission.run_id)
                return
            kept = {"channel": submission.channel_id, "message": message_id}
            await self._changed(conn, run, submission.by, "run.screenshot", **kept)

    async def awaits_screenshot(self, submission: m.Submission) -> bool:
        """Say whether a run that is not over has no screenshot as new as a submission."""
        async with self.database.connection() as conn:
            run = await runs.by_id(conn, submission.run_id)
        # The message of a submission is younger than its interaction, and so are those of later submissions.
        return run is not None and run.status.active and (run.screenshot_message_id or 0) < submission.interaction_id

    @patient
    async def run_at(self, guild_id: int, run_id: int, stage: m.Stage | None) -> m.Run:
        """Read a live run that stands at a stage.

        Raises NotYetError, AlreadyDoneError, RunOverError or RunGoneError.
        """
        async with self.database.connection() as conn:
            run = await self._active(conn, guild_id, run_id)
        if run.status is m.RunStatus.OPEN:
            raise m.NotYetError
        if run.stage is not stage:
            raise m.AlreadyDoneError
        return run

    @patient
    async def set_score(
        self, guild_id: int, run_id: int, actor_id: int, text: str, *, seen: int, click_id: int
    ) -> m.Run:
        """Note how full the realm is in percent, if it was `seen` (0: unknown), and ping.

        Raises BadScoreError, NotYetError, AlreadyDoneError, RunOverError or RunGoneError.
        """
        number = text.removesuffix("%").rstrip()
        if not (number.isascii() and number.isdigit() and 1 <= int(number) <= m.SCORE_MAX):
            raise m.BadScoreError
        async with self.database.transaction() as conn:
            run = await oryx.set_score(conn, guild_id, run_id, score=int(number), seen=seen, click_id=click_id)
            if run is None:
                return await self._done_before(conn, guild_id, run_id, click_id)
            await self._changed(conn, run, actor_id, "run.realm_score", score=run.realm_score)
            await self._ping(conn, run, m.PingKind.REALM_SCORE, self._clock.now())
        return run

    @patient
    async def move(
        self,
        guild_id: int,
        run_id: int,
        actor_id: int,
        stage: m.Stage,
        *,
        click_id: int,
        miniboss: m.Miniboss | None = None,
    ) -> m.Run:
        """Take a live run to its next stage and ping; `miniboss` belongs to the stage of that name.

        Raises NotYetError, AlreadyDoneError, RunOverError or RunGoneError.
        """
        async with self.database.transaction() as conn:
            run = await oryx.move(
                conn,
                guild_id,
                run_id,
                before=m.COMES_AFTER[stage],
                stage=stage,
                miniboss=miniboss,
                click_id=click_id,
            )
            if run is None:
                return await self._done_before(conn, guild_id, run_id, click_id)
            named = {} if miniboss is None else {"miniboss": miniboss.value}
            await self._changed(conn, run, actor_id, "run.stage", stage=stage.value, **named)
            await self._ping(conn, run, _PINGS[stage], self._clock.now())
        return run

    async def _done_before(self, conn: Connection, guild_id: int, run_id: int, click_id: int) -> m.Run:
        """Return the run if this very press did what it asks for and only its answer was lost; say why not else."""
        run = await self._active(conn, guild_id, run_id)
        if run.oryx_click_id == click_id:
            return run
        raise m.NotYetError if run.status is m.RunStatus.OPEN else m.AlreadyDoneError
