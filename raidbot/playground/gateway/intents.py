"""Which session sees which event, and how much of it."""

from enum import IntFlag
from typing import Any, TypeGuard


class Intent(IntFlag):
    """Gateway intents of v10."""

    GUILDS = 1 << 0
    GUILD_MEMBERS = 1 << 1
    GUILD_MODERATION = 1 << 2
    GUILD_EXPRESSIONS = 1 << 3
    GUILD_INTEGRATIONS = 1 << 4
    GUILD_WEBHOOKS = 1 << 5
    GUILD_INVITES = 1 << 6
    GUILD_VOICE_STATES = 1 << 7
    GUILD_PRESENCES = 1 << 8
    GUILD_MESSAGES = 1 << 9
    GUILD_MESSAGE_REACTIONS = 1 << 10
    GUILD_MESSAGE_TYPING = 1 << 11
    DIRECT_MESSAGES = 1 << 12
    DIRECT_MESSAGE_REACTIONS = 1 << 13
    DIRECT_MESSAGE_TYPING = 1 << 14
    MESSAGE_CONTENT = 1 << 15
    GUILD_SCHEDULED_EVENTS = 1 << 16
    AUTO_MODERATION_CONFIGURATION = 1 << 20
    AUTO_MODERATION_EXECUTION = 1 << 21
    GUILD_MESSAGE_POLLS = 1 << 24
    DIRECT_MESSAGE_POLLS = 1 << 25


PRIVILEGED = (Intent.GUILD_MEMBERS, Intent.GUILD_PRESENCES, Intent.MESSAGE_CONTENT)

_ALWAYS = Intent(0)
# event -> (intent needed in a guild, intent needed in a DM); either of several is enough.
_NEEDED: dict[str, tuple[Intent, Intent]] = {
    "INTERACTION_CREATE": (_ALWAYS, _ALWAYS),
    "APPLICATION_COMMAND_PERMISSIONS_UPDATE": (_ALWAYS, _ALWAYS),
    "USER_UPDATE": (_ALWAYS, _ALWAYS),
    "GUILD_CREATE": (Intent.GUILDS, _ALWAYS),
    "GUILD_UPDATE": (Intent.GUILDS, _ALWAYS),
    "GUILD_DELETE": (Intent.GUILDS, _ALWAYS),
    "GUILD_ROLE_CREATE": (Intent.GUILDS, _ALWAYS),
    "GUILD_ROLE_UPDATE": (Intent.GUILDS, _ALWAYS),
    "GUILD_ROLE_DELETE": (Intent.GUILDS, _ALWAYS),
    "CHANNEL_CREATE": (Intent.GUILDS, _ALWAYS),
    "CHANNEL_UPDATE": (Intent.GUILDS, _ALWAYS),
    "CHANNEL_DELETE": (Intent.GUILDS, _ALWAYS),
    "THREAD_CREATE": (Intent.GUILDS, _ALWAYS),
    "THREAD_UPDATE": (Intent.GUILDS, _ALWAYS),
    "THREAD_DELETE": (Intent.GUILDS, _ALWAYS),
    "THREAD_LIST_SYNC": (Intent.GUILDS, _ALWAYS),
    "THREAD_MEMBER_UPDATE": (Intent.GUILDS, _ALWAYS),
    "CHANNEL_PINS_UPDATE": (Intent.GUILDS, Intent.DIRECT_MESSAGES),
    "THREAD_MEMBERS_UPDATE": (Intent.GUILDS | Intent.GUILD_MEMBERS, _ALWAYS),
    "GUILD_MEMBER_ADD": (Intent.GUILD_MEMBERS, _ALWAYS),
    "GUILD_MEMBER_UPDATE": (Intent.GUILD_MEMBERS, _ALWAYS),
    "GUILD_MEMBER_REMOVE": (Intent.GUILD_MEMBERS, _ALWAYS),
    "GUILD_AUDIT_LOG_ENTRY_CREATE": (Intent.GUILD_MODERATION, _ALWAYS),
    "GUILD_BAN_ADD": (Intent.GUILD_MODERATION, _ALWAYS),
    "GUILD_BAN_REMOVE": (Intent.GUILD_MODERATION, _ALWAYS),
    "GUILD_EMOJIS_UPDATE": (Intent.GUILD_EXPRESSIONS, _ALWAYS),
    "GUILD_STICKERS_UPDATE": (Intent.GUILD_EXPRESSIONS, _ALWAYS),
    "GUILD_INTEGRATIONS_UPDATE": (Intent.GUILD_INTEGRATIONS, _ALWAYS),
    "WEBHOOKS_UPDATE": (Intent.GUILD_WEBHOOKS, _ALWAYS),
    "INVITE_CREATE": (Intent.GUILD_INVITES, _ALWAYS),
    "INVITE_DELETE": (Intent.GUILD_INVITES, _ALWAYS),
    "VOICE_STATE_UPDATE": (Intent.GUILD_VOICE_STATES, _ALWAYS),
    "PRESENCE_UPDATE": (Intent.GUILD_PRESENCES, _ALWAYS),
    "MESSAGE_CREATE": (Intent.GUILD_MESSAGES, Intent.DIRECT_MESSAGES),
    "MESSAGE_UPDATE": (Intent.GUILD_MESSAGES, Intent.DIRECT_MESSAGES),
    "MESSAGE_DELETE": (Intent.GUILD_MESSAGES, Intent.DIRECT_MESSAGES),
    "MESSAGE_DELETE_BULK": (Intent.GUILD_MESSAGES, _ALWAYS),
    "MESSAGE_REACTION_ADD": (Intent.GUILD_MESSAGE_REACTIONS, Intent.DIRECT_MESSAGE_REACTIONS),
    "MESSAGE_REACTION_REMOVE": (Intent.GUILD_MESSAGE_REACTIONS, Intent.DIRECT_MESSAGE_REACTIONS),
    "MESSAGE_REACTION_REMOVE_ALL": (Intent.GUILD_MESSAGE_REACTIONS, Intent.DIRECT_MESSAGE_REACTIONS),
    "MESSAGE_REACTION_REMOVE_EMOJI": (Intent.GUILD_MESSAGE_REACTIONS, Intent.DIRECT_MESSAGE_REACTIONS),
    "TYPING_START": (Intent.GUILD_MESSAGE_TYPING, Intent.DIRECT_MESSAGE_TYPING),
}
_ALL = Intent(sum(Intent))


def valid(value: object) -> TypeGuard[int]:
    """Tell whether an IDENTIFY's intents are a number of known bits (4013 otherwise)."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _ALL and not value & ~int(_ALL)


def sees(event: str, payload: dict[str, Any], intents: Intent, *, in_guild: bool, bot_id: str) -> bool:
    """Tell whether a session with these intents gets the event.

    The bot's own member changes come without the members intent.

    Raises:
        KeyError: The event is not in the table: the local Discord sends something it never declared.
    """
    needed = _NEEDED[event][0 if in_guild else 1]
    if not needed or intents & needed:
        return True
    return event == "GUILD_MEMBER_UPDATE" and payload["user"]["id"] == bot_id


def view(event: str, payload: dict[str, Any], intents: Intent, *, in_guild: bool, bot_id: str) -> dict[str, Any]:
    """Return the payload as a session with these intents sees it: the same object when nothing is hidden."""
    if event in {"MESSAGE_CREATE", "MESSAGE_UPDATE"}:
        return payload if intents & Intent.MESSAGE_CONTENT or not in_guild else _without_content(payload, bot_id)
    if event == "GUILD_CREATE" and not intents & Intent.GUILD_PRESENCES:
        # Without presences GUILD_CREATE lists the bot alone, whatever the guild's size.
        own = [member for member in payload.get("members", ()) if member["user"]["id"] == bot_id]
        return {**payload, "members": own, "presences": []}
    return payload


def _without_content(message: dict[str, Any], bot_id: str) -> dict[str, Any]:
    mentioned = any(user["id"] == bot_id for user in message.get("mentions", ()))
    if mentioned or message.get("author", {}).get("id") == bot_id:
        hidden: dict[str, Any] = {}
    else:
        empty: dict[str, Any] = {"content": "", "embeds": [], "attachments": [], "components": []}
        hidden = {key: value for key, value in empty.items() if key in message}
    referenced = message.get("referenced_message")
    if referenced is not None:
        hidden["referenced_message"] = _without_content(referenced, bot_id)
    return {**message, **hidden} if hidden else message
