"""A guild as far as the bot's rights in it go: its roles, its channels, and the bot's own place."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import hikari

Right = hikari.Permissions


@dataclass(frozen=True, slots=True)
class RoleSight:
    """A role; `managed`: it belongs to a bot, to boosters or the like, and Discord gives it."""

    id: int
    name: str
    position: int
    permissions: Right
    managed: bool = False


@dataclass(frozen=True, slots=True)
class ChannelSight:
    """A channel; `overwrites` are the allowed and denied permissions by the id of a role or member."""

    id: int
    name: str
    overwrites: Mapping[int, tuple[Right, Right]]
    text: bool = True


@dataclass(frozen=True, slots=True)
class GuildSight:
    """What decides about the bot's rights in a guild."""

    id: int
    name: str
    owner_id: int
    me: int
    my_role_ids: frozenset[int]
    """Without @everyone, whose id is the guild's."""
    roles: Mapping[int, RoleSight]
    channels: Mapping[int, ChannelSight]

    @property
    def top_position(self) -> int:
        """The position of the bot's highest role; 0 is @everyone."""
        return max((self.roles[role_id].position for role_id in self.my_role_ids if role_id in self.roles), default=0)

    @property
    def granted(self) -> Right:
        """What the bot may do in the guild, channels apart."""
        if self.me == self.owner_id:
            return Right.all_permissions()
        granted = Right.NONE
        for role_id in (self.id, *self.my_role_ids):
            role = self.roles.get(role_id)
            granted |= role.permissions if role else Right.NONE
        return Right.all_permissions() if granted & Right.ADMINISTRATOR else granted

    def manages(self, role_ids: Collection[int]) -> bool:
        """Say whether the bot can manage a member with these roles: it has Manage Roles and stands above them all."""
        top = max((self.roles[role_id].position for role_id in role_ids if role_id in self.roles), default=0)
        return bool(self.granted & Right.MANAGE_ROLES) and self.top_position > top

    def granted_in(self, channel_id: int) -> Right:
        """Return what the bot may do in a channel: nothing in one that is gone or that it cannot view.

        In Discord's order: the guild, the overwrite of @everyone, those of all roles together, that of the member.
        """
        granted, channel = self.granted, self.channels.get(channel_id)
        if channel is None:
            return Right.NONE
        if granted & Right.ADMINISTRATOR:
            return granted
        for whom in ({self.id}, self.my_role_ids, {self.me}):
            allowed = denied = Right.NONE
            for one in whom:
                allow, deny = channel.overwrites.get(one, (Right.NONE, Right.NONE))
                allowed, denied = allowed | allow, denied | deny
            granted = granted & ~denied | allowed
        return granted if granted & Right.VIEW_CHANNEL else Right.NONE


class Lookout:
    """Sees guilds: from the gateway's cache where there is one, else by asking Discord."""

    def __init__(self, rest: hikari.api.RESTClient, me: int, cache: hikari.api.Cache | None = None) -> None:
        self._rest = rest
        self._me = me
        self._cache = cache

    async def look(self, guild_id: int) -> GuildSight:
        """See a guild as it is now; three requests without a cache. Raises hikari's errors."""
        guild = self._cache.get_guild(guild_id) if self._cache is not None else None
        if guild is None:
            fetched = await self._rest.fetch_guild(guild_id)
            member = await self._rest.fetch_member(guild_id, self._me)
            return _sight(fetched, fetched.roles.values(), await self._rest.fetch_guild_channels(guild_id), member)
        member = guild.get_member(self._me) or await self._rest.fetch_member(guild_id, self._me)
        return _sight(guild, guild.get_roles().values(), guild.get_channels().values(), member)


def _sight(
    guild: hikari.Guild,
    roles: Iterable[hikari.Role],
    channels: Iterable[hikari.GuildChannel],
    member: hikari.Member,
) -> GuildSight:
    return GuildSight(
        id=int(guild.id),
        name=guild.name,
        owner_id=int(guild.owner_id),
        me=int(member.id),
        my_role_ids=frozenset(map(int, member.role_ids)) - {int(guild.id)},
        roles={
            int(role.id): RoleSight(int(role.id), role.name, role.position, role.permissions, role.is_managed)
            for role in roles
        },
        channels={
            int(channel.id): ChannelSight(
                int(channel.id),
                channel.name or "",
                {int(whom): (one.allow, one.deny) for whom, one in channel.permission_overwrites.items()},
                channel.type is hikari.ChannelType.GUILD_TEXT,
            )
            for channel in channels
            if isinstance(channel, hikari.PermissibleGuildChannel)
        },
    )
