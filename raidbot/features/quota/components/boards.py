"""The buttons under leaderboards and statistics."""

from collections.abc import Sequence
from typing import Any

from raidbot.features.dungeons.api import Catalogue
from raidbot.features.quota import models as m
from raidbot.features.quota import pictures
from raidbot.features.quota.service import BoardService
from raidbot.features.quota.views import boards as views
from raidbot.features.quota.views import stats as stats_views
from raidbot.kernel.discord.answers import Answer, Bucket, Policy, Reply, Result
from raidbot.kernel.discord.members import Members
from raidbot.kernel.discord.request import Request
from raidbot.kernel.discord.router import Route
from raidbot.kernel.pictures import Pictures


class BoardButtons:
    """Handlers of what turns the pages of leaderboards, and puts pictures on them and on statistics."""

    def __init__(self, boards: BoardService, catalogue: Catalogue, drawer: Pictures, members: Members) -> None:
        self._boards = boards
        self._catalogue = catalogue
        self._pictures = drawer
        self._members = members

    def routes(self) -> Sequence[Route[Any]]:
        """List the routes."""
        draw = Policy(m.SEE_BOARDS, Answer.UPDATE, Bucket.HEAVY)
        return [
            Route(views.OpenBoard, Policy(m.SEE_BOARDS, Answer.PRIVATE, Bucket.BUTTON, quick=True), self.turn),
            Route(views.TurnBoard, Policy(m.SEE_BOARDS, Answer.UPDATE, Bucket.BUTTON, quick=True), self.turn),
            Route(views.DrawBoard, draw, self.draw_board),
            Route(stats_views.DrawStats, draw, self.draw_stats),
        ]

    async def turn(self, request: Request, custom_id: views.OpenBoard | views.TurnBoard) -> Result:
        """Show other lines, to whoever pressed."""
        settings, me = request.settings, request.user_id
        seen = await self._boards.board(
            request.guild_id, custom_id.ranking, me, settings.zone, custom_id.way, custom_id.spot
        )
        return views.board(seen, self._catalogue, me, public=False, colour=settings.accent_colour)

    async def draw_board(self, request: Request, custom_id: views.DrawBoard) -> Reply:
        """Put a picture of the first lines on a leaderboard, and show the first page above it."""
        settings, ranking, owner = request.settings, custom_id.ranking, custom_id.owner_id
        seen = await self._boards.board(request.guild_id, ranking, owner, settings.zone, ranking.first)
        names = await self._names(request.guild_id, [line.user_id for line in pictures.shown(seen)])
        title = views.title(ranking, self._catalogue)
        picture = await self._pictures.draw(pictures.leaderboard, title, views.subtitle(seen), seen, names)
        return views.board(
            seen, self._catalogue, owner, public=custom_id.public, colour=settings.accent_colour, picture=picture
        )

    async def draw_stats(self, request: Request, custom_id: stats_views.DrawStats) -> Reply:
        """Put a picture of the member's weeks under their figures."""
        settings, user_id = request.settings, custom_id.user_id
        seen = await self._boards.stats(request.guild_id, user_id)
        weeks = await self._boards.weeks(request.guild_id, user_id, settings.zone)
        names = await self._names(request.guild_id, [user_id])
        picture = await self._pictures.draw(pictures.activity, pictures.named(user_id, names), weeks)
        return stats_views.stats(seen, user_id, self._catalogue, colour=settings.accent_colour, picture=picture)

    async def _names(self, guild_id: int, user_ids: Sequence[int]) -> pictures.Names:
        found = await self._members.named(guild_id, user_ids)
        return {user_id: name.every for user_id, name in found.items()}
