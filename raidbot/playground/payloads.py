"""The things of the world as Discord writes them in JSON."""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from raidbot.playground.gateway.intents import Intent
from raidbot.playground.snowflakes import iso, made_at
from raidbot.playground.world import (
    TYPE_CATEGORY,
    TYPE_DM,
    Application,
    Attachment,
    Channel,
    Emoji,
    Guild,
    Member,
    Message,
    Role,
)

LINK_LIFE_S = 24 * 3600
"""How long an attachment's link works."""
LARGE_GUILD_MEMBERS = 250
"""A guild with more members than this comes without its member list."""
ATTACHMENT_SIZE_LIMIT = 10 * 1024 * 1024

JSON = dict[str, Any]


def role(it: Role) -> JSON:
    payload: JSON = {
        "id": str(it.id),
        "name": it.name,
        "description": None,
        "permissions": str(int(it.permissions)),
        "position": it.position,
        "color": it.color,
        "colors": {"primary_color": it.color, "secondary_color": None, "tertiary_color": None},
        "hoist": it.hoist,
        "managed": it.managed,
        "mentionable": it.mentionable,
        "icon": None,
        "unicode_emoji": it.unicode_emoji,
        "flags": 0,
    }
    if it.bot_id is not None:
        payload["tags"] = {"bot_id": str(it.bot_id)}
    return payload


def member_without_user(it: Member) -> JSON:
    return {
        "avatar": None,
        "banner": None,
        "communication_disabled_until": None if it.timeout_until is None else iso(it.timeout_until),
        "deaf": False,
        "flags": 0,
        "joined_at": it.joined_at,
        "mute": False,
        "nick": it.nick,
        "pending": False,
        "premium_since": None,
        "roles": [str(role_id) for role_id in it.roles],
    }


def member(it: Member) -> JSON:
    payload = member_without_user(it)
    payload["user"] = it.user.payload
    return payload


def emoji(it: Emoji) -> JSON:
    return {
        "id": str(it.id),
        "name": it.name,
        "roles": [],
        "require_colons": True,
        "managed": False,
        "animated": it.animated,
        "available": True,
    }


def channel(it: Channel) -> JSON:
    last = None if it.last_message_id is None else str(it.last_message_id)
    if it.type == TYPE_DM:
        recipients = [] if it.recipient is None else [it.recipient.payload]
        return {"id": str(it.id), "type": it.type, "flags": 0, "last_message_id": last, "recipients": recipients}
    assert it.guild is not None
    payload: JSON = {
        "id": str(it.id),
        "type": it.type,
        "flags": 0,
        "guild_id": str(it.guild.id),
        "name": it.name,
        "parent_id": None if it.parent is None else str(it.parent.id),
        "rate_limit_per_user": it.rate_limit_per_user,
    }
    if it.thread:
        payload |= {
            "last_message_id": last,
            "owner_id": str(it.owner_id),
            "thread_metadata": {
                "archived": it.archived,
                "archive_timestamp": it.archived_at,
                "auto_archive_duration": it.auto_archive_minutes,
                "locked": it.locked,
                "invitable": it.invitable,
                "create_timestamp": iso(made_at(it.id)),
            },
            "message_count": len(it.messages),
            "total_message_sent": len(it.messages),
            "member_count": len(it.thread_members),
        }
        return payload
    payload |= {
        "position": it.position,
        "nsfw": it.nsfw,
        "permission_overwrites": [
            {"id": str(one.id), "type": int(one.type), "allow": str(int(one.allow)), "deny": str(int(one.deny))}
            for one in it.overwrites.values()
        ],
    }
    if it.type != TYPE_CATEGORY:
        payload |= {"last_message_id": last, "topic": it.topic}
    return payload


def thread_member(it: Channel, user_id: int) -> JSON:
    return {
        "id": str(it.id),
        "user_id": str(user_id),
        "join_timestamp": it.thread_members[user_id],
        "flags": 0,
    }


def guild(it: Guild) -> JSON:
    """Render what REST and GUILD_CREATE have in common."""
    return {
        "id": str(it.id),
        "name": it.name,
        "icon": None,
        "description": None,
        "home_header": None,
        "splash": None,
        "discovery_splash": None,
        "features": [],
        "banner": None,
        "owner_id": str(it.owner_id),
        "application_id": None,
        "region": "deprecated",
        "afk_channel_id": None,
        "afk_timeout": 300,
        "system_channel_id": None,
        "system_channel_flags": 0,
        "widget_enabled": False,
        "widget_channel_id": None,
        "verification_level": 0,
        "roles": [role(one) for one in it.roles.values()],
        "default_message_notifications": 1,
        "mfa_level": 0,
        "explicit_content_filter": 0,
        "max_presences": None,
        "max_members": 500_000,
        "max_stage_video_channel_users": 50,
        "max_video_channel_users": 25,
        "vanity_url_code": None,
        "premium_tier": 0,
        "premium_subscription_count": 0,
        "preferred_locale": "en-US",
        "rules_channel_id": None,
        "safety_alerts_channel_id": None,
        "public_updates_channel_id": None,
        "premium_progress_bar_enabled": False,
        "nsfw": False,
        "nsfw_level": 0,
        "emojis": [emoji(one) for one in it.emojis.values()],
        "stickers": [],
        "incidents_data": None,
    }


def guild_create(it: Guild, bot_id: int) -> JSON:
    """Render GUILD_CREATE; the members of a large guild are left to REQUEST_GUILD_MEMBERS, but for the bot."""
    me = it.members[bot_id]
    large = len(it.members) > LARGE_GUILD_MEMBERS
    return guild(it) | {
        "unavailable": False,
        "large": large,
        "joined_at": me.joined_at,
        "member_count": len(it.members),
        "members": [member(one) for one in ([me] if large else it.members.values())],
        "channels": [channel(one) for one in it.channels.values()],
        "threads": [
            channel(one) | {"member": thread_member(one, bot_id)} if bot_id in one.thread_members else channel(one)
            for one in it.threads.values()
            if not one.archived
        ],
        "presences": [],
        "voice_states": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


_LIMITED_FLAGS = {Intent.GUILD_PRESENCES: 1 << 13, Intent.GUILD_MEMBERS: 1 << 15, Intent.MESSAGE_CONTENT: 1 << 19}
"""The flags of an application in few guilds that say which privileged intents are switched on."""


def application(it: Application, guild_count: int) -> JSON:
    flags = sum(flag for intent, flag in _LIMITED_FLAGS.items() if not intent & it.refused_intents)
    return {
        "id": str(it.id),
        "name": it.name,
        "icon": None,
        "description": "",
        "type": None,
        "bot": it.user.payload,
        "bot_public": False,
        "bot_require_code_grant": False,
        "integration_types_config": {"0": {}},
        "verify_key": "00" * 32,
        "flags": flags,
        "flags_new": str(flags),
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "owner": it.owner.payload,
        "approximate_guild_count": guild_count,
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "team": None,
        "eligible_oauth2_scopes": [],
    }


def own_user(it: Application) -> JSON:
    """Render the bot's user as only the bot itself sees it."""
    return it.user.payload | {"mfa_enabled": True, "verified": True, "locale": "en-US", "email": None}


def emoji_of_key(key: str) -> JSON:
    """Render a reaction's emoji from its key ("name" or "name:id")."""
    name, _, emoji_id = key.partition(":")
    return {"id": emoji_id or None, "name": name}


def reactions(it: Message, me: int) -> list[JSON]:
    return [
        {
            "emoji": emoji_of_key(key),
            "count": len(users),
            "count_details": {"burst": 0, "normal": len(users)},
            "burst_colors": [],
            "me_burst": False,
            "me": me in users,
        }
        for key, users in it.reactions.items()
    ]


class Links:
    """The signed, expiring links of the CDN."""

    def __init__(self, base_url: str, secret: bytes) -> None:
        self._base_url = base_url
        self._secret = secret

    def _signature(self, path: str, expires: str, issued: str) -> str:
        return hmac.new(self._secret, f"{path}?{expires}&{issued}".encode(), hashlib.sha256).hexdigest()

    def of(self, it: Attachment, now: float) -> str:
        """Make a link that works for a day from now (Unix seconds)."""
        path = f"/cdn/attachments/{it.channel_id}/{it.id}/{quote(it.filename)}"
        expires, issued = f"{int(now) + LINK_LIFE_S:x}", f"{int(now):x}"
        return f"{self._base_url}{path}?ex={expires}&is={issued}&hm={self._signature(path, expires, issued)}&"

    def valid(self, path: str, query: Mapping[str, str], now: float) -> bool:
        """Tell whether a link's signature is right and its day is not over; path as it stands in the link."""
        expires, issued, signature = (query.get(key, "") for key in ("ex", "is", "hm"))
        if not hmac.compare_digest(signature.encode(), self._signature(path, expires, issued).encode()):
            return False
        return now < int(expires, 16)

    def attachment(self, it: Attachment, now: float, *, ephemeral: bool) -> JSON:
        """Render an attachment with fresh links."""
        url = self.of(it, now)
        payload: JSON = {
            "id": str(it.id),
            "filename": it.filename,
            "size": len(it.content),
            "url": url,
            "proxy_url": url,
            "content_type": it.content_type,
        }
        if it.description is not None:
            payload["description"] = it.description
        if ephemeral:
            payload["ephemeral"] = True
        return payload
