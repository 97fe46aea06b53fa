"""The messages of what runs call for: drawn from their rows, deleted once they are closed."""

import contextlib

import hikari

from raidbot.features.dungeons.api import Catalogue
from raidbot.features.raids import models as m
from raidbot.features.raids.service import REQUEST_PANEL, RequestService
from raidbot.features.raids.views import requests as views
from raidbot.kernel.database import Retry
from raidbot.kernel.discord.easel import Drawing, PanelKind
from raidbot.kernel.owed import Effect, Panel


class RequestPanels:
    """The panel kind, and the effect that takes a panel down."""

    def __init__(self, requests: RequestService, catalogue: Catalogue, rest: hikari.api.RESTClient) -> None:
        self._requests = requests
        self._catalogue = catalogue
        self._rest = rest
        self.kinds = {REQUEST_PANEL: PanelKind(self._draw)}

    async def _draw(self, panel: Panel) -> Drawing | None:
        """Draw a request; one that was closed before its panel was ever posted needs none."""
        request = await self._requests.request(m.request_of(panel.topic))
        dungeon = None if request is None else self._catalogue.find(request.dungeon)
        if request is None or dungeon is None or (not request.open and panel.posts == 0):
            return None
        return views.panel(request, dungeon)

    async def drop(self, effect: Effect) -> None:
        """Delete the message of a closed request."""
        request = await self._requests.request(int(effect.subject))
        panel = None if request is None else await self._requests.panel(request)
        if request is None or panel is None:
            return
        if panel.message_id is None:
            raise Retry(f"the message of request {request.id} is not posted yet")
        with contextlib.suppress(hikari.NotFoundError):
            await self._rest.delete_message(panel.channel_id, panel.message_id)
        await self._requests.message_deleted(request)
