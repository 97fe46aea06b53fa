"""What quotas keep on Discord: a panel for each, and the reports of periods that are over."""

from typing import Final

import hikari

from raidbot.features.dungeons.api import Catalogue
from raidbot.features.quota import models as m
from raidbot.features.quota.service import BOARD, DELETE_MESSAGE, REPORT, ConfigService, PeriodService
from raidbot.features.quota.views import quotas as views
from raidbot.kernel.database import Retry
from raidbot.kernel.discord.easel import Drawing, PanelKind
from raidbot.kernel.discord.members import Members
from raidbot.kernel.discord.posts import Posts
from raidbot.kernel.discord.request import Request
from raidbot.kernel.discord.staff import Staff
from raidbot.kernel.guilds import ChannelKey, GuildStore, Module
from raidbot.kernel.owed import Effect, Panel

NAMES_ASKED: Final = 3
"""Tries with the gateway away before a report goes out without names."""


class QuotaPanels:
    """Draws the panels, and removes the message of one whose place another took."""

    def __init__(
        self,
        config: ConfigService,
        periods: PeriodService,
        catalogue: Catalogue,
        rest: hikari.api.RESTClient,
        guilds: GuildStore,
    ) -> None:
        self._config = config
        self._periods = periods
        self._catalogue = catalogue
        self._rest = rest
        self._guilds = guilds
        self.kinds = {BOARD: PanelKind(self._draw)}
        self.effects = {DELETE_MESSAGE: self._delete}

    async def set_up(self, request: Request) -> str | None:
        """Post the panels that are missing, where their channel is chosen."""
        channel_id = self._guilds.cached(request.guild_id).channels.get(ChannelKey.QUOTA)
        if channel_id is None:
            return None
        missing = [one for one in await self._config.quotas(request.guild_id) if not await self._config.posted(one)]
        for at, quota in enumerate(missing):
            # Several of one interaction: those behind the first get the ids next to it, which Discord gives nobody.
            change = m.Change(request.guild_id, quota.role_id, request.user_id, request.id + at, channel_id)
            await self._config.post(change)
        return f"The quota panels, in <#{channel_id}>" if missing else None

    async def _draw(self, panel: Panel) -> Drawing | None:
        board = await self._periods.board(panel.topic)
        if board is not None:
            accent = self._guilds.cached(panel.guild_id).accent_colour
            return views.board(board, m.posting_of(panel.topic), self._catalogue, accent)
        if panel.message_id is not None:
            await self._periods.retire(panel.guild_id, panel.channel_id, panel.message_id)
        return None

    async def _delete(self, effect: Effect) -> None:
        await self._rest.delete_message(effect.payload["channel_id"], int(effect.subject))


class QuotaReports:
    """Tells how a period ended, once: past a nonce's life the report is found by its file."""

    def __init__(
        self, periods: PeriodService, members: Members, posts: Posts, guilds: GuildStore, staff: Staff
    ) -> None:
        self._periods = periods
        self._members = members
        self._posts = posts
        self._guilds = guilds
        self._staff = staff
        self.effects = {REPORT: self._report}

    async def _report(self, effect: Effect) -> None:
        told = await self._periods.report(int(effect.subject))
        settings = self._guilds.cached(effect.guild_id)
        channel_id = settings.channels.get(ChannelKey.QUOTA)
        if told is None or Module.QUOTA not in settings.modules:
            return
        if channel_id is None:
            await self._staff.tell(effect.guild_id, "quota report without a channel", views.unposted())
            return
        named = await self._members.named(effect.guild_id, [one.user_id for one in told.standings])
        if told.standings and not named and effect.attempts < NAMES_ASKED:
            raise Retry("Discord tells no names yet")
        file_name = views.file_name(told.period.id)
        message_id = await self._posts.send(
            channel_id,
            embed=views.report(told),
            attachment=views.report_file(told, {user_id: name.shown for user_id, name in named.items()}),
            nonce=f"quota.report.{told.period.id}",
            owed_at=effect.owed_at,
            ours=lambda message: any(file.filename == file_name for file in message.attachments),
        )
        await self._periods.reported(told.period.id, message_id)
