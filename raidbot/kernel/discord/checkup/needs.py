"""What the bot needs of a server, and whether it has it: permissions, and its place among the roles."""

from collections.abc import Mapping
from enum import Enum
from typing import Final

import hikari

from raidbot.kernel.discord.checkup.sight import GuildSight, Lookout
from raidbot.kernel.guilds import ChannelKey, GuildSettings, Venue

Right = hikari.Permissions

_POST: Final = Right.VIEW_CHANNEL | Right.SEND_MESSAGES | Right.EMBED_LINKS
PANELS: Final = _POST | Right.READ_MESSAGE_HISTORY
"""What a panel cannot do without: what was posted is found again after a crash."""
_THREADS: Final = Right.CREATE_PUBLIC_THREADS | Right.SEND_MESSAGES_IN_THREADS
NEEDED_IN: Final[Mapping[ChannelKey, Right]] = {
    **dict.fromkeys(ChannelKey, _POST),
    # Run roles are not mentionable, so that only the bot pings them.
    ChannelKey.RAID: PANELS | Right.MENTION_ROLES,
    ChannelKey.RAID_LOG: PANELS | _THREADS | Right.ATTACH_FILES,
    ChannelKey.QUOTA: PANELS | Right.ATTACH_FILES,
    ChannelKey.GETVERIFIED: PANELS,
    ChannelKey.ROLE_PING: PANELS,
    ChannelKey.PARTY_FINDER: PANELS | _THREADS,
    ChannelKey.EARLY_LOC: PANELS | Right.MENTION_ROLES,
    # What is posted there once is looked for after a try of which nobody knows how it ended.
    ChannelKey.BOT_LOG: PANELS,
    ChannelKey.STAFF_UPDATES: PANELS,
}
"""What the bot must be allowed to do in a channel, by its key."""
NEEDED: Final = PANELS | Right.ATTACH_FILES | _THREADS | Right.MENTION_ROLES | Right.MANAGE_ROLES
"""What the bot asks for when it is invited."""

_TITLES: Final[Mapping[Right, str]] = {
    Right.VIEW_CHANNEL: "View Channel",
    Right.SEND_MESSAGES: "Send Messages",
    Right.EMBED_LINKS: "Embed Links",
    Right.ATTACH_FILES: "Attach Files",
    Right.READ_MESSAGE_HISTORY: "Read Message History",
    Right.MENTION_ROLES: "Mention All Roles",
    Right.MANAGE_ROLES: "Manage Roles",
    Right.CREATE_PUBLIC_THREADS: "Create Public Threads",
    Right.SEND_MESSAGES_IN_THREADS: "Send Messages in Threads",
    Right.MANAGE_CHANNELS: "Manage Channels",
}
"""What Discord's settings call a permission."""


def titles(rights: Right) -> str:
    """Name permissions as Discord's settings do: "Send Messages, Embed Links"."""
    return ", ".join(title for right, title in _TITLES.items() if right & rights)


def lacking(sight: GuildSight, channel_id: int, key: ChannelKey) -> Right:
    """Say which permissions the bot lacks to use a channel as the one of a key."""
    return NEEDED_IN[key] & ~sight.granted_in(channel_id)


async def find_channel(lookout: Lookout, settings: GuildSettings, venue: Venue, needed: Right = PANELS) -> int:
    """Return a venue's channel, in which the bot has these permissions. Raises the venue's errors and hikari's."""
    channel_id = settings.channels.get(venue.key)
    if channel_id is None:
        raise venue.unmapped()
    sight = await lookout.look(settings.guild_id)
    if channel_id not in sight.channels:
        raise venue.unmapped()
    if missing := needed & ~sight.granted_in(channel_id):
        raise venue.closed(channel_id, titles(missing))
    return channel_id


class Hindrance(Enum):
    """Why the bot cannot give a role."""

    MANAGED = "managed"
    """Discord gives it to whom it belongs (a bot, boosters); nobody else can."""
    NO_RIGHT = "no right"
    """The bot lacks Manage Roles."""
    ABOVE = "above"
    """It does not stand below the bot's highest role."""


def hindrance(sight: GuildSight, role_id: int) -> Hindrance | None:
    """Say why the bot cannot give a role of the guild, None when it can. Raises KeyError for a role that is gone."""
    role = sight.roles[role_id]
    if role.managed:
        return Hindrance.MANAGED
    if role.position >= sight.top_position:
        return Hindrance.ABOVE
    return None if sight.granted & Right.MANAGE_ROLES else Hindrance.NO_RIGHT


def invitation(application_id: int, guild_id: int | None = None) -> str:
    """Write the address by which an administrator invites the bot, with the permissions it needs."""
    address = (
        f"https://discord.com/oauth2/authorize?client_id={application_id}"
        f"&scope=bot+applications.commands&permissions={int(NEEDED)}"
    )
    return address if guild_id is None else f"{address}&guild_id={guild_id}"
