"""What role pings keep on Discord: one panel a guild."""

import hikari

from raidbot.features.dungeons.api import Catalogue
from raidbot.features.role_pings.models import posting_of
from raidbot.features.role_pings.service import DELETE_MESSAGE, PANEL, RolePingService
from raidbot.features.role_pings.views import panels as views
from raidbot.kernel.discord.easel import Drawing, PanelKind
from raidbot.kernel.discord.request import Request
from raidbot.kernel.guilds import ChannelKey, GuildStore
from raidbot.kernel.owed import Effect, Panel


class RolePingPanels:
    """Draws the panel, and removes the message of one whose place another took."""

    def __init__(
        self, pings: RolePingService, catalogue: Catalogue, rest: hikari.api.RESTClient, guilds: GuildStore
    ) -> None:
        self._guilds = guilds
        self._pings = pings
        self._catalogue = catalogue
        self._rest = rest
        self.kinds = {PANEL: PanelKind(self._draw)}
        self.effects = {DELETE_MESSAGE: self._delete}

    async def set_up(self, request: Request) -> str | None:
        """Post the panel where its channel is chosen, there is something to choose and none is posted."""
        settings = self._guilds.cached(request.guild_id)
        channel_id = settings.channels.get(ChannelKey.ROLE_PING)
        state = await self._pings.configured(request.guild_id)
        if channel_id is None or state.panel or not state.now:
            return None
        await self._pings.post_panel(request.guild_id, channel_id, request.id, request.user_id)
        return f"The panel of role pings, in <#{channel_id}>"

    async def _draw(self, panel: Panel) -> Drawing | None:
        pings = await self._pings.panel(panel.guild_id, panel.topic)
        if pings is not None:
            return views.public(posting_of(panel.topic), pings, self._catalogue)
        if panel.message_id is not None:
            await self._pings.retire(panel.guild_id, panel.channel_id, panel.message_id)
        return None

    async def _delete(self, effect: Effect) -> None:
        await self._rest.delete_message(effect.payload["channel_id"], int(effect.subject))
