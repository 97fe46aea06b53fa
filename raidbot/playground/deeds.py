"""What changes the world, whoever asks for it: each deed emits the gateway events that Discord emits."""

from collections.abc import Collection, Iterable
from typing import Any, Protocol

from raidbot.playground import payloads
from raidbot.playground.snowflakes import iso
from raidbot.playground.world import (
    TYPE_DM,
    TYPE_PUBLIC_THREAD,
    TYPE_TEXT,
    Channel,
    Guild,
    Member,
    Message,
    Role,
    User,
    World,
)


class Audience(Protocol):
    """Who hears of changes: the bot through the gateway, and the one who drives this Discord."""

    def dispatch(self, event: str, payload: dict[str, Any], *, guild_id: int | None) -> None:
        """Send a gateway event."""

    def message_changed(self, message: Message) -> None:
        """Tell the driver that a message came, changed or went."""


class Deeds:
    def __init__(self, world: World, audience: Audience, links: payloads.Links) -> None:
        self._world = world
        self._audience = audience
        self._links = links

    def _emit(self, event: str, guild: Guild, payload: dict[str, Any]) -> None:
        if guild.id not in self._world.left:
            self._audience.dispatch(event, payload, guild_id=guild.id)

    # -- guilds and roles

    def found_guild(self, name: str, owner_name: str, bot_permissions: int, everyone: int) -> Guild:
        """Make a guild that the bot is a member of, with its managed role above all others."""
        world = self._world
        owner = self.new_user(owner_name)
        guild = Guild(world.ids.next(), name, owner.id)
        guild.roles[guild.id] = Role(guild.id, "@everyone", everyone, 0)
        guild.members[owner.id] = Member(owner, guild, world.now())
        self.join_guild(guild, bot_permissions)
        return guild

    def join_guild(self, guild: Guild, bot_permissions: int) -> None:
        """Put the bot into a guild, which it may have left before, with its managed role below all others."""
        world = self._world
        world.guilds[guild.id] = guild
        world.left.pop(guild.id, None)
        for role in guild.roles.values():
            role.position += role.id != guild.id
        mine = Role(world.ids.next(), world.bot.name, bot_permissions, 1, managed=True, bot_id=world.bot.id)
        guild.roles[mine.id] = mine
        guild.members[world.bot.id] = Member(world.bot, guild, world.now(), {mine.id})
        joined = payloads.guild_create(guild, world.bot.id)
        del joined["unavailable"]  # without the key it is a guild that the bot has just joined
        self._emit("GUILD_CREATE", guild, joined)

    def leave_guild(self, guild: Guild) -> None:
        """Take the bot and its managed role out of a guild, which lives on without it."""
        world = self._world
        del guild.members[world.bot.id]
        for role in [role for role in guild.roles.values() if role.bot_id == world.bot.id]:
            del guild.roles[role.id]
        self._emit("GUILD_DELETE", guild, {"id": str(guild.id)})
        world.left[guild.id] = world.guilds.pop(guild.id)

    def add_role(self, guild: Guild, role: Role, *, position: int | None = None) -> Role:
        """Add a role at a position, 1 by default as Discord does; what stands there or above moves up."""
        role.position = max(1, min(position or 1, len(guild.roles)))
        moved = [other for other in guild.roles.values() if other.position >= role.position and other.id != guild.id]
        for other in moved:
            other.position += 1
        guild.roles[role.id] = role
        self._emit("GUILD_ROLE_CREATE", guild, {"guild_id": str(guild.id), "role": payloads.role(role)})
        for other in moved:
            self.role_changed(guild, other)
        return role

    def role_changed(self, guild: Guild, role: Role) -> None:
        """Announce that a role was changed."""
        self._emit("GUILD_ROLE_UPDATE", guild, {"guild_id": str(guild.id), "role": payloads.role(role)})

    def move_roles(self, guild: Guild, positions: dict[int, int]) -> None:
        """Give roles new positions (by role id), keeping the order of the others, without ties or gaps."""
        order = sorted(
            (role for role in guild.roles.values() if role.id != guild.id and role.id not in positions),
            key=lambda role: (role.position, -role.id),
        )
        for role_id, wanted in sorted(positions.items(), key=lambda item: item[1]):
            order.insert(max(0, wanted - 1), guild.roles[role_id])
        for position, role in enumerate(order, 1):
            if role.position != position:
                role.position = position
                self.role_changed(guild, role)

    def delete_role(self, guild: Guild, role: Role) -> None:
        """Delete a role; its members and the channels' overwrites lose it."""
        del guild.roles[role.id]
        for member in guild.members.values():
            member.roles.discard(role.id)
        for channel in guild.channels.values():
            if channel.overwrites.pop(role.id, None) is not None:
                self.channel_changed(channel)
        self._emit("GUILD_ROLE_DELETE", guild, {"guild_id": str(guild.id), "role_id": str(role.id)})
        self.move_roles(guild, {})

    # -- members

    def new_user(self, name: str, *, bot: bool = False) -> User:
        """Make a user."""
        user = User(self._world.ids.next(), name, bot=bot)
        self._world.users[user.id] = user
        return user

    def add_member(self, guild: Guild, user: User, roles: Iterable[int] = ()) -> Member:
        """Let a user join a guild."""
        member = Member(user, guild, self._world.now(), set(roles))
        guild.members[user.id] = member
        self._emit("GUILD_MEMBER_ADD", guild, payloads.member(member) | {"guild_id": str(guild.id)})
        return member

    def member_changed(self, member: Member) -> None:
        """Announce that a member's roles, nickname or timeout were changed."""
        guild = member.guild
        self._emit("GUILD_MEMBER_UPDATE", guild, payloads.member(member) | {"guild_id": str(guild.id)})

    def set_roles(self, member: Member, roles: Collection[int]) -> None:
        """Give a member exactly these roles."""
        if member.roles != set(roles):
            member.roles = set(roles)
            self.member_changed(member)

    def remove_member(self, member: Member) -> None:
        """Let a member go: left or kicked."""
        guild, user = member.guild, member.user
        del guild.members[user.id]
        for thread in guild.threads.values():
            thread.thread_members.pop(user.id, None)
        self._emit("GUILD_MEMBER_REMOVE", guild, {"guild_id": str(guild.id), "user": user.payload})

    def ban(self, guild: Guild, user: User, reason: str | None, *, delete_since: float | None = None) -> None:
        """Ban a user, member or not, and delete the messages written since a Unix time, if given."""
        guild.bans[user.id] = reason
        self._emit("GUILD_BAN_ADD", guild, {"guild_id": str(guild.id), "user": user.payload})
        member = guild.members.get(user.id)
        if member is not None:
            self.remove_member(member)
        if delete_since is None:
            return
        since = iso(delete_since)
        for channel in [*guild.channels.values(), *guild.threads.values()]:
            mine = [one for one in channel.messages.values() if one.author is user and one.payload["timestamp"] > since]
            self.delete_messages(channel, mine)

    def unban(self, guild: Guild, user: User) -> None:
        """Lift a ban."""
        del guild.bans[user.id]
        self._emit("GUILD_BAN_REMOVE", guild, {"guild_id": str(guild.id), "user": user.payload})

    # -- channels and threads

    def add_channel(self, guild: Guild, name: str, kind: int = TYPE_TEXT) -> Channel:
        """Make a channel without announcing it yet: the caller fills it in and calls `channel_added`."""
        channel = Channel(self._world.ids.next(), kind, name, guild, position=len(guild.channels))
        guild.channels[channel.id] = channel
        self._world.channels[channel.id] = channel
        return channel

    def channel_added(self, channel: Channel) -> None:
        """Announce a new channel."""
        assert channel.guild is not None
        self._emit("CHANNEL_CREATE", channel.guild, payloads.channel(channel))

    def channel_changed(self, channel: Channel) -> None:
        """Announce a changed channel or thread."""
        assert channel.guild is not None
        event = "THREAD_UPDATE" if channel.thread else "CHANNEL_UPDATE"
        self._emit(event, channel.guild, payloads.channel(channel))

    def delete_channel(self, channel: Channel) -> None:
        """Delete a channel with its threads, or a thread; a category's channels stay."""
        guild = channel.guild
        assert guild is not None
        for thread in [one for one in guild.threads.values() if one.parent is channel]:
            self._forget_channel(thread)
        for child in guild.channels.values():
            if child.parent is channel:
                child.parent = None
                self.channel_changed(child)
        self._forget_channel(channel)
        if channel.thread:
            gone = payloads.channel(channel)
            keys = ("id", "guild_id", "parent_id", "type")
            self._emit("THREAD_DELETE", guild, {key: gone[key] for key in keys})
        else:
            self._emit("CHANNEL_DELETE", guild, payloads.channel(channel))

    def _forget_channel(self, channel: Channel) -> None:
        assert channel.guild is not None
        (channel.guild.threads if channel.thread else channel.guild.channels).pop(channel.id, None)
        self._world.channels.pop(channel.id, None)
        for message in channel.messages.values():
            self._forget_message(message)
        channel.messages.clear()

    def open_thread(
        self, parent: Channel, name: str, owner: User, *, thread_id: int | None = None, kind: int = TYPE_PUBLIC_THREAD
    ) -> Channel:
        """Open a thread under a channel; one that starts from a message has the message's id."""
        guild, now = parent.guild, self._world.now()
        assert guild is not None
        thread = Channel(thread_id or self._world.ids.next(), kind, name, guild, parent=parent, owner_id=owner.id)
        thread.archived_at = now
        thread.thread_members[owner.id] = now
        guild.threads[thread.id] = thread
        self._world.channels[thread.id] = thread
        return thread

    def thread_added(self, thread: Channel) -> None:
        """Announce a new thread."""
        assert thread.guild is not None
        self._emit("THREAD_CREATE", thread.guild, payloads.channel(thread) | {"newly_created": True})

    def thread_member_changed(self, thread: Channel, user_id: int, *, joined: bool) -> None:
        """Add a user to a thread or take it away."""
        assert thread.guild is not None
        if joined == (user_id in thread.thread_members):
            return
        payload: dict[str, Any] = {"id": str(thread.id), "guild_id": str(thread.guild.id)}
        if joined:
            thread.thread_members[user_id] = self._world.now()
            joiner = payloads.thread_member(thread, user_id)
            member = thread.guild.members.get(user_id)
            if member is not None:
                joiner |= {"member": payloads.member(member), "presence": None}
            payload["added_members"] = [joiner]
        else:
            del thread.thread_members[user_id]
            payload["removed_member_ids"] = [str(user_id)]
        payload["member_count"] = len(thread.thread_members)
        self._emit("THREAD_MEMBERS_UPDATE", thread.guild, payload)

    def dm_channel(self, user: User) -> Channel:
        """Find or open the bot's DM channel with a user; no event tells a bot of it."""
        if user.dm is None:
            user.dm = Channel(self._world.ids.next(), TYPE_DM, recipient=user)
            self._world.channels[user.dm.id] = user.dm
        return user.dm

    # -- messages

    def post(self, message: Message) -> Message:
        """Put a message where it belongs and announce it, unless it is ephemeral."""
        world = self._world
        world.messages[message.id] = message
        if message.visible_to is None:
            channel = message.channel
            channel.messages[message.id] = message
            channel.last_message_id = message.id
            self._audience.dispatch("MESSAGE_CREATE", self.event_payload(message), guild_id=self._guild_id(channel))
        self._audience.message_changed(message)
        return message

    def edited(self, message: Message) -> Message:
        """Announce that a message's payload was changed."""
        if message.visible_to is None:
            payload = self.event_payload(message)
            self._audience.dispatch("MESSAGE_UPDATE", payload, guild_id=self._guild_id(message.channel))
        self._audience.message_changed(message)
        return message

    def delete_messages(self, channel: Channel, messages: Collection[Message], *, bulk: bool = False) -> None:
        """Delete messages one by one, or as one bulk deletion with its own event."""
        guild_id = self._guild_id(channel)
        place = {"channel_id": str(channel.id)} | ({} if guild_id is None else {"guild_id": str(guild_id)})
        for message in messages:
            channel.messages.pop(message.id, None)
            channel.pins.pop(message.id, None)
            self._forget_message(message)
            if message.visible_to is None and not bulk:
                self._audience.dispatch("MESSAGE_DELETE", {"id": str(message.id), **place}, guild_id=guild_id)
        if bulk and messages:
            ids = [str(message.id) for message in messages]
            self._audience.dispatch("MESSAGE_DELETE_BULK", {"ids": ids, **place}, guild_id=guild_id)

    def _forget_message(self, message: Message) -> None:
        message.deleted = True
        self._world.messages.pop(message.id, None)
        for attachment in message.attachments:
            self._world.attachments.pop(attachment.id, None)
        self._audience.message_changed(message)

    def pins_changed(self, channel: Channel) -> None:
        """Announce that something was pinned or unpinned."""
        guild_id = self._guild_id(channel)
        payload: dict[str, Any] = {
            "channel_id": str(channel.id),
            "last_pin_timestamp": next(reversed(channel.pins.values()), None),
        }
        if guild_id is not None:
            payload["guild_id"] = str(guild_id)
        self._audience.dispatch("CHANNEL_PINS_UPDATE", payload, guild_id=guild_id)

    def react(self, message: Message, user: User, key: str, *, added: bool) -> None:
        """Add or take away one user's reaction; key is "name" or "name:id"."""
        users = message.reactions.setdefault(key, {})
        changed = added != (user.id in users)
        if added:
            users[user.id] = None
        else:
            users.pop(user.id, None)
        if not users:
            del message.reactions[key]
        if not changed:
            return
        self.reactions_changed(message)
        event = "MESSAGE_REACTION_ADD" if added else "MESSAGE_REACTION_REMOVE"
        payload = self._reaction_place(message) | {
            "user_id": str(user.id),
            "emoji": payloads.emoji_of_key(key),
            "type": 0,
            "burst": False,
        }
        guild = message.channel.guild
        if added:
            payload["message_author_id"] = str(message.author.id)
            if guild is not None and user.id in guild.members:
                payload["member"] = payloads.member(guild.members[user.id])
        self._audience.dispatch(event, payload, guild_id=self._guild_id(message.channel))

    def clear_reactions(self, message: Message, key: str | None = None) -> None:
        """Take away all reactions, or all of one emoji."""
        payload = self._reaction_place(message)
        if key is None:
            message.reactions.clear()
            event = "MESSAGE_REACTION_REMOVE_ALL"
        else:
            message.reactions.pop(key, None)
            event = "MESSAGE_REACTION_REMOVE_EMOJI"
            payload["emoji"] = payloads.emoji_of_key(key)
        self.reactions_changed(message)
        self._audience.dispatch(event, payload, guild_id=self._guild_id(message.channel))

    def reactions_changed(self, message: Message) -> None:
        """Write the reactions into the message as REST gives it."""
        message.payload["reactions"] = payloads.reactions(message, self._world.bot.id)
        self._audience.message_changed(message)

    def _reaction_place(self, message: Message) -> dict[str, Any]:
        guild_id = self._guild_id(message.channel)
        place = {"channel_id": str(message.channel.id), "message_id": str(message.id)}
        return place if guild_id is None else place | {"guild_id": str(guild_id)}

    def event_payload(self, message: Message) -> dict[str, Any]:
        """Render a message as gateway events carry it: with its guild and its author's membership."""
        guild = message.channel.guild
        if guild is None:
            return dict(message.payload)
        payload = message.payload | {"guild_id": str(guild.id)}
        author = guild.members.get(message.author.id)
        if author is not None:
            payload["member"] = payloads.member_without_user(author)
        return payload

    @staticmethod
    def _guild_id(channel: Channel) -> int | None:
        return None if channel.guild is None else channel.guild.id
