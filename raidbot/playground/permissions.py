"""Permissions as Discord computes them: roles, then a channel's overwrites, then a time-out."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import IntFlag

ROLE_OVERWRITE, MEMBER_OVERWRITE = 0, 1


class Permission(IntFlag):
    """Permission bits of API v10; they travel as decimal strings."""

    CREATE_INSTANT_INVITE = 1 << 0
    KICK_MEMBERS = 1 << 1
    BAN_MEMBERS = 1 << 2
    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW_AUDIT_LOG = 1 << 7
    PRIORITY_SPEAKER = 1 << 8
    STREAM = 1 << 9
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    SEND_TTS_MESSAGES = 1 << 12
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_EXTERNAL_EMOJIS = 1 << 18
    VIEW_GUILD_INSIGHTS = 1 << 19
    CONNECT = 1 << 20
    SPEAK = 1 << 21
    MUTE_MEMBERS = 1 << 22
    DEAFEN_MEMBERS = 1 << 23
    MOVE_MEMBERS = 1 << 24
    USE_VAD = 1 << 25
    CHANGE_NICKNAME = 1 << 26
    MANAGE_NICKNAMES = 1 << 27
    MANAGE_ROLES = 1 << 28
    MANAGE_WEBHOOKS = 1 << 29
    MANAGE_GUILD_EXPRESSIONS = 1 << 30
    USE_APPLICATION_COMMANDS = 1 << 31
    REQUEST_TO_SPEAK = 1 << 32
    MANAGE_EVENTS = 1 << 33
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    CREATE_PRIVATE_THREADS = 1 << 36
    USE_EXTERNAL_STICKERS = 1 << 37
    SEND_MESSAGES_IN_THREADS = 1 << 38
    USE_EMBEDDED_ACTIVITIES = 1 << 39
    MODERATE_MEMBERS = 1 << 40
    VIEW_CREATOR_MONETIZATION_ANALYTICS = 1 << 41
    USE_SOUNDBOARD = 1 << 42
    CREATE_GUILD_EXPRESSIONS = 1 << 43
    CREATE_EVENTS = 1 << 44
    USE_EXTERNAL_SOUNDS = 1 << 45
    SEND_VOICE_MESSAGES = 1 << 46
    SET_VOICE_CHANNEL_STATUS = 1 << 48
    SEND_POLLS = 1 << 49
    USE_EXTERNAL_APPS = 1 << 50
    PIN_MESSAGES = 1 << 51
    BYPASS_SLOWMODE = 1 << 52


ALL = sum(Permission)
_LEFT_BY_A_TIMEOUT = Permission.VIEW_CHANNEL | Permission.READ_MESSAGE_HISTORY


@dataclass(frozen=True, slots=True)
class Overwrite:
    """A channel's exception for a role (type 0; the guild's id means everyone) or a member (type 1)."""

    id: int
    type: int
    allow: int
    deny: int


def guild_permissions(*, owner: bool, everyone: int, roles: Iterable[int]) -> int:
    """Combine the permissions of @everyone and the member's roles; the owner and an administrator have all."""
    if owner:
        return ALL
    permissions = everyone
    for role in roles:
        permissions |= role
    return ALL if permissions & Permission.ADMINISTRATOR else int(permissions)


def channel_permissions(
    base: int, overwrites: Sequence[Overwrite], *, guild_id: int, member_id: int, role_ids: Collection[int]
) -> int:
    """Apply a channel's overwrites to guild permissions: everyone's, then all roles' at once, then the member's.

    An administrator passes by them. Who may not view the channel may do nothing in it.
    """
    if base & Permission.ADMINISTRATOR:
        return ALL
    permissions = base
    allow = deny = 0
    own: Overwrite | None = None
    for overwrite in overwrites:
        if overwrite.type == MEMBER_OVERWRITE:
            own = overwrite if overwrite.id == member_id else own
        elif overwrite.id == guild_id:
            permissions = permissions & ~overwrite.deny | overwrite.allow
        elif overwrite.id in role_ids:
            allow |= overwrite.allow
            deny |= overwrite.deny
    permissions = permissions & ~deny | allow
    if own is not None:
        permissions = permissions & ~own.deny | own.allow
    return permissions if permissions & Permission.VIEW_CHANNEL else 0


def timed_out(permissions: int) -> int:
    """Return what a time-out leaves of them: reading, or everything to an administrator."""
    return permissions if permissions & Permission.ADMINISTRATOR else permissions & _LEFT_BY_A_TIMEOUT


def top_position(positions: Iterable[int]) -> int:
    """Return the highest role's position, 0 (@everyone) for a member without roles."""
    return max(positions, default=0)


def outranks(mine: int, theirs: int, *, they_own: bool = False) -> bool:
    """Tell whether a member may act on another or on a role, by top positions: nobody on an equal or the owner."""
    return not they_own and mine > theirs
