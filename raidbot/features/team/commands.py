"""The slash commands of the staff."""

from typing import Final

import hikari
import lightbulb

from raidbot.features.team import models as m
from raidbot.features.team import views
from raidbot.features.team.panels import Announcements
from raidbot.features.team.service import SYNC_PANEL, PromotionService, TeamService
from raidbot.kernel.discord.answers import Answer, Bucket, Policy, Result, ShowPanel
from raidbot.kernel.discord.checkup import GuildSight, Lookout, hindrance
from raidbot.kernel.discord.commands import invoke
from raidbot.kernel.discord.guild_view import GuildView
from raidbot.kernel.discord.request import Request, actor_of
from raidbot.kernel.guilds import ChannelKey, RoleKey
from raidbot.kernel.permissions import Target, authorize

ANNOUNCED_WITHIN_S: Final = 5.0


class AddRole(lightbulb.SlashCommand, name="addrole", description="Promote a member"):
    """`/addrole`: below oneself only; not deferred up front, so that a refusal is private."""

    member = lightbulb.user("member", "Whom")
    role = lightbulb.string(
        "role", "To what", choices=[lightbulb.Choice(key.title, key.value) for key in m.PROMOTED_TO]
    )

    @invoke(Policy(m.PROMOTE, Answer.PUBLIC, Bucket.COMMAND, quick=True))
    async def invoke(
        self,
        request: Request,
        promotions: PromotionService,
        announcements: Announcements,
        lookout: Lookout,
        guilds: GuildView,
    ) -> Result:
        """Promote the member and announce it."""
        settings, key = request.settings, RoleKey(self.role)
        role_id = settings.roles.get(key)
        sight = await lookout.look(request.guild_id)
        if role_id is None or role_id not in sight.roles:
            raise m.RoleNotChosenError(key)
        if not isinstance(self.member, hikari.InteractionMember):
            raise m.NotHereError
        target = actor_of(self.member, guilds.owner_id(request.guild_id))
        m.check_rank(request.actor, role_id, settings)
        authorize(request.actor, m.PROMOTE, settings, Target(target, sight.manages(target.role_ids)))
        _check_givable(sight, role_id)
        if role_id in target.role_ids:
            raise m.AlreadyHeldError(target.user_id, role_id)
        channel_id = settings.channels.get(ChannelKey.STAFF_UPDATES)
        promotion = await promotions.promote(
            m.NewPromotion(
                guild_id=request.guild_id,
                user_id=target.user_id,
                role_key=key,
                role_id=role_id,
                actor_id=request.user_id,
                interaction_id=request.id,
                channel_id=channel_id if channel_id in sight.channels else None,
            )
        )
        return views.promoted(promotion, await announcements.posted(promotion, ANNOUNCED_WITHIN_S))


class SyncTeam(lightbulb.SlashCommand, name="syncteam", description="Bring the team role in line with the staff roles"):
    """`/syncteam`: looks at every member once."""

    @invoke(Policy(m.SYNC, Answer.PRIVATE, Bucket.CONFIG))
    async def invoke(self, request: Request, team: TeamService, lookout: Lookout) -> Result:
        """Begin, and show how far it is."""
        _check_givable(await lookout.look(request.guild_id), m.team_role(request.settings))
        return ShowPanel(SYNC_PANEL, await team.ask(request.guild_id, request.user_id))


def _check_givable(sight: GuildSight, role_id: int) -> None:
    """Raises CannotGiveError for a role that Discord does not let the bot give."""
    why = hindrance(sight, role_id) if role_id in sight.roles else None
    if why is not None:
        raise m.CannotGiveError(role_id, views.HINDRANCES[why])
