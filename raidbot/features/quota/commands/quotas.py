"""What staff type about their own quota, and officers about who is excused."""

import hikari
import lightbulb

from raidbot.features.quota import models as m
from raidbot.features.quota.service import ConfigService, HolderService, PeriodService
from raidbot.features.quota.views import quotas as views
from raidbot.kernel.discord.answers import Answer, Bucket, Policy, Result
from raidbot.kernel.discord.commands import invoke
from raidbot.kernel.discord.request import Request


class ShowQuota(lightbulb.SlashCommand, name="quota", description="See how far you are with your quota"):
    """`/quota`: one's own standing in each quota."""

    @invoke(Policy(m.OWN_QUOTA, Answer.PRIVATE, Bucket.INFO))
    async def invoke(self, request: Request, periods: PeriodService, holders: HolderService) -> Result:
        """Show it; who asks has the roles they have, whatever was heard of them before."""
        await holders.follow(request.guild_id, {request.user_id: request.actor.role_ids})
        return views.own(await periods.own(request.guild_id, request.user_id, request.actor.role_ids))


class ExcuseMember(lightbulb.SlashCommand, name="excuse", description="Excuse staff from their quota, or see who is"):
    """`/excuse`: for the running period, or on leave until a day; without a member, who is excused."""

    member = lightbulb.user("member", "Whom; without it I list who is excused", default=None)
    role = lightbulb.role("role", "From which role's quota; without it from all they have", default=None)
    until = lightbulb.string(
        "until", "The day they are back, such as 2026-12-24; without it until the period ends", default=None
    )
    reason = lightbulb.string("reason", "Why", default=None, max_length=m.REASON_MAX)
    end = lightbulb.boolean("end", "End their excuse instead", default=False)

    @invoke(Policy(m.EXCUSE, Answer.PRIVATE, Bucket.COMMAND))
    async def invoke(
        self, request: Request, periods: PeriodService, config: ConfigService, holders: HolderService
    ) -> Result:
        """Excuse, end, or list."""
        if self.member is None:
            return views.excuses(await periods.excuses(request.guild_id))
        user_id = int(self.member.id)
        if self.role is not None:
            role_ids = [int(self.role.id)]
        else:
            role_ids = [quota.role_id for quota in await config.quotas(request.guild_id)]
        if self.end:
            return views.excuse_ended(
                user_id, await periods.end_excuse(request.guild_id, user_id, role_ids, request.user_id)
            )
        back = None if self.until is None else m.read_moment(self.until)
        if isinstance(self.member, hikari.Member):
            roles = () if self.member.is_bot else frozenset(map(int, self.member.role_ids))
            await holders.follow(request.guild_id, {user_id: roles})
        reason = " ".join((self.reason or "").split()) or None
        excused = await periods.excuse(
            request.guild_id, user_id, role_ids, back=back, reason=reason, actor_id=request.user_id
        )
        return views.excused(user_id, excused)
