"""What members type to read each other's figures."""

from typing import Final

import hikari
import lightbulb

from raidbot.features.dungeons.api import Catalogue, suggest_dungeons
from raidbot.features.quota import models as m
from raidbot.features.quota.service import BoardService
from raidbot.features.quota.views import boards as views
from raidbot.features.quota.views import stats as stats_views
from raidbot.kernel.discord.answers import Answer, Bucket, Policy, Result
from raidbot.kernel.discord.commands import autocomplete, invoke
from raidbot.kernel.discord.request import Request

READING: Final = Policy(m.SEE_BOARDS, Answer.PUBLIC, Bucket.INFO, quick=True)
_MOST, _LEAST = "most", "least"


class ShowLeaderboard(lightbulb.SlashCommand, name="leaderboard", description="See who has done or earned the most"):
    """`/leaderboard`: members ranked by a category, of all dungeons or one, of all time or some."""

    category = lightbulb.string(
        "category", "What counts", choices=[lightbulb.Choice(name, one.value) for one, name in views.TITLES.items()]
    )
    dungeon = lightbulb.string(
        "dungeon", "Only of this dungeon; without it of all", default=None, autocomplete=autocomplete(suggest_dungeons)
    )
    period = lightbulb.string(
        "period",
        "Of which time; without it of all time",
        default=None,
        choices=[lightbulb.Choice(one.replace("_", " ").capitalize(), one.value) for one in m.Stretch],
    )
    since = lightbulb.string(
        "since", "The first day, such as 2026-06-01 or 2026-06-01 18:00", default=None, max_length=m.DATE_MAX
    )
    until = lightbulb.string(
        "until", "The last day, such as 2026-06-30 or 2026-06-30 23:00", default=None, max_length=m.DATE_MAX
    )
    order = lightbulb.string(
        "order",
        "Who comes first; without it who has the most",
        default=_MOST,
        choices=[lightbulb.Choice("Most first", _MOST), lightbulb.Choice("Lowest first", _LEAST)],
    )
    role = lightbulb.role("role", "For quota points: of which role's quota; without it of all", default=None)

    @invoke(READING)
    async def invoke(self, request: Request, catalogue: Catalogue, boards: BoardService) -> Result:
        """Show the first page."""
        zone = request.settings.zone
        stretch = None if self.period is None else m.Stretch(self.period)
        ranking = m.Ranking(
            m.Category(self.category),
            None if self.dungeon is None else catalogue.named(self.dungeon).code,
            self._role(),
            boards.period(stretch, self.since, self.until, zone),
            lowest_first=self.order == _LEAST,
        )
        seen = await boards.board(request.guild_id, ranking, request.user_id, zone, ranking.first)
        return views.board(seen, catalogue, request.user_id, public=True, colour=request.settings.accent_colour)

    def _role(self) -> int | None:
        if self.role is None:
            return None
        if self.category != m.Category.QUOTA_POINTS:
            raise m.NoQuotaToRankError
        return int(self.role.id)


class ShowStats(lightbulb.SlashCommand, name="stats", description="See what a member has done and earned"):
    """`/stats`: one member's figures of all time."""

    member = lightbulb.user("member", "Whose; without it your own", default=None)

    @invoke(READING)
    async def invoke(self, request: Request, catalogue: Catalogue, boards: BoardService) -> Result:
        """Show them."""
        whose: hikari.User = self.member or request.interaction.member or request.interaction.user
        seen = await boards.stats(request.guild_id, int(whose.id))
        return stats_views.stats(
            seen, int(whose.id), catalogue, colour=request.settings.accent_colour, avatar=whose.display_avatar_url.url
        )
