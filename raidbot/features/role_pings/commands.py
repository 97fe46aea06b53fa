"""The slash commands of role pings."""

import hikari
import lightbulb

from raidbot.features.dungeons.api import Catalogue, Dungeon
from raidbot.features.role_pings import models as m
from raidbot.features.role_pings.service import RolePingService
from raidbot.features.role_pings.views import fitness, panels, texts
from raidbot.kernel.database import Unavailable
from raidbot.kernel.discord.answers import Answer, Bucket, Policy, Reply, Result
from raidbot.kernel.discord.checkup import Lookout, find_channel
from raidbot.kernel.discord.commands import autocomplete, invoke
from raidbot.kernel.discord.easel import Easel
from raidbot.kernel.discord.request import Request
from raidbot.kernel.discord.text import message_link


@autocomplete
async def complete_dungeon(
    text: str, guild_id: int, catalogue: Catalogue, pings: RolePingService
) -> list[tuple[str, str]]:
    """Offer dungeons: those with a ping role before anything is typed."""
    found: list[Dungeon] = []
    if not text:
        try:
            pinged = await pings.pinged(guild_id)
        except Unavailable:
            pinged = ()
        found = [dungeon for code in pinged if (dungeon := catalogue.find(code)) is not None]
    return [(dungeon.name, dungeon.code) for dungeon in dict.fromkeys((*found, *catalogue.search(text)))]


class ConfigRolePings(
    lightbulb.SlashCommand, name="configrolepings", description="Choose which role is pinged for which dungeon"
):
    """`/configrolepings`: nothing lists; a dungeon and a role add or change; a dungeon alone removes."""

    dungeon = lightbulb.string(
        "dungeon", "Which dungeon; without one you see them all", default=None, autocomplete=complete_dungeon
    )
    role = lightbulb.role("role", "The role to ping; without one the dungeon's ping is removed", default=None)

    @invoke(Policy(m.CONFIGURE, Answer.PRIVATE, Bucket.CONFIG, quick=True))
    async def invoke(self, request: Request, catalogue: Catalogue, pings: RolePingService, lookout: Lookout) -> Result:
        """Add, change, remove or list; a role that nobody may give themselves is refused."""
        guild_id, sight = request.guild_id, await lookout.look(request.guild_id)
        role_id = None if self.role is None else int(self.role.id)
        notes: list[str] = []
        if self.dungeon is None:
            if role_id is not None:
                raise m.DungeonMissingError(role_id)
            state = await pings.configured(guild_id)
        else:
            dungeon = catalogue.named(self.dungeon)
            if role_id is None:
                state = await pings.unmap(guild_id, dungeon.code, request.user_id)
            else:
                verdict = fitness.verdict(sight, request.settings, role_id)
                if verdict is not None:
                    raise m.UnfitRoleError(role_id, verdict)
                if channels := fitness.opened_by(sight, role_id):
                    notes.append(texts.opens(role_id, channels))
                state = await pings.map_role(guild_id, dungeon.code, role_id, request.user_id)
        roles = dict.fromkeys(one.role_id for one in state.now)
        broken = {one: found for one in roles if (found := fitness.verdict(sight, request.settings, one)) is not None}
        return panels.configured(state, broken, notes, catalogue)


class SendRolePingEmbed(
    lightbulb.SlashCommand,
    name="sendrolepingembed",
    description="Post the panel where members choose their dungeon pings",
    default_member_permissions=hikari.Permissions.ADMINISTRATOR,
):
    """`/sendrolepingembed`: one panel a guild; a new one takes the place of the one before."""

    @invoke(Policy(m.POST, Answer.PRIVATE, Bucket.CONFIG))
    async def invoke(self, request: Request, pings: RolePingService, lookout: Lookout, easel: Easel) -> Result:
        """Post the panel in the mapped channel."""
        channel_id = await find_channel(lookout, request.settings, m.PANEL_CHANNEL)
        panel = await pings.post_panel(request.guild_id, channel_id, request.id, request.user_id)
        message_id = None if panel.panel_id is None else await easel.posted(panel.panel_id)
        link = None if message_id is None else message_link(request.guild_id, channel_id, message_id)
        return Reply(texts.posted(channel_id, link, replaced=panel.replaced))
