"""What staff type to see what is worth how much, and administrators to change it."""

from typing import Final

import lightbulb

from raidbot.features.dungeons.api import Catalogue
from raidbot.features.quota import models as m
from raidbot.features.quota.service import ConfigService
from raidbot.features.quota.views import config as views
from raidbot.kernel.discord.answers import Answer, Bucket, Policy, Result
from raidbot.kernel.discord.commands import invoke
from raidbot.kernel.discord.request import Request

SEEING: Final = Policy(m.SEE_CONFIG, Answer.PRIVATE, Bucket.CONFIG)


class ConfigPoints(
    lightbulb.SlashCommand, name="configpoints", description="See and change how many points raiders get"
):
    """`/configpoints`: points of completions and of popped keys, by dungeon."""

    @invoke(SEEING)
    async def invoke(self, request: Request, config: ConfigService, catalogue: Catalogue) -> Result:
        """Show them."""
        return views.points(await config.worths(request.guild_id), m.Worth.COMPLETION, catalogue)


class ConfigQuota(
    lightbulb.SlashCommand, name="configquota", description="See and change the quota of a role: points and periods"
):
    """`/configquota`: what the holders of a role have to do."""

    role = lightbulb.role("role", "Whose quota")

    @invoke(SEEING)
    async def invoke(self, request: Request, config: ConfigService, catalogue: Catalogue) -> Result:
        """Show it."""
        role_id = int(self.role.id)
        if role_id == request.guild_id or self.role.is_managed:
            raise m.UnfitQuotaRoleError(role_id)
        found = await config.configured(request.guild_id, role_id)
        return views.quota(role_id, found, catalogue, request.settings.zone)
