"""What the raid log keeps on Discord: a message a log, and the thread on it, page by page."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import hikari
from loguru import logger

from raidbot.features.dungeons.api import Catalogue
from raidbot.features.raid_log import models as m
from raidbot.features.raid_log import views
from raidbot.features.raid_log.service import LogService
from raidbot.kernel.clock import Clock
from raidbot.kernel.database import Retry
from raidbot.kernel.discord.checkup import NEEDED_IN, titles
from raidbot.kernel.discord.failures import Meaning, insist, meaning, pause
from raidbot.kernel.discord.staff import Staff
from raidbot.kernel.errors import Unavailable, incident_id
from raidbot.kernel.guilds import ChannelKey

ARCHIVED_AFTER: Final = timedelta(days=1)
"""Of silence."""
SLACK: Final = timedelta(seconds=5)
"""How far Discord's clock and ours may be apart."""
NONCE_LIVES: Final = timedelta(seconds=60)
"""Discord remembers a nonce for a few minutes; past this we look for the message ourselves."""
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
        clock: Clock,
        staff: Staff,
        me: int,
    ) -> None:
        self._logs = logs
        self._catalogue = catalogue
        self._rest = rest
        self._clock = clock
        self._staff = staff
        self._me = me

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
        message_id = None
        if log.posting_since is None:
            log = await self._logs.starter_posting(log)
        elif self._clock.now() - log.posting_since > NONCE_LIVES:
            mark = views.mark(log)
            message_id = await self._find(
                log.channel_id,
                log.posting_since,
                lambda message: any(embed.footer and embed.footer.text == mark for embed in message.embeds),
            )
        if message_id is None:
            message = await self._rest.create_message(
                log.channel_id, embed=views.starter(log, self._catalogue), nonce=f"log.{log.id}.s{log.posts}"
            )
            message_id = int(message.id)
        return await self._logs.starter_posted(log, message_id)

    async def _show(self, log: m.Log) -> None:
        """Send the newest page, or edit it; nobody is mentioned by it."""
        thread_id, text = log.thread_id or 0, m.page_text(log.page_head, log.page_line)
        try:
            if log.page_id is None:
                message_id = await self._send(log, thread_id, text)
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

    async def _send(self, log: m.Log, thread_id: int, text: str) -> int:
        since = log.page_since or log.opened_at
        if self._clock.now() - since > NONCE_LIVES:
            found = await self._find(thread_id, since, lambda message: message.content == text)
            if found is not None:
                return found
        message = await self._rest.create_message(thread_id, text, nonce=f"log.{log.id}.{log.page_number}", **_SILENT)
        return int(message.id)

    async def _find(self, channel_id: int, since: datetime, ours: Callable[[hikari.Message], bool]) -> int | None:
        """Find a message that an interrupted try sent."""

        async def read() -> int | None:
            messages = self._rest.fetch_messages(channel_id, after=since - SLACK).limit(100)
            found = [int(one.id) async for one in messages if int(one.author.id) == self._me and ours(one)]
            return found[0] if found else None

        return await insist(read)

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
