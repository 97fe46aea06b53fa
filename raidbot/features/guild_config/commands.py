"""The slash commands by which administrators configure a server."""

from typing import Final

import hikari
import lightbulb

from raidbot.features.guild_config.models import CONFIGURE, NothingChosenError, Unfit, UnfitRolesError
from raidbot.features.guild_config.panels import ConfigDesk
from raidbot.features.guild_config.service import ConfigService
from raidbot.features.guild_config.views import mappings
from raidbot.kernel.discord.answers import Answer, Bucket, Policy, Result
from raidbot.kernel.discord.checkup import GuildSight, Lookout, hindrance, lacking, titles
from raidbot.kernel.discord.commands import invoke
from raidbot.kernel.discord.request import Request
from raidbot.kernel.guilds import GIVEN, ChannelKey, RoleKey

# Not deferred up front: a refusal is private and needs no statement, so no public "thinking" flashes up before it.
POLICY: Final = Policy(CONFIGURE, Answer.PUBLIC, Bucket.CONFIG, quick=True)
SHOWN_TO: Final = hikari.Permissions.ADMINISTRATOR


def _role(key: RoleKey) -> hikari.Role | None:
    return lightbulb.role(key.value, key.purpose, default=None)


def _channel(key: ChannelKey) -> hikari.PartialChannel | None:
    kinds = [hikari.ChannelType.GUILD_TEXT]
    return lightbulb.channel(key.value, key.purpose, default=None, channel_types=kinds)


class SetRoles(
    lightbulb.SlashCommand,
    name="setroles",
    description="Choose which Discord role stands for what",
    default_member_permissions=SHOWN_TO,
):
    """`/setroles`: one optional role a key."""

    administrator = _role(RoleKey.ADMINISTRATOR)
    moderator = _role(RoleKey.MODERATOR)
    head_organizer = _role(RoleKey.HEAD_ORGANIZER)
    officer = _role(RoleKey.OFFICER)
    security = _role(RoleKey.SECURITY)
    organizer = _role(RoleKey.ORGANIZER)
    verified_raider = _role(RoleKey.VERIFIED_RAIDER)
    team = _role(RoleKey.TEAM)
    suspended = _role(RoleKey.SUSPENDED)
    muted = _role(RoleKey.MUTED)

    @invoke(POLICY)
    async def invoke(self, request: Request, config: ConfigService, lookout: Lookout) -> Result:
        """Map the chosen roles; those the bot cannot give later come with a warning."""
        wanted = {key: int(role.id) for key in RoleKey if (role := getattr(self, key.value)) is not None}
        if not wanted:
            raise NothingChosenError(roles=request.settings.roles)
        sight = await lookout.look(request.guild_id)
        refused = {role_id: unfit for role_id in wanted.values() if (unfit := _unfit(sight, role_id)) is not None}
        if refused:
            raise UnfitRolesError(refused)
        to_give = dict.fromkeys(role_id for key, role_id in wanted.items() if key in GIVEN)
        warnings = [
            mappings.cannot_give(role_id, why) for role_id in to_give if (why := hindrance(sight, role_id)) is not None
        ]
        return mappings.roles_set(await config.set_roles(request.guild_id, wanted, request.user_id), warnings)


class SetChannels(
    lightbulb.SlashCommand,
    name="setchannels",
    description="Choose which text channel is for what",
    default_member_permissions=SHOWN_TO,
):
    """`/setchannels`: one optional text channel a key."""

    raid = _channel(ChannelKey.RAID)
    veri_log = _channel(ChannelKey.VERI_LOG)
    manual_verification = _channel(ChannelKey.MANUAL_VERIFICATION)
    getverified = _channel(ChannelKey.GETVERIFIED)
    punishment_log = _channel(ChannelKey.PUNISHMENT_LOG)
    raid_log = _channel(ChannelKey.RAID_LOG)
    quota = _channel(ChannelKey.QUOTA)
    bot_log = _channel(ChannelKey.BOT_LOG)
    staff_updates = _channel(ChannelKey.STAFF_UPDATES)
    modmail = _channel(ChannelKey.MODMAIL)
    role_ping = _channel(ChannelKey.ROLE_PING)
    party_finder = _channel(ChannelKey.PARTY_FINDER)
    early_loc = _channel(ChannelKey.EARLY_LOC)

    @invoke(POLICY)
    async def invoke(self, request: Request, config: ConfigService, lookout: Lookout) -> Result:
        """Map the chosen channels; those the bot cannot use come with a warning."""
        wanted = {key: int(channel.id) for key in ChannelKey if (channel := getattr(self, key.value)) is not None}
        if not wanted:
            raise NothingChosenError(channels=request.settings.channels)
        sight = await lookout.look(request.guild_id)
        missing = dict.fromkeys(wanted.values(), hikari.Permissions.NONE)
        for key, channel_id in wanted.items():
            missing[channel_id] |= lacking(sight, channel_id, key)
        warnings = [mappings.lacks(channel_id, titles(rights)) for channel_id, rights in missing.items() if rights]
        return mappings.channels_set(await config.set_channels(request.guild_id, wanted, request.user_id), warnings)


class Unset(
    lightbulb.SlashCommand,
    name="unset",
    description="Let a role or channel stand for nothing again",
    default_member_permissions=SHOWN_TO,
):
    """`/unset`: takes back what /setroles and /setchannels set."""

    role = lightbulb.string(
        "role",
        "What no role shall stand for any more",
        default=None,
        choices=[lightbulb.Choice(key.title, key.value) for key in RoleKey],
    )
    channel = lightbulb.string(
        "channel",
        "What no channel shall be for any more",
        default=None,
        choices=[lightbulb.Choice(key.title, key.value) for key in ChannelKey],
    )

    @invoke(POLICY)
    async def invoke(self, request: Request, config: ConfigService) -> Result:
        """Clear one role key, one channel key, or both."""
        if self.role is None and self.channel is None:
            raise NothingChosenError(request.settings.roles, request.settings.channels)
        roles = channels = None
        if self.role is not None:
            roles = await config.set_roles(request.guild_id, {RoleKey(self.role): None}, request.user_id)
        if self.channel is not None:
            channels = await config.set_channels(request.guild_id, {ChannelKey(self.channel): None}, request.user_id)
        return mappings.unset(roles, channels)


class ShowConfig(
    lightbulb.SlashCommand,
    name="config",
    description="See and change how this server is configured, and what is missing",
    default_member_permissions=SHOWN_TO,
):
    """`/config`: everything at a glance, for the administrator alone."""

    @invoke(Policy(CONFIGURE, Answer.PRIVATE, Bucket.CONFIG))
    async def invoke(self, request: Request, config: ConfigDesk) -> Result:
        """Show it."""
        return await config.overview(request)


class SetUpGuild(
    lightbulb.SlashCommand,
    name="setup",
    description="Choose or make the roles and channels that are missing, and post the panels",
    default_member_permissions=SHOWN_TO,
):
    """`/setup`: says first what it would do."""

    @invoke(Policy(CONFIGURE, Answer.PRIVATE, Bucket.CONFIG))
    async def invoke(self, request: Request, config: ConfigDesk) -> Result:
        """Show the plan."""
        return await config.plan(request)


def _unfit(sight: GuildSight, role_id: int) -> Unfit | None:
    role = sight.roles.get(role_id)
    if role is None:
        return Unfit.GONE
    if role_id == sight.id:
        return Unfit.EVERYONE
    return Unfit.MANAGED if role.managed else None
