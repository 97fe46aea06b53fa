"""Keeps screenshots in the raid log: a message of the bot's own, whose picture does not expire."""

from typing import Final

import hikari

from raidbot.features.dungeons.api import Catalogue
from raidbot.features.raids import models as m
from raidbot.features.raids.service import PUBLIC_PANEL, OryxService, UpkeepService
from raidbot.features.raids.views.oryx import log_entry
from raidbot.kernel.discord.checkup import PANELS, titles
from raidbot.kernel.discord.failures import Meaning, insist, meaning
from raidbot.kernel.owed import Effect

NEEDED: Final = PANELS | hikari.Permissions.ATTACH_FILES
"""In the raid log."""


class RunScreenshots:
    """The messages that keep screenshots."""

    def __init__(
        self, oryx: OryxService, upkeep: UpkeepService, catalogue: Catalogue, rest: hikari.api.RESTClient, me: int
    ) -> None:
        self._oryx = oryx
        self._upkeep = upkeep
        self._catalogue = catalogue
        self._rest = rest
        self._me = me

    async def keep(self, run: m.Run, submission: m.Submission, picture: bytes) -> int:
        """Put a picture into the raid log, note it with the run and return its message.

        Raises ScreenshotNotKeptError, RaidLogClosedError, NoRaidLogError or RunOverError.
        """
        dungeon = self._catalogue.find(run.dungeon)
        if dungeon is None:
            raise m.RunGoneError
        panel_message = await self._upkeep.panel_message(PUBLIC_PANEL, run)
        await self._oryx.expect_screenshot(submission)
        try:
            message = await insist(
                lambda: self._rest.create_message(
                    submission.channel_id,
                    embed=log_entry(run, dungeon, submission.by, panel_message),
                    attachment=hikari.Bytes(picture, submission.name, mimetype=f"image/{submission.ending}"),
                    mentions_everyone=False,
                    user_mentions=False,
                    role_mentions=False,
                    nonce=f"shot.{submission.interaction_id}",
                )
            )
        except Exception as error:
            refusal = _refusal(error, submission)
            if refusal is None:
                raise
            raise refusal from error
        await self._oryx.keep_screenshot(submission, int(message.id))
        return int(message.id)

    async def find(self, effect: Effect) -> None:
        """Note a screenshot that a kill parted from its run: if it was sent, the raid log has it under its name."""
        payload = effect.payload
        submission = m.Submission(
            guild_id=effect.guild_id,
            run_id=payload["run_id"],
            by=payload["by"],
            channel_id=payload["channel_id"],
            interaction_id=int(effect.subject),
            ending=payload["ending"],
        )
        if not await self._oryx.awaits_screenshot(submission):
            return
        message_id = await insist(lambda: self._sent(submission))
        if message_id is not None:
            await self._oryx.keep_screenshot(submission, message_id)

    async def _sent(self, submission: m.Submission) -> int | None:
        async for message in self._rest.fetch_messages(submission.channel_id, after=submission.interaction_id).limit(
            100
        ):
            if int(message.author.id) == self._me and submission.name in {one.filename for one in message.attachments}:
                return int(message.id)
        return None


def _refusal(error: Exception, submission: m.Submission) -> m.RunError | None:
    """Say what a failed upload is to the organizer; None for what is a bug."""
    match meaning(error):
        case Meaning.FORBIDDEN:
            return m.RaidLogClosedError(submission.channel_id, titles(NEEDED))
        case Meaning.GONE:
            return m.NoRaidLogError()
        case Meaning.RETRY:
            return m.ScreenshotNotKeptError()
        case _:
            return None
