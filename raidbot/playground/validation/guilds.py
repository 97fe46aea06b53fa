"""What belongs to a guild: roles, channels, threads, members, bans."""

from typing import Any

from raidbot.playground.validation.errors import Errors
from raidbot.playground.validation.forms import (
    Check,
    digits,
    flag,
    items,
    judge,
    length,
    moment,
    one_of,
    record,
    text,
    whole,
)

_SLOWMODE = whole(0, 21_600)
_ARCHIVE_MINUTES = one_of(60, 1440, 4320, 10_080)
_FORUM_TYPES = (15, 16)

_role = record(
    {
        "name": text(100, least=1),
        "permissions": digits,
        "color": whole(0, 0xFFFFFF),
        "colors": record({"primary_color": whole(0, 0xFFFFFF)}),
        "hoist": flag,
        "mentionable": flag,
        "unicode_emoji": text(100),
    }
)
_overwrites = items(
    record({"id": digits, "type": one_of(0, 1, "0", "1"), "allow": digits, "deny": digits}, needs=("id",)), 100
)
_channel_fields: dict[str, Check] = {
    "name": text(100, least=1),
    "type": one_of(0, 2, 4, 5, 13, 14, 15),
    "topic": text(4096),
    "position": whole(0, 2**31 - 1),
    "nsfw": flag,
    "rate_limit_per_user": _SLOWMODE,
    "parent_id": digits,
    "permission_overwrites": _overwrites,
    "bitrate": whole(8000, 384_000),
    "user_limit": whole(0, 10_000),
}
_new_channel = record(_channel_fields, needs=("name",))
_changed_channel = record(_channel_fields)
_thread_fields: dict[str, Check] = {
    "name": text(100, least=1),
    "auto_archive_duration": _ARCHIVE_MINUTES,
    "rate_limit_per_user": _SLOWMODE,
    "invitable": flag,
    "archived": flag,
    "locked": flag,
    "type": one_of(10, 11, 12),
}
_new_thread = record(_thread_fields, needs=("name",))
_changed_thread = record(_thread_fields)
_member = record(
    {
        "nick": text(32),
        "roles": items(digits, 350, unique=True),
        "mute": flag,
        "deaf": flag,
        "communication_disabled_until": moment,
    }
)
_ban = record({"delete_message_seconds": whole(0, 604_800), "delete_message_days": whole(0, 7)})


def role(payload: Any) -> Errors | None:
    """Judge a role to create or change."""
    return judge(_role, payload)


def channel(payload: Any, *, partial: bool) -> Errors | None:
    """Judge a guild channel to create or (`partial`) to change."""
    errors = judge(_changed_channel if partial else _new_channel, payload) or Errors()
    topic = payload.get("topic") if isinstance(payload, dict) else None
    if isinstance(topic, str) and payload.get("type") not in _FORUM_TYPES:
        length(len(topic), 0, 1024, ("topic",), errors)
    return errors or None


def thread(payload: Any, *, partial: bool) -> Errors | None:
    """Judge a thread to start or (`partial`) to change."""
    return judge(_changed_thread if partial else _new_thread, payload)


def member_edit(payload: Any) -> Errors | None:
    """Judge a change of a member: nickname, roles, time-out."""
    return judge(_member, payload)


def ban(payload: Any) -> Errors | None:
    """Judge a ban: how much of what was said is deleted."""
    return judge(_ban, payload)


def audit_reason(reason: str) -> Errors | None:
    """Judge the (decoded) header X-Audit-Log-Reason."""
    errors = Errors()
    length(len(reason), 0, 512, ("X-Audit-Log-Reason",), errors)
    return errors or None
