"""What exists in the local Discord, in memory: guilds, channels, members, messages, and how to find them."""

import base64
import binascii
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from raidbot.playground import permissions as rules
from raidbot.playground import refusals
from raidbot.playground.gateway.intents import Intent
from raidbot.playground.mentions import Pinged
from raidbot.playground.permissions import Overwrite, Permission
from raidbot.playground.refusals import RefusedError
from raidbot.playground.snowflakes import Snowflakes, WorldClock, iso

TYPE_TEXT, TYPE_DM, TYPE_VOICE, TYPE_CATEGORY, TYPE_NEWS = 0, 1, 2, 4, 5
TYPE_NEWS_THREAD, TYPE_PUBLIC_THREAD, TYPE_PRIVATE_THREAD, TYPE_FORUM = 10, 11, 12, 15
THREAD_TYPES = frozenset({TYPE_NEWS_THREAD, TYPE_PUBLIC_THREAD, TYPE_PRIVATE_THREAD})
MESSAGE_TYPES = frozenset({TYPE_TEXT, TYPE_DM, TYPE_VOICE, TYPE_NEWS, *THREAD_TYPES})
"""The channel types that hold messages."""

NOBODY = Pinged(frozenset(), frozenset(), everyone=False)


@dataclass(slots=True, eq=False)
class User:
    id: int
    name: str
    bot: bool = False
    dms_open: bool = True
    dm: "Channel | None" = None
    payload: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        self.payload = {
            "id": str(self.id),
            "username": self.name,
            "discriminator": "0",
            "global_name": None if self.bot else self.name,
            "avatar": None,
            "banner": None,
            "accent_color": None,
            "avatar_decoration_data": None,
            "primary_guild": None,
            "public_flags": 0,
            "flags": 0,
        }
        if self.bot:
            self.payload["bot"] = True


@dataclass(slots=True, eq=False)
class Role:
    id: int
    name: str
    permissions: int
    position: int
    color: int = 0
    hoist: bool = False
    mentionable: bool = False
    managed: bool = False
    unicode_emoji: str | None = None
    bot_id: int | None = None


@dataclass(slots=True, eq=False)
class Member:
    user: User
    guild: "Guild"
    joined_at: str
    roles: set[int] = field(default_factory=set)
    nick: str | None = None
    timeout_until: float | None = None
    """Unix seconds until which the member may only read, or None."""


@dataclass(slots=True, eq=False)
class Attachment:
    id: int
    channel_id: int
    filename: str
    content: bytes
    content_type: str
    description: str | None = None


@dataclass(slots=True, eq=False)
class Message:
    id: int
    channel: "Channel"
    author: User
    payload: dict[str, Any]
    """The message as REST gives it. Values are replaced, never changed in place: events that wait share them."""
    pinged: Pinged = NOBODY
    visible_to: int | None = None
    """The id of the only user who sees an ephemeral message; None: everyone in the channel."""
    attachments: list[Attachment] = field(default_factory=list)
    reactions: dict[str, dict[int, None]] = field(default_factory=dict)
    """Who reacted, by emoji ("name" or "name:id")."""
    thread_id: int | None = None
    deleted: bool = False
    dismissed: bool = False
    """The member took the ephemeral message off the screen; the bot does not learn of it and may still edit it."""


@dataclass(slots=True, eq=False)
class Channel:
    id: int
    type: int
    name: str = ""
    guild: "Guild | None" = None
    recipient: User | None = None
    parent: "Channel | None" = None
    position: int = 0
    topic: str | None = None
    nsfw: bool = False
    rate_limit_per_user: int = 0
    overwrites: dict[int, Overwrite] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    pins: dict[int, str] = field(default_factory=dict)
    """When each pinned message was pinned (ISO 8601), by message id, oldest first."""
    last_message_id: int | None = None
    owner_id: int = 0
    thread_members: dict[int, str] = field(default_factory=dict)
    archived: bool = False
    archived_at: str = ""
    locked: bool = False
    invitable: bool = True
    auto_archive_minutes: int = 1440
    nonces: dict[str, tuple[float, Message]] = field(default_factory=dict)

    @property
    def thread(self) -> bool:
        return self.type in THREAD_TYPES


@dataclass(slots=True, eq=False)
class Emoji:
    id: int
    name: str
    animated: bool = False


@dataclass(slots=True, eq=False)
class Guild:
    id: int
    name: str
    owner_id: int
    roles: dict[int, Role] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)
    threads: dict[int, Channel] = field(default_factory=dict)
    emojis: dict[int, Emoji] = field(default_factory=dict)
    bans: dict[int, str | None] = field(default_factory=dict)
    """The reason of each ban by user id."""


@dataclass(slots=True)
class Application:
    id: int
    name: str
    token: str
    user: User
    owner: User
    emojis: dict[int, Emoji] = field(default_factory=dict)
    commands: dict[int | None, dict[int, dict[str, Any]]] = field(default_factory=dict)
    """The commands by scope (guild id, None: global) and id."""
    refused_intents: Intent = field(default_factory=lambda: Intent(0))
    """The privileged intents that are switched off."""


def application_id(token: str) -> int:
    """Read the application's id from a bot token, whose first part is the id in base64; raises ValueError."""
    part = token.split(".", 1)[0]
    try:
        return int(base64.b64decode(part + "=" * (-len(part) % 4)))
    except (binascii.Error, ValueError) as error:
        raise ValueError("a bot token begins with the base64 of the application's id") from error


class World:
    """Everything that exists. Finding raises Discord's refusal; changing is the business of `deeds`."""

    def __init__(self, token: str, clock: WorldClock, ids: Snowflakes) -> None:
        self.clock = clock
        self.ids = ids
        self.guilds: dict[int, Guild] = {}
        self.left: dict[int, Guild] = {}
        """Guilds that the bot was in."""
        self.channels: dict[int, Channel] = {}
        self.users: dict[int, User] = {}
        self.messages: dict[int, Message] = {}
        """Every message, the ephemeral ones too."""
        self.attachments: dict[int, Attachment] = {}
        bot_id = application_id(token)
        self.application = Application(
            bot_id, "raidbot", token, user=User(bot_id, "raidbot", bot=True), owner=User(ids.next(), "developer")
        )
        for user in (self.application.user, self.application.owner):
            self.users[user.id] = user

    @property
    def bot(self) -> User:
        return self.application.user

    def now(self) -> str:
        """Give the time as Discord writes it."""
        return iso(self.clock.now())

    def guild(self, guild_id: int) -> Guild:
        guild = self.guilds.get(guild_id)
        if guild is None:
            raise RefusedError(refusals.UNKNOWN_GUILD)
        return guild

    def channel(self, channel_id: int) -> Channel:
        channel = self.channels.get(channel_id)
        if channel is None:
            raise RefusedError(refusals.UNKNOWN_CHANNEL)
        if channel.guild is not None and channel.guild.id in self.left:
            raise RefusedError(refusals.MISSING_ACCESS)
        return channel

    def user(self, user_id: int) -> User:
        user = self.users.get(user_id)
        if user is None:
            raise RefusedError(refusals.UNKNOWN_USER)
        return user

    def member(self, guild: Guild, user_id: int) -> Member:
        member = guild.members.get(user_id)
        if member is None:
            raise RefusedError(refusals.UNKNOWN_MEMBER if user_id in self.users else refusals.UNKNOWN_USER)
        return member

    def role(self, guild: Guild, role_id: int) -> Role:
        role = guild.roles.get(role_id)
        if role is None:
            raise RefusedError(refusals.UNKNOWN_ROLE)
        return role

    def shared(self, user: User) -> bool:
        """Tell whether the bot and a user meet in some guild, without which there are no DMs."""
        return any(user.id in guild.members for guild in self.guilds.values())

    def message(self, channel: Channel, message_id: int) -> Message:
        message = channel.messages.get(message_id)
        if message is None:
            raise RefusedError(refusals.UNKNOWN_MESSAGE)
        return message

    def guild_permissions(self, member: Member) -> int:
        """Compute what a member may do in the guild, before a channel's overwrites."""
        guild = member.guild
        everyone = guild.roles[guild.id].permissions
        mine = (guild.roles[role_id].permissions for role_id in member.roles)
        permissions = rules.guild_permissions(owner=guild.owner_id == member.user.id, everyone=everyone, roles=mine)
        return permissions if not self.timed_out(member) else rules.timed_out(permissions)

    def channel_permissions(self, member: Member, channel: Channel) -> int:
        """Compute what a member may do in a channel; a thread takes its parent's overwrites."""
        base = self.guild_permissions(member)
        place = channel.parent if channel.thread and channel.parent is not None else channel
        permissions = rules.channel_permissions(
            base,
            list(place.overwrites.values()),
            guild_id=member.guild.id,
            member_id=member.user.id,
            role_ids=member.roles,
        )
        return permissions if not self.timed_out(member) else rules.timed_out(permissions)

    def timed_out(self, member: Member) -> bool:
        return member.timeout_until is not None and member.timeout_until > self.clock.now()

    def me(self, guild: Guild) -> Member:
        """Give the bot's own membership."""
        return guild.members[self.bot.id]

    def require(self, permission: Permission, guild: Guild, channel: Channel | None = None) -> None:
        """Refuse as Discord does when the bot lacks a permission: 50001 for what it cannot see, else 50013."""
        if channel is None:
            held = self.guild_permissions(self.me(guild))
        else:
            held = self.channel_permissions(self.me(guild), channel)
            if not held & Permission.VIEW_CHANNEL:
                raise RefusedError(refusals.MISSING_ACCESS)
        if held & permission != permission:
            raise RefusedError(refusals.MISSING_PERMISSIONS)

    def require_above(self, guild: Guild, target: Member) -> None:
        """Refuse with 50013 when the bot does not outrank a member, or the member owns the guild."""
        mine = rules.top_position(guild.roles[role_id].position for role_id in self.me(guild).roles)
        theirs = rules.top_position(guild.roles[role_id].position for role_id in target.roles)
        if target.user is self.bot:
            return
        if not rules.outranks(mine, theirs, they_own=target.user.id == guild.owner_id):
            raise RefusedError(refusals.MISSING_PERMISSIONS)

    def require_role_below(self, guild: Guild, role: Role) -> None:
        """Refuse with 50013 when the bot's highest role is not above the role."""
        mine = rules.top_position(guild.roles[role_id].position for role_id in self.me(guild).roles)
        if not rules.outranks(mine, role.position):
            raise RefusedError(refusals.MISSING_PERMISSIONS)

    def usable_emoji(self, guild: Guild | None, emoji_id: int) -> Emoji | None:
        """Find a custom emoji that the bot may use: the application's, or that of one of its guilds."""
        mine = self.application.emojis.get(emoji_id)
        if mine is not None:
            return mine
        places: Iterator[Mapping[int, Emoji]] = (
            place.emojis for place in ([guild] if guild is not None else self.guilds.values())
        )
        return next((emojis[emoji_id] for emojis in places if emoji_id in emojis), None)
