"""What the raid log keeps on Discord: a message a log, and the thread on it, page by page."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

import hikari
from loguru import logger

from raidbot.features.dungeons.api import Catalogue
from raidbot.features.raid_log import models as m
from raidbot.features.raid_log import views
from raidbot.features.raid_log.service import LogService
from raidbot.kernel.database import Retry
from raidbot.kernel.discord.checkup import NEEDED_IN, titles
from raidbot.kernel.discord.failures import Meaning, meaning, pause
from raidbot.kernel.discord.posts import Posts
from raidbot.kernel.discord.staff import Staff
from raidbot.kernel.errors import Unavailable, incident_id
from raidbot.kernel.guilds import ChannelKey

ARCHIVED_AFTER: Final = timedelta(days=1)
"""Of silence."""
THREAD_EXISTS, THREAD_ARCHIVED, UNKNOWN_MESSAGE = 160004, 50083, 10008
"""Discord's JSON error codes."""


_SILENT: Final[Mapping[str, Any]] = {"mentions_everyone": False, "user_mentions": False, "role_mentions": False}


class LogWriter:
    """Writes logs; each step is noted in the log's row, so that it goes on where a kill ended it."""

    def __init__(
        self,
        logs: LogService,
        catalogue: Catalogue,
        rest: hikari.api.RESTClient,
        posts: Posts,
        staff: Staff,
    ) -> None:
        self._logs = logs
        self._catalogue = catalogue
        self._rest = rest
        self._posts = posts
        self._staff = staff

    async def write(self, waiting: m.Waiting) -> None:
        """Bring a log's thread one step on: its newest page, or the end."""
        log = await self._logs.take(waiting)
        if log is None:
            return
        try:
            await self._write(log)
        except Unavailable:
            raise
        except Exception as error:  # noqa: BLE001 - every failure of a log is settled in one place
            await self._failed(log, error)

    async def _write(self, log: m.Log) -> None:
        if log.thread_id is None:
            log = await self._begin(log)
        if log.page_shown:
            outlook = await self._logs.outlook(log)
            log = await self._logs.turn(outlook, views.page(outlook, self._catalogue))
        if not log.page_shown:
            await self._show(log)
        elif log.closed_at is not None:
            await self._end(log)

    async def _begin(self, log: m.Log) -> m.Log:
        """Post the starter and make its thread, which gets the starter's id: one that stands already is known."""
        if log.starter_id is None:
            log = await self._post_starter(log)
        starter_id = log.starter_id or 0
        try:
            await self._rest.create_message_thread(
                log.channel_id,
                starter_id,
                views.thread_name(log, self._catalogue),
                auto_archive_duration=ARCHIVED_AFTER,
            )
        except hikari.BadRequestError as error:
            if error.code != THREAD_EXISTS:
                raise
        return await self._logs.thread_made(log, starter_id)

    async def _post_starter(self, log: m.Log) -> m.Log:
        if log.posting_since is None:
            log = await self._logs.starter_posting(log)
        mark = views.mark(log)
        message_id = await self._posts.send(
            log.channel_id,
            embed=views.starter(log, self._catalogue),
            nonce=f"log.{log.id}.s{log.posts}",
            owed_at=log.posting_since or log.opened_at,
            ours=lambda message: any(embed.footer and embed.footer.text == mark for embed in message.embeds),
        )
        return await self._logs.starter_posted(log, message_id)

    async def _show(self, log: m.Log) -> None:
        """Send the newest page, or edit it; nobody is mentioned by it."""
        thread_id, text = log.thread_id or 0, m.page_text(log.page_head, log.page_line)
        try:
            if log.page_id is None:
                message_id = await self._posts.send(
                    thread_id,
                    content=text,
                    nonce=f"log.{log.id}.{log.page_number}",
                    owed_at=log.page_since or log.opened_at,
                )
            else:
                message_id = log.page_id
                await self._rest.edit_message(thread_id, message_id, text, **_SILENT)
        except hikari.BadRequestError as error:
            if error.code != THREAD_ARCHIVED:
                raise
            await self._rest.edit_channel(thread_id, archived=False)
            raise Retry(f"the thread of {log.topic} was archived") from None
        except hikari.NotFoundError as error:
            if error.code != UNKNOWN_MESSAGE:
                raise
            await self._logs.page_gone(log)
        else:
            await self._logs.page_showed(log, message_id)

    async def _end(self, log: m.Log) -> None:
        """Have the starter say that it is over; the thread archives itself."""
        try:
            await self._rest.edit_message(
                log.channel_id, log.starter_id or 0, embed=views.starter(log, self._catalogue)
            )
        except hikari.NotFoundError:
            logger.info("{}: the log's starter is gone", log.topic)
        await self._logs.settle(log)

    async def _failed(self, log: m.Log, error: Exception) -> None:
        match meaning(error):
            case Meaning.GONE:
                logger.info("{}: the log is gone from its channel", log.topic)
                await self._logs.gone(log)
            case Meaning.FORBIDDEN:
                await self._logs.forbidden(log)
                need = titles(NEEDED_IN[ChannelKey.RAID_LOG])
                text = f"I can't write the raid log in <#{log.channel_id}>. I need there: {need}."
                await self._staff.tell(log.guild_id, "raid log", text)
            case Meaning.RETRY:
                seconds = pause(log.attempts)
                logger.warning("{}: {}, its log goes on in {:g} s", log.topic, type(error).__name__, seconds)
                await self._logs.later(log, timedelta(seconds=seconds))
            case _:
                logger.opt(exception=error).error("incident {}: the log of {} failed", incident_id(), log.topic)
                await self._logs.give_up(log)
