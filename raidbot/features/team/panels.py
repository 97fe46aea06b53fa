"""What the staff's features do on Discord: look at all members, and announce promotions."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from time import monotonic
from typing import Final

import hikari

from raidbot.features.team import models as m
from raidbot.features.team import views
from raidbot.features.team.service import SYNC_PANEL, PromotionService, TeamService
from raidbot.kernel.database import Retry
from raidbot.kernel.discord.easel import Drawing, PanelKind
from raidbot.kernel.discord.posts import Posts
from raidbot.kernel.owed import Effect, Panel

PAGE: Final = 1000
"""Members that Discord lists in one request."""
SHOW_EVERY_S: Final = 3.0


class TeamSync:
    """Looks at all members of a guild, page by page, and shows how far it is."""

    def __init__(self, team: TeamService, rest: hikari.api.RESTClient) -> None:
        self._team = team
        self._rest = rest
        self.kinds = {SYNC_PANEL: PanelKind(self._draw)}

    async def _draw(self, panel: Panel) -> Drawing | None:
        now = await self._team.sync(panel.guild_id)
        return None if now is None else views.sync(now)

    async def run(self, effect: Effect) -> None:
        """Look at the members behind the last page that was noted; what fails leaves everybody as they are."""
        at = await self._team.sync(effect.guild_id)
        showed_at, page = monotonic(), list[m.Seen]()
        if at is None or at.done_at is not None:
            return
        async for member in self._rest.fetch_members(effect.guild_id, start_at=at.place):
            page.append(m.Seen(int(member.id), frozenset(map(int, member.role_ids))))
            if len(page) == PAGE:
                show = monotonic() - showed_at >= SHOW_EVERY_S
                at = await self._page(at, page, last=False, show=show)
                if at.done_at is not None:
                    return
                showed_at, page = monotonic() if show else showed_at, []
        await self._page(at, page, last=True, show=True)

    async def _page(self, at: m.Sync, page: Sequence[m.Seen], *, last: bool, show: bool) -> m.Sync:
        """Note a page. Raises Retry when the look was begun anew, or this page noted and nobody heard."""
        noted = await self._team.page(at, page, last=last, show=show)
        if noted is None:
            raise Retry(f"the look at the members of {at.guild_id} stands elsewhere")
        return noted


class Announcements:
    """Posts promotions where staff read of them."""

    def __init__(self, promotions: PromotionService, posts: Posts) -> None:
        self._promotions = promotions
        self._posts = posts
        self._posted: dict[int, asyncio.Event] = defaultdict(asyncio.Event)

    async def announce(self, effect: Effect) -> None:
        """Post a promotion."""
        promotion = await self._promotions.promotion(int(effect.subject))
        if promotion is None or promotion.channel_id is None:
            return
        if promotion.message_id is None:
            message_id = await self._posts.send(
                promotion.channel_id,
                content=views.announcement(promotion),
                nonce=f"promotion.{promotion.id}",
                owed_at=promotion.made_at,
                mentions=[promotion.user_id],
            )
            await self._promotions.announced(promotion.id, message_id)
        if promotion.id in self._posted:
            self._posted[promotion.id].set()

    async def posted(self, promotion: m.Promotion, seconds: float) -> int | None:
        """Wait until a promotion is announced and return the message's id; None when it takes too long."""
        if promotion.channel_id is None or promotion.message_id is not None:
            return promotion.message_id
        event = self._posted[promotion.id]
        try:
            known = await self._promotions.promotion(promotion.id)
            if known is not None and known.message_id is None:
                async with asyncio.timeout(seconds):
                    await event.wait()
                known = await self._promotions.promotion(promotion.id)
        except TimeoutError:
            return None
        finally:
            self._posted.pop(promotion.id, None)
        return None if known is None else known.message_id
