"""The buttons under the panel of a quota and in its full list, and the one that shows its last report."""

from collections.abc import Sequence
from typing import Any

from raidbot.features.quota import models as m
from raidbot.features.quota import pictures
from raidbot.features.quota.service import HolderService, PeriodService
from raidbot.features.quota.views import ids
from raidbot.features.quota.views import quotas as views
from raidbot.kernel.discord.answers import Answer, Bucket, Policy, Reply, Result
from raidbot.kernel.discord.members import Members
from raidbot.kernel.discord.request import Request
from raidbot.kernel.discord.router import Route
from raidbot.kernel.pictures import Pictures


class QuotaButtons:
    """Handlers of what members press to see more; each sees it privately."""

    def __init__(self, periods: PeriodService, holders: HolderService, drawer: Pictures, members: Members) -> None:
        self._periods = periods
        self._holders = holders
        self._pictures = drawer
        self._members = members

    def routes(self) -> Sequence[Route[Any]]:
        """List the routes."""
        see = Policy(m.OWN_QUOTA, Answer.PRIVATE, Bucket.INFO)
        turn = Policy(m.OWN_QUOTA, Answer.UPDATE, Bucket.BUTTON)
        return [
            Route(ids.MyQuota, see, self._mine),
            Route(ids.FullList, see, self._first),
            Route(ids.Top, turn, self._first),
            Route(ids.NextPage, turn, self._next),
            Route(ids.Progress, turn, self._progress),
            Route(ids.LastReport, Policy(m.SEE_CONFIG, Answer.PRIVATE, Bucket.BUTTON), self._last_report),
        ]

    async def _mine(self, request: Request, _: ids.MyQuota) -> Result:
        await self._holders.follow(request.guild_id, {request.user_id: request.actor.role_ids})
        return views.own(await self._periods.own(request.guild_id, request.user_id, request.actor.role_ids))

    async def _first(self, request: Request, custom_id: ids.FullList | ids.Top) -> Result:
        return views.full_list(await self._periods.listed(request.guild_id, custom_id.role_id, m.TOP), 0)

    async def _next(self, request: Request, custom_id: ids.NextPage) -> Result:
        page = await self._periods.listed(request.guild_id, custom_id.role_id, custom_id.place)
        return views.full_list(page, custom_id.number)

    async def _progress(self, request: Request, custom_id: ids.Progress) -> Result:
        """Put a picture of the first of the list under it."""
        page = await self._periods.listed(request.guild_id, custom_id.role_id, m.TOP)
        first = page.standings[: pictures.TOP]
        found = await self._members.named(request.guild_id, [one.user_id for one in first])
        names = {user_id: name.every for user_id, name in found.items()}
        holders = [pictures.Progress(one.user_id, one.points, one.excused) for one in first]
        until = f"Until {page.period.ends_at.astimezone(request.settings.zone):%d %B %Y, %H:%M}"
        required = page.quota.required_points
        picture = await self._pictures.draw(pictures.progress, "Quota", until, holders, required, names)
        return views.full_list(page, 0, picture)

    async def _last_report(self, request: Request, custom_id: ids.LastReport) -> Result:
        told = await self._periods.last_report(request.guild_id, custom_id.role_id)
        named = await self._members.named(request.guild_id, [one.user_id for one in told.standings])
        file = views.report_file(told, {user_id: name.shown for user_id, name in named.items()})
        return Reply(embed=views.report(told), attachments=[file])
