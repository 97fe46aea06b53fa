"""What `/config` and `/setup` look at and do on Discord."""

from collections.abc import Sequence
from typing import Final

import hikari

from raidbot.features.guild_config.models import Plan, plan_setup
from raidbot.features.guild_config.service import ConfigService
from raidbot.features.guild_config.views import mappings, overview, setup
from raidbot.kernel.clock import Clock
from raidbot.kernel.discord.answers import Reply
from raidbot.kernel.discord.checkup import NEEDED_IN, GuildSight, Lookout, look_at_guild, titles
from raidbot.kernel.discord.feature import SetUpStep
from raidbot.kernel.discord.request import Request
from raidbot.kernel.guilds import HIERARCHY, ChannelKey, GuildSettings, Module, RoleKey

_STAFF: Final = {
    ChannelKey.VERI_LOG,
    ChannelKey.MANUAL_VERIFICATION,
    ChannelKey.PUNISHMENT_LOG,
    ChannelKey.RAID_LOG,
    ChannelKey.BOT_LOG,
    ChannelKey.MODMAIL,
}
"""Channels that only staff may see."""
_QUIET: Final = {
    ChannelKey.RAID,
    ChannelKey.ROLE_PING,
    ChannelKey.GETVERIFIED,
    ChannelKey.PARTY_FINDER,
    ChannelKey.QUOTA,
    ChannelKey.EARLY_LOC,
}
"""Channels where only the bot and staff post."""
_REASON: Final = "/setup"
_REFUSED: Final = (hikari.ForbiddenError, hikari.BadRequestError)
"""No right, or a limit of the server: 250 roles, 500 channels."""


class GuildMaker:
    """Makes roles and channels. One that was made and not chosen, because of a kill, is found by its name next time."""

    def __init__(self, rest: hikari.api.RESTClient, me: int) -> None:
        self._rest = rest
        self._me = me

    async def role(self, guild_id: int, key: RoleKey) -> int:
        """Make a role without rights and return its id. Raises hikari's errors."""
        none = hikari.Permissions.NONE
        role = await self._rest.create_role(guild_id, name=key.title, permissions=none, reason=_REASON)
        return int(role.id)

    async def channel(self, guild_id: int, key: ChannelKey, settings: GuildSettings) -> int:
        """Make a text channel, seen by staff only where it is theirs, and return its id. Raises hikari's errors."""
        made = await self._rest.create_guild_text_channel(
            guild_id,
            key.channel_name,
            topic=key.purpose,
            permission_overwrites=self._overwrites(guild_id, key, settings),
            reason=_REASON,
        )
        return int(made.id)

    def _overwrites(self, guild_id: int, key: ChannelKey, settings: GuildSettings) -> list[hikari.PermissionOverwrite]:
        right = hikari.Permissions
        denied = right.VIEW_CHANNEL if key in _STAFF else right.SEND_MESSAGES if key in _QUIET else right.NONE
        if not denied:
            return []
        role, member = hikari.PermissionOverwriteType.ROLE, hikari.PermissionOverwriteType.MEMBER
        staff = dict.fromkeys(
            settings.roles[one] for one in HIERARCHY if one.rank >= RoleKey.SECURITY.rank and one in settings.roles
        )
        return [
            hikari.PermissionOverwrite(id=hikari.Snowflake(guild_id), type=role, deny=denied),
            hikari.PermissionOverwrite(
                id=hikari.Snowflake(self._me), type=member, allow=(denied | right.VIEW_CHANNEL) & NEEDED_IN[key]
            ),
            *(hikari.PermissionOverwrite(id=hikari.Snowflake(one), type=role, allow=denied) for one in staff),
        ]


class ConfigDesk:
    """Shows how a server is configured, and sets it up."""

    def __init__(
        self,
        config: ConfigService,
        lookout: Lookout,
        maker: GuildMaker,
        clock: Clock,
        modules: Sequence[Module],
        steps: Sequence[SetUpStep],
    ) -> None:
        self._config = config
        self._lookout = lookout
        self._maker = maker
        self._clock = clock
        self._modules = modules
        self._steps = steps

    async def overview(self, request: Request, note: str = "") -> Reply:
        """Show everything at a glance; `note` says what was just done."""
        settings = await self._config.settings(request.guild_id)
        findings = look_at_guild(await self._lookout.look(request.guild_id), settings)
        return overview.overview(settings, findings, self._clock.now(), self._modules, note)

    async def plan(self, request: Request) -> Reply:
        """Show what `/setup` would do."""
        plan, sight = await self._plan(request.guild_id)
        wanted = hikari.Permissions.MANAGE_ROLES if plan.make_roles else hikari.Permissions.NONE
        wanted |= hikari.Permissions.MANAGE_CHANNELS if plan.make_channels else hikari.Permissions.NONE
        return setup.plan(plan, titles(wanted & ~sight.granted))

    async def set_up(self, request: Request, *, create: bool) -> Reply:
        """Choose what is there, with `create` make what is not, and post the panels that are missing."""
        guild_id = request.guild_id
        plan, _ = await self._plan(guild_id)
        left: list[str] = []
        roles, channels = dict(plan.map_roles), dict(plan.map_channels)
        for role_key in plan.make_roles if create else ():
            try:
                roles[role_key] = await self._maker.role(guild_id, role_key)
            except _REFUSED as error:
                left.append(setup.refused(f"@{role_key.title}", error.message))
        chosen_roles = await self._config.set_roles(guild_id, roles, request.user_id)
        settings = await self._config.settings(guild_id)
        for key in plan.make_channels if create else ():
            try:
                channels[key] = await self._maker.channel(guild_id, key, settings)
            except _REFUSED as error:
                left.append(setup.refused(f"#{key.channel_name}", error.message))
        chosen_channels = await self._config.set_channels(guild_id, channels, request.user_id)
        posted = [told for step in self._steps if (told := await step(request)) is not None]
        return setup.done(mappings.changes(chosen_roles, chosen_channels), posted, left)

    async def _plan(self, guild_id: int) -> tuple[Plan, GuildSight]:
        sight = await self._lookout.look(guild_id)
        roles = {role.id: role.name for role in sight.roles.values() if not role.managed and role.id != sight.id}
        channels = {channel.id: channel.name for channel in sight.channels.values() if channel.text}
        return plan_setup(await self._config.settings(guild_id), roles, channels), sight
